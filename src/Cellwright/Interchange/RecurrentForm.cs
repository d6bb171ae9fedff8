using System.Diagnostics.CodeAnalysis;
using Cellwright.Graphs;

namespace Cellwright.Interchange;

/// <summary>
/// A cell as one of the standard operators, RNN, GRU or LSTM: which of its parameters plays which role. It is recognised by
/// the cell's graph; names, the order of equations and of terms, and whether matrices are stacked, transposed or derived
/// do not count.
/// </summary>
/// <remarks>
/// <para>Recognised are, with a = W x + R h[t-1] + b in every gate, any of the three weights missing or a sum, and at most one clip for all gates:</para>
/// <list type="bullet">
/// <item>RNN: h = f(a), with any <see cref="ActivationFunction"/>.</item>
/// <item>GRU: h = (1 − z) * n + z * h[t-1] with z and r of one function, also with z and 1 − z exchanged, and as h[t-1] + u * (n − h[t-1]);
/// n = g(W x + b + R (r * h[t-1])), or reset after the product: n = g(W x + b + r * (R h[t-1] + d)).</item>
/// <item>LSTM: c = f * c[t-1] + i * g, h = o * H(c), with i, f and o of one function; with diagonal peepholes (i and f at c[t-1], o at c);
/// with coupled gates (i = 1 − f or f = 1 − i); and with a projection, h = P (o * H(c)).</item>
/// </list>
/// <para>
/// The cell has one input and no state but h (and c), and gives out h. 1 − σ(a) is σ(−a), so a gate of the opposite sense has
/// its weights negated in the form. States may begin with anything: see <see cref="CellState.Initial"/>.
/// </para>
/// </remarks>
public sealed record RecurrentForm
{
    internal RecurrentForm(RecurrentOperator kind, IReadOnlyList<RecurrentGate> gates, CellState hidden)
    {
        Operator = kind;
        Gates = gates;
        HiddenState = hidden;
    }

    /// <summary>The operator.</summary>
    public RecurrentOperator Operator { get; }

    /// <summary>The gates, in PyTorch's order: h of an RNN; r, z, n of a GRU; i, f, g, o of an LSTM.</summary>
    public IReadOnlyList<RecurrentGate> Gates { get; }

    /// <summary>The state h, which is also given out.</summary>
    public CellState HiddenState { get; }

    /// <summary>The state c of an LSTM; null for the others.</summary>
    public CellState? MemoryState { get; init; }

    /// <summary>The function H of an LSTM's c; the identity for h = o * c and for the others.</summary>
    public RecurrentActivation OutputActivation { get; init; } = RecurrentActivation.Identity;

    /// <summary>The projection P of an LSTM, [width of h, hidden]; null where h is o * H(c) itself.</summary>
    public ParameterSum? Projection { get; init; }

    /// <summary>Whether the reset gate of a GRU acts behind the product: <c>linear_before_reset</c> of ONNX, what PyTorch always does.</summary>
    public bool ResetAfter { get; init; }

    /// <summary>Whether the input gate of an LSTM is 1 − the forget gate; both are among <see cref="Gates"/> all the same. <c>input_forget</c> of ONNX.</summary>
    public bool Coupled { get; init; }

    /// <summary>Whether any gate has a peephole.</summary>
    public bool HasPeepholes => Gates.Any(gate => !gate.Peephole.IsNone);

    /// <summary>The bound of every gate's argument, from −Clip to Clip; null for none.</summary>
    public double? Clip => Gates[0].Clip;

    /// <summary>The function of all gates but the candidate; of the candidate in an RNN.</summary>
    public RecurrentActivation GateActivation => (Gates.FirstOrDefault(gate => gate.Role != RecurrentRole.Candidate) ?? Gates[0]).Activation;

    /// <summary>The function of the candidate.</summary>
    public RecurrentActivation CandidateActivation => this[RecurrentRole.Candidate].Activation;

    /// <summary>The gate of a role.</summary>
    /// <exception cref="InvalidOperationException">The operator has no such gate.</exception>
    public RecurrentGate this[RecurrentRole role] => Gates.First(gate => gate.Role == role);

    /// <summary>Recognises a cell.</summary>
    /// <param name="cell">The cell's graph.</param>
    /// <param name="form">The form, where it is one.</param>
    /// <param name="problem">Why it is none, as the rest of a sentence that begins with "the cell"; empty where it is one.</param>
    public static bool TryRecognize(CellGraph cell, [NotNullWhen(true)] out RecurrentForm? form, out string problem)
    {
        ArgumentNullException.ThrowIfNull(cell);
        (form, problem) = RecurrentFormReader.Read(cell);
        return form is not null;
    }
}
