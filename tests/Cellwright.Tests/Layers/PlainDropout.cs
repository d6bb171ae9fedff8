using Cellwright.Graphs;

namespace Cellwright.Tests.Layers;

/// <summary>Dropout, element by element.</summary>
internal sealed class PlainDropout(int width, double rate, bool variational, ulong seed) : PlainLayer
{
    public override int InputWidth => width;

    public override int OutputWidth => width;

    public override IEnumerable<(string Name, int Length)> Parameters => [];

    public override IEnumerable<(string Name, int Width)> States => [];

    public override (double[] Y, double[] Dx) Run(string prefix, PlainBatch batch, double[] x, double[]? dy)
    {
        SequenceShape shape = batch.Shape;
        double[] Pass(double[] values) => batch.TrainingStep is not { } step
            ? values
            : [.. values.Zip(PlainNoise.Elements(shape, width, variational), (value, element) => value * PlainNoise.Kept(seed, "dropout/" + prefix, step, element, rate))];
        return (WithoutPadding(shape, Pass(x)), dy is null ? [] : WithoutPadding(shape, Pass(dy)));
    }
}
