using Cellwright.Layers;
using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>Trains a forecaster's network on windows of series. A step allocates nothing.</summary>
internal sealed class ForecastTrainer : IDisposable
{
    private readonly ForecastNetwork network;
    private readonly ForecastTrainingOptions options;
    private readonly SeriesWindows? windows;
    private readonly CarriedWindows? carried;
    private readonly WindowBatch batch;
    private readonly LayerState? state;
    private readonly int[] limits;
    private readonly ParameterUpdate update;
    private readonly SequenceLoss loss;
    private readonly ForecastEvaluation? evaluation;
    private readonly float[][] best;

    /// <summary>Training of a network at its first step.</summary>
    /// <param name="network">The network, whose values change.</param>
    /// <param name="series">The series.</param>
    /// <param name="limits">For each, the rows that are trained on; what follows is validated.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="SeriesException">No series is long enough.</exception>
    public ForecastTrainer(ForecastNetwork network, ScaledSeries[] series, int[] limits, ForecastTrainingOptions options)
    {
        (this.network, this.limits, this.options) = (network, limits, options);
        ForecastShape shape = network.Shape;
        if (shape.Design.Carried)
        {
            if (!limits.Any(limit => limit > shape.RowsAhead))
            {
                throw TooShort(shape.Design);
            }

            carried = new CarriedWindows(shape, series, limits, options.Batch, network.Encoder.CreateState(1));
            StepsPerEpoch = carried.Steps;
            batch = new WindowBatch(shape, carried.Lanes);
            state = network.Encoder.CreateState(carried.Lanes);
        }
        else
        {
            windows = new SeriesWindows(shape, series, [.. limits.Select(limit => (0, limit))], stride: 1, options.Seed);
            StepsPerEpoch = (windows.Count + options.Batch - 1) / options.Batch;
            batch = new WindowBatch(shape, options.Batch);
        }

        if (StepsPerEpoch == 0)
        {
            throw TooShort(shape.Design);
        }

        if (options.StepsPerEpoch > 0)
        {
            StepsPerEpoch = Math.Min(StepsPerEpoch, options.StepsPerEpoch);
        }

        Weigh(series);
        update = new ParameterUpdate(network.Parameters, network.Team, options);
        loss = shape.Design.Head.Loss(network.Team);
        best = [.. network.Parameters.Parameters.Select(parameter => new float[parameter.Values.Length])];
        bool validates = series.Zip(limits).Any(pair => pair.Second < pair.First.Length);
        evaluation = validates
            ? new ForecastEvaluation(network, series, [.. series.Zip(limits, (each, limit) => (limit, each.Length))], batch.Windows, options.ValidationStride)
            : null;
    }

    /// <summary>The steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>The steps of an epoch.</summary>
    public int StepsPerEpoch { get; }

    private int TotalSteps => StepsPerEpoch * options.Epochs;

    /// <summary>Does one step.</summary>
    /// <returns>The loss of its windows, before.</returns>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; the values are those before the step.</exception>
    public double Step()
    {
        (int epoch, int step) = Math.DivRem(Steps, StepsPerEpoch);
        if (carried is not null)
        {
            carried.Fill(step, batch, state!);
        }
        else
        {
            windows!.Shuffle(epoch);
            windows.Fill(batch, step * options.Batch, limits);
        }

        network.Forward(batch, state, state, Steps);
        ForecastShape shape = batch.Shape;
        double mean = loss.MeanWithGradient(network.Outputs, batch.Expected, shape.Points, batch.Windows, ReadOnlyMemory<int>.Empty, shape.SegmentValues, network.Stride);
        if (!double.IsFinite(mean))
        {
            throw new NonFiniteException(Steps + 1, "the loss");
        }

        batch.Weigh(network.Outputs.Span, network.Stride);
        network.Backward(batch);
        update.Apply(Steps, TotalSteps);
        network.Load();
        Steps++;
        return mean;
    }

    /// <summary>Trains through all epochs, or until validation has not got better for too long, and leaves the best values in the network.</summary>
    /// <param name="progress">Told of each epoch.</param>
    /// <param name="cancellation">Ends the training between two steps; the best values so far stay.</param>
    public void Run(Action<ForecastTrainingProgress>? progress, CancellationToken cancellation)
    {
        bool hasBest = false;
        for (int epoch = 1; epoch <= options.Epochs && !update.Validations.IsOver; epoch++)
        {
            double sum = 0.0;
            for (int i = 0; i < StepsPerEpoch && !cancellation.IsCancellationRequested; i++)
            {
                sum += Step();
            }

            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            SwapAverage();
            ForecastScore? score = evaluation?.Score();
            bool isBest = score is not { } own || update.Validations.IsBetter(own.Loss);
            update.Note(Steps, score?.Loss ?? 0.0);
            if (isBest)
            {
                hasBest = true;
                ForEach((parameter, kept) => parameter.Values.CopyTo(kept));
            }

            SwapAverage();
            progress?.Invoke(new ForecastTrainingProgress(epoch, options.Epochs, sum / StepsPerEpoch, score, isBest));
        }

        if (hasBest)
        {
            ForEach((parameter, kept) => kept.CopyTo(parameter.Values));
            network.Load();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        batch.Dispose();
        evaluation?.Dispose();
    }

    private static SeriesException TooShort(ForecasterDesign design) => new(FormattableString.Invariant(
        $"no series has rows enough to be trained on: a forecast of {design.Horizon} rows needs at least {design.Horizon + 1}, beside those kept for validation; give longer series, or a shorter horizon"));

    // The mean weight of a target is 1, so that the length of gradients stays comparable.
    private void Weigh(ScaledSeries[] series)
    {
        if (options.ErrorUnit == ForecastErrorUnit.Window)
        {
            return;
        }

        for (int i = 0; i < series.Length; i++)
        {
            series[i].Weights = [.. Enumerable.Range(0, series[i].Scales.Count).Select(target => options.ErrorUnit == ForecastErrorUnit.Season
                ? 1f / series[i].SeasonalChange(target, limits[i], Math.Max(1, network.Shape.Design.Period))
                : 1f)];
        }

        float mean = series.SelectMany(each => each.Weights!).Average();
        foreach (ScaledSeries each in series)
        {
            for (int target = 0; target < each.Weights!.Length; target++)
            {
                each.Weights[target] /= mean;
            }
        }
    }

    private void SwapAverage()
    {
        if (update.HasAverage)
        {
            update.SwapAverage();
            network.Load();
        }
    }

    private void ForEach(Action<Parameter, float[]> action)
    {
        for (int i = 0; i < best.Length; i++)
        {
            action(network.Parameters.Parameters[i], best[i]);
        }
    }
}
