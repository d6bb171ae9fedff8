using System.Runtime.InteropServices;
using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tasks.Series;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class ForecastNetworkTests
{
    public static TheoryData<string> Designs => SmallForecasters.Names;

    [Theory]
    [MemberData(nameof(Designs))]
    public void The_gradient_of_every_parameter_is_that_of_numerical_differences(string name)
    {
        ForecasterDesign design = SmallForecasters.Designs[name];
        using Case sample = new(design);
        sample.Loss(withGradient: true);
        sample.Network.Backward(sample.Batch);
        foreach (Parameter parameter in sample.Network.Parameters.Parameters)
        {
            double[] exact = [.. parameter.Gradient.ToArray().Select(value => (double)value)];
            double[] numerical = sample.Numerical(parameter);

            // The outputs are floats, good to 1e-7, which differences over a step of 1/64 turn into 1e-5: no use below a thousandth of this.
            double largest = Math.Max(1e-2, exact.Concat(numerical).Max(Math.Abs));
            double error = exact.Zip(numerical, (a, b) => Math.Abs(a - b)).Max() / largest;
            error.ShouldBeLessThan(2e-3, $"{parameter.Name}: {string.Join(' ', exact.Take(3))} against {string.Join(' ', numerical.Take(3))}");
        }
    }

    [Theory]
    [MemberData(nameof(Designs))]
    public void A_training_step_allocates_nothing_once_its_shape_has_been_seen(string name)
    {
        ForecasterDesign design = SmallForecasters.Designs[name] with { Dropout = 0.25 };
        SeriesSet set = SmallForecasters.Set();
        int[] limits = [44, 50];
        SeriesScaler scaler = SeriesScaler.Of(set.Series, limits, isLogarithmic: false);
        using ForecastNetwork network = new(new ForecastShape(design, set.Series[0].Columns, IsTraining: true), seed: 1, threads: 2);
        network.Initialize();
        ScaledSeries[] series = [.. set.Series.Select(each => new ScaledSeries(each, scaler))];
        using ForecastTrainer trainer = new(network, series, limits, SmallForecasters.Training with { StepsPerEpoch = 0 });
        long before = 0;
        for (int i = 0; i < 30; i++)
        {
            before = i == 15 ? GC.GetAllocatedBytesForCurrentThread() : before;
            trainer.Step(totalSteps: 30);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private sealed class Case : IDisposable
    {
        private readonly SequenceLoss loss;
        private readonly LayerState state;

        public Case(ForecasterDesign design)
        {
            SeriesSet set = SmallForecasters.Set();
            SeriesScaler scaler = SeriesScaler.Of(set.Series, [.. set.Series.Select(series => series.Length)], isLogarithmic: false);
            ForecastShape shape = new(design, set.Series[0].Columns, IsTraining: true);
            Network = new ForecastNetwork(shape, seed: 3, threads: 1);
            Network.Initialize();
            foreach (Parameter parameter in Network.Parameters.Parameters)
            {
                // Also what begins at 0, so that no gradient is hidden behind it.
                new RandomStream(9, parameter.Name).FillNormal(parameter.Values, step: 0);
                foreach (ref float value in parameter.Values)
                {
                    value *= 0.4f;
                }
            }

            Network.Load();
            Batch = new WindowBatch(shape, 4);
            ScaledSeries series = new(set.Series[1], scaler);
            for (int window = 0; window < 3; window++)
            {
                Batch.Fill(window, series, design.Joint ? 0 : window % 2, 14 + (13 * window), series.Length);
            }

            Batch.Clear(3);
            if (design.Head.Kind == ForecastHeadKind.Quantiles)
            {
                // Far from the pinball loss's kinks.
                foreach (ref float target in MemoryMarshal.AsMemory(Batch.Expected).Span)
                {
                    target += 100f;
                }
            }

            state = Network.Encoder.CreateState(4);
            loss = design.Head.Loss(WorkerTeam.Default(1));
        }

        public ForecastNetwork Network { get; }

        public WindowBatch Batch { get; }

        public double Loss(bool withGradient)
        {
            Network.Forward(Batch, state, null, trainingStep: null);
            ForecastShape shape = Batch.Shape;
            return withGradient
                ? loss.MeanWithGradient(Network.Outputs, Batch.Expected, shape.Points, 4, ReadOnlyMemory<int>.Empty, shape.SegmentValues, Network.Stride)
                : loss.Sum(Network.Outputs, Batch.Expected, shape.Points, 4, ReadOnlyMemory<int>.Empty, shape.SegmentValues, Network.Stride)
                    / loss.Elements(Batch.Expected.Span, shape.Points, 4, [], shape.SegmentValues);
        }

        public double[] Numerical(Parameter parameter)
        {
            // A power of two, which the values of a float take without rounding it.
            const float Step = 1f / 64;
            double[] gradient = new double[parameter.Values.Length];
            for (int i = 0; i < gradient.Length; i++)
            {
                float at = parameter.Values[i];
                double At(float step)
                {
                    parameter.Values[i] = at + step;
                    Network.Load();
                    double value = Loss(withGradient: false);
                    parameter.Values[i] = at;
                    return value;
                }

                gradient[i] = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
            }

            return gradient;
        }

        public void Dispose()
        {
            Network.Dispose();
            Batch.Dispose();
        }
    }
}
