using Cellwright.Inspection;

namespace Cellwright.Studio.Runs;

/// <summary>A layer that ran: its equations and the names of its signals.</summary>
/// <param name="Cell">Its cell.</param>
/// <param name="Equations">The equations.</param>
/// <param name="Signals">The signals, whose values are asked for one by one.</param>
internal sealed record LayerReply(string Cell, IReadOnlyList<CellEquation> Equations, IReadOnlyList<LayerReply.SignalReply> Signals)
{
    /// <summary>A traced layer.</summary>
    public static LayerReply Of(Trace layer) =>
        new(layer.Cell.Name, CellEquation.Of(layer.Cell), [.. layer.Signals.Select(signal => new SignalReply(signal.Name, signal.Width, signal.IsState))]);

    /// <summary>A signal.</summary>
    internal sealed record SignalReply(string Name, int Width, bool IsState);
}
