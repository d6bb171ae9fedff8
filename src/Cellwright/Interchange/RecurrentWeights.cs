using Cellwright.Layers;

namespace Cellwright.Interchange;

/// <summary>The numbers of a layer whose cell is a standard operator, gate by gate in the order of <see cref="RecurrentForm.Gates"/>.</summary>
/// <remarks>What is one parameter unchanged keeps its bits; sums and negations are rounded once. Weights that the cell does not have are 0.</remarks>
public sealed class RecurrentWeights
{
    private RecurrentWeights(Layer layer, RecurrentForm form)
    {
        Form = form;
        InputWidth = layer.InputWidth;
        OutputWidth = layer.OutputWidth;
        HiddenWidth = (form.MemoryState ?? form.HiddenState).Next.Shape.Rows.Evaluate(layer.Sizes);
        Input = [.. form.Gates.Select(gate => Numbers(layer, gate.Input, HiddenWidth, InputWidth))];
        Recurrent = [.. form.Gates.Select(gate => Numbers(layer, gate.Recurrent, HiddenWidth, OutputWidth))];
        Bias = [.. form.Gates.Select(gate => Numbers(layer, gate.Bias, HiddenWidth, 1))];
        RecurrentBias = [.. form.Gates.Select(gate => Numbers(layer, gate.RecurrentBias, HiddenWidth, 1))];
        Peephole = [.. form.Gates.Select(gate => Numbers(layer, gate.Peephole, HiddenWidth, 1))];
        Projection = form.Projection is { } projection ? Numbers(layer, projection, OutputWidth, HiddenWidth) : null;
        InitialHidden = layer.ValueOnce(form.HiddenState.Initial);
        InitialMemory = form.MemoryState is { } memory ? layer.ValueOnce(memory.Initial) : [];
    }

    /// <summary>The roles.</summary>
    public RecurrentForm Form { get; }

    /// <summary>The width of x.</summary>
    public int InputWidth { get; }

    /// <summary>The width of the gates, and of c in an LSTM.</summary>
    public int HiddenWidth { get; }

    /// <summary>The width of h: <see cref="HiddenWidth"/>, or less with a projection.</summary>
    public int OutputWidth { get; }

    /// <summary>W of each gate, [HiddenWidth, InputWidth], row-major.</summary>
    public IReadOnlyList<float[]> Input { get; }

    /// <summary>R of each gate, [HiddenWidth, OutputWidth].</summary>
    public IReadOnlyList<float[]> Recurrent { get; }

    /// <summary>b of each gate, [HiddenWidth].</summary>
    public IReadOnlyList<float[]> Bias { get; }

    /// <summary>d of each gate, [HiddenWidth]; see <see cref="RecurrentGate.RecurrentBias"/>.</summary>
    public IReadOnlyList<float[]> RecurrentBias { get; }

    /// <summary>p of each gate, [HiddenWidth].</summary>
    public IReadOnlyList<float[]> Peephole { get; }

    /// <summary>P, [OutputWidth, HiddenWidth]; null without a projection.</summary>
    public float[]? Projection { get; }

    /// <summary>What h begins with, [OutputWidth].</summary>
    public float[] InitialHidden { get; }

    /// <summary>What c begins with, [HiddenWidth]; empty without one.</summary>
    public float[] InitialMemory { get; }

    /// <summary>Whether every state begins at 0.</summary>
    public bool StartsAtZero => !InitialHidden.AsSpan().ContainsAnyExcept(0f) && !InitialMemory.AsSpan().ContainsAnyExcept(0f);

    /// <summary>The numbers of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <exception cref="NotSupportedException">Its cell is no standard operator, or a state is zoned out; the message says which, and of which layer.</exception>
    public static RecurrentWeights Of(Layer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (layer.Regularization.Zoneout.Count > 0)
        {
            throw new NotSupportedException($"the cell '{layer.Cell.Name}' was trained with zoneout, which changes its equations in use, and the standard operators have none");
        }

        return RecurrentForm.TryRecognize(layer.Cell.Graph, out RecurrentForm? form, out string problem)
            ? new RecurrentWeights(layer, form)
            : throw new NotSupportedException($"the cell '{layer.Cell.Name}' {problem}");
    }

    private static float[] Numbers(Layer layer, ParameterSum sum, int rows, int columns)
    {
        if (sum.Terms is [(1, var single)] && layer.ValueOnce(single) is var whole && whole.Length == rows * columns)
        {
            return whole;
        }

        double[] total = new double[rows * columns];
        foreach ((double factor, Graphs.Node node) in sum.Terms)
        {
            float[] values = layer.ValueOnce(node);
            for (int i = 0; i < total.Length; i++)
            {
                total[i] += factor * values[values.Length == 1 ? 0 : i];
            }
        }

        return [.. total.Select(value => (float)value)];
    }
}
