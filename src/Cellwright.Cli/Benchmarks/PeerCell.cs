using Cellwright.Graphs;

namespace Cellwright.Cli.Benchmarks;

/// <summary>A cell that other libraries have too: what they call it, and which of our parameters are which of theirs.</summary>
/// <param name="Kind"><c>lstm</c>, <c>gru</c>, <c>rnn-tanh</c> or <c>rnn-relu</c>.</param>
/// <param name="Inputs">The matrices that multiply the input, by gate in PyTorch's order.</param>
/// <param name="States">The matrices that multiply the state.</param>
/// <param name="Biases">The biases; behind the gates', for a GRU, the one inside the reset gate.</param>
/// <param name="StateNames">The states: the output first.</param>
internal sealed record PeerCell(string Kind, IReadOnlyList<string> Inputs, IReadOnlyList<string> States, IReadOnlyList<string> Biases, IReadOnlyList<string> StateNames)
{
    private static readonly Dictionary<string, PeerCell> Known = new()
    {
        ["lstm"] = Gated("lstm", "ifgo", [], ["h", "c"]),
        ["gru-reset-after"] = Gated("gru", "rzn", ["c_n"], ["h"]),
        ["elman"] = new("rnn-tanh", ["W"], ["U"], ["b"], ["h"]),
        ["elman-relu"] = new("rnn-relu", ["W"], ["U"], ["b"], ["h"]),
    };

    /// <summary>What peers call a cell of the zoo; null where they have none like it, or the cell is a user's own.</summary>
    public static PeerCell? Of(Cell cell) =>
        Known.TryGetValue(cell.Name, out PeerCell? known) && Cell.Names.Contains(cell.Name) && Cell.Named(cell.Name).Text == cell.Text ? known : null;

    private static PeerCell Gated(string kind, string gates, string[] inner, string[] states) =>
        new(kind, [.. gates.Select(gate => $"W_{gate}")], [.. gates.Select(gate => $"U_{gate}")], [.. gates.Select(gate => $"b_{gate}"), .. inner], states);
}
