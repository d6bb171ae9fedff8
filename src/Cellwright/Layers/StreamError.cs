namespace Cellwright.Layers;

/// <summary>What a stream's way to hold its weights does to its outputs on given data.</summary>
/// <param name="LargestDifference">The largest difference of an output from the float32 stream's.</param>
/// <param name="LargestOutput">The largest output of either, without its sign.</param>
/// <param name="RootMeanSquare">The root of the mean of the squared differences.</param>
public readonly record struct StreamError(double LargestDifference, double LargestOutput, double RootMeanSquare)
{
    private const double Floor = 1e-8;

    /// <summary>The largest difference as a share of the largest output (1e-8 at least).</summary>
    public double Relative => LargestDifference / Math.Max(LargestOutput, Floor);

    /// <summary>Steps two streams through a sequence, one with float32 weights and one as the options say.</summary>
    /// <param name="layer">The layer, not in training.</param>
    /// <param name="options">How the second stream runs.</param>
    /// <param name="x">The sequence, [T, <see cref="SequenceLayer.InputWidth"/>].</param>
    /// <exception cref="ArgumentException">The input is no whole number of steps.</exception>
    public static StreamError Measure(SequenceLayer layer, StreamOptions options, ReadOnlySpan<float> x)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(options);
        int width = layer.InputWidth;
        if (x.Length % width != 0)
        {
            throw new ArgumentException($"'x' has {x.Length} elements, which is no whole number of steps of {width}", nameof(x));
        }

        using LayerStream exact = layer.CreateStream(options with { Weights = WeightFormat.Float32 });
        using LayerStream rounded = layer.CreateStream(options);
        float[] expected = new float[layer.OutputWidth];
        float[] given = new float[layer.OutputWidth];
        (double difference, double output, double squares) = (0, 0, 0);
        for (int at = 0; at < x.Length; at += width)
        {
            exact.Step(x.Slice(at, width), expected);
            rounded.Step(x.Slice(at, width), given);
            for (int i = 0; i < expected.Length; i++)
            {
                double apart = Math.Abs((double)given[i] - expected[i]);
                difference = Math.Max(difference, apart);
                output = Math.Max(output, Math.Max(Math.Abs(given[i]), Math.Abs(expected[i])));
                squares += apart * apart;
            }
        }

        long count = (long)x.Length / width * expected.Length;
        return new StreamError(difference, output, count == 0 ? 0 : Math.Sqrt(squares / count));
    }
}
