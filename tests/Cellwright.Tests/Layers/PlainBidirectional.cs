using Cellwright.Graphs;

namespace Cellwright.Tests.Layers;

/// <summary>One layer with time, one against it.</summary>
internal sealed class PlainBidirectional(PlainLayer forward, PlainLayer reverse) : PlainLayer
{
    public override int InputWidth => forward.InputWidth;

    public override int OutputWidth => forward.OutputWidth + reverse.OutputWidth;

    public override IEnumerable<(string Name, int Length)> Parameters =>
        [.. forward.Parameters, .. reverse.Parameters.Select(parameter => ("reverse." + parameter.Name, parameter.Length))];

    public override IEnumerable<(string Name, int Width)> States =>
        [.. forward.States, .. reverse.States.Select(state => ("reverse." + state.Name, state.Width))];

    public override (double[] Y, double[] Dx) Run(string prefix, PlainBatch batch, double[] x, double[]? dy)
    {
        SequenceShape shape = batch.Shape;
        double[]? first = dy is null ? null : Columns(dy, 0, forward.OutputWidth);
        double[]? second = dy is null ? null : Turned(shape, Columns(dy, forward.OutputWidth, reverse.OutputWidth));
        (double[] y, double[] dx) = forward.Run(prefix, batch, x, first);
        (double[] turnedY, double[] turnedDx) = reverse.Run(prefix + "reverse.", batch, Turned(shape, x), second);
        double[] other = Turned(shape, turnedY);
        return (
            [.. Enumerable.Range(0, shape.Steps * shape.Batch).SelectMany(row => Row(y, row, forward.OutputWidth).Concat(Row(other, row, reverse.OutputWidth)))],
            dy is null ? [] : Sum(dx, Turned(shape, turnedDx)));
    }

    // Each sequence's own steps from the last to the first, and 0 past its end.
    private static double[] Turned(SequenceShape shape, double[] values)
    {
        int width = values.Length / (shape.Steps * shape.Batch);
        return [.. Enumerable.Range(0, shape.Steps * shape.Batch).SelectMany(row =>
        {
            int t = shape.Length(row % shape.Batch) - 1 - (row / shape.Batch);
            return t < 0 ? new double[width] : Row(values, (t * shape.Batch) + (row % shape.Batch), width);
        })];
    }

    private static double[] Row(double[] values, int row, int width) => values[(row * width)..((row + 1) * width)];

    private double[] Columns(double[] values, int offset, int width) =>
        [.. values.Chunk(OutputWidth).SelectMany(row => row[offset..(offset + width)])];
}
