using Cellwright.Layers;
using Cellwright.Tasks.Series;

namespace Cellwright.Inspection;

/// <summary>Gradient flow in a forecaster over rows that it reads: the states of its encoder, back from the last row.</summary>
public static class ForecastFlow
{
    /// <summary>Measures a forecaster with the values it has.</summary>
    /// <param name="model">The model.</param>
    /// <param name="series">What has been observed.</param>
    /// <param name="steps">The most steps back; a model that reads a window has no more than that.</param>
    /// <param name="target">The target whose sequence is followed.</param>
    /// <param name="seed">The seed of the direction of the loss.</param>
    /// <exception cref="SeriesException">The series has other columns than the model.</exception>
    public static GradientFlow Of(Forecaster model, TimeSeries series, int steps, int target = 0, ulong seed = 1)
    {
        ForecastInput input = ForecastInput.Of(model, series, target, Most(model, steps));
        return Measure(model.Network.Encoder, input, steps, seed);
    }

    /// <summary>Measures what a forecaster was before it was trained: the same layers with values drawn from a seed.</summary>
    /// <inheritdoc cref="Of"/>
    public static GradientFlow BeforeTraining(Forecaster model, TimeSeries series, int steps, int target = 0, ulong seed = 1)
    {
        ForecastInput input = ForecastInput.Of(model, series, target, Most(model, steps));
        using LayerStack drawn = model.Design.Build(model.Network.Encoder.InputWidth, dropsOutput: false, seed, threads: 1);
        drawn.Initialize(seed);
        return Measure(drawn, input, steps, seed);
    }

    private static int Most(Forecaster model, int steps) => Math.Max(1, steps) + model.Design.Steps - 1;

    private static GradientFlow Measure(LayerStack layers, ForecastInput input, int steps, ulong seed)
    {
        int read = input.Values.Length / layers.InputWidth;
        GradientProbe probe = new() { Length = Math.Min(steps, read), Batch = 1, Seed = seed };
        return probe.Measure(layers, input.Values.AsSpan((read - probe.Length) * layers.InputWidth));
    }
}
