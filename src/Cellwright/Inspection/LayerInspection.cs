using Cellwright.Layers;

namespace Cellwright.Inspection;

/// <summary>Looks into layers.</summary>
public static class LayerInspection
{
    /// <summary>Runs the layer and records every signal; see <see cref="Inspection.Trace.Of"/>.</summary>
    /// <param name="layer">The layer, of a cell with one input.</param>
    /// <param name="x">The input, [T, B, width].</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">The steps of each sequence; empty when all are T.</param>
    /// <param name="initial">The states before the first step; null for those the cell says.</param>
    public static Trace Trace(this Layer layer, ReadOnlySpan<float> x, int steps, int batch = 1, ReadOnlySpan<int> lengths = default, LayerState? initial = null) =>
        Inspection.Trace.Of(layer, x, steps, batch, lengths, initial);

    /// <summary>Follows a gradient from the last step back to the first; see <see cref="Inspection.GradientFlow.Of"/>.</summary>
    /// <param name="layer">The layer or stack, with one input.</param>
    /// <param name="x">The input, [T, B, width].</param>
    /// <param name="steps">T, from 1.</param>
    /// <param name="batch">B.</param>
    /// <param name="dy">The gradient of the loss by the last step's output, [B, output width].</param>
    /// <param name="initial">The states before the first step; null for those the cells say.</param>
    public static GradientFlow GradientFlow(this SequenceLayer layer, ReadOnlySpan<float> x, int steps, int batch, ReadOnlySpan<float> dy, LayerState? initial = null) =>
        Inspection.GradientFlow.Of(layer, x, steps, batch, dy, initial);
}
