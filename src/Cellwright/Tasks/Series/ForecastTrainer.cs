using Cellwright.Files;
using Cellwright.Layers;
using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>Trains a forecaster on windows of series. A step allocates nothing.</summary>
public sealed class ForecastTrainer : IDisposable
{
    private const string StatePrefix = "run.state.";

    // A forward pass where a step has that and about twice as much.
    private const double CostOfWindow = 0.4;

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

    /// <summary>Training of a model at its first step.</summary>
    /// <param name="model">The model, whose values change.</param>
    /// <param name="set">The series that it was created for.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="SeriesException">No series is long enough.</exception>
    public ForecastTrainer(Forecaster model, SeriesSet set, ForecastTrainingOptions options)
        : this(
            Checked(model, set, options).Network,
            [.. set.Series.Select(series => new ScaledSeries(series, model.Scaler))],
            [.. set.Series.Select(series => options.TrainedRows(series.Length, model.Design.Horizon))],
            options)
    {
    }

    /// <summary>Training of a network at its first step.</summary>
    /// <param name="network">The network, whose values change.</param>
    /// <param name="series">The series.</param>
    /// <param name="limits">For each, the rows that are trained on; what follows is validated.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="SeriesException">No series is long enough.</exception>
    internal ForecastTrainer(ForecastNetwork network, ScaledSeries[] series, int[] limits, ForecastTrainingOptions options)
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

    /// <summary>The windows of a step.</summary>
    public int WindowsPerStep => batch.Windows;

    /// <summary>The windows that are validated; 0 where there are none.</summary>
    public int ValidationWindows => evaluation?.Windows ?? 0;

    /// <summary>The validations so far, and whether they end the training.</summary>
    internal EarlyStopping Validations => update.Validations;

    private double ValidationCost => ValidationWindows / (double)batch.Windows * CostOfWindow;

    private int TotalSteps => StepsPerEpoch * options.Epochs;

    /// <summary>Does one step.</summary>
    /// <param name="totalSteps">The number of steps of the whole run; during the learning rate's warm-up it may still be unknown and any number.</param>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; the values are those before the step.</exception>
    public TrainingProgress Step(int totalSteps)
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
            throw new NonFiniteException(Steps + 1, NonFiniteValue.First(network.Parameters.Parameters, state) is { } first ? $"the loss (first of all {first})" : "the loss");
        }

        batch.Weigh(network.Outputs.Span, network.Stride);
        network.Backward(batch);
        (double length, double rate) = update.Apply(Steps, totalSteps);
        network.Load();
        Steps++;
        return new TrainingProgress(Steps, totalSteps, mean, length, rate);
    }

    /// <summary>
    /// Turns a time into a number of steps: does some first steps by the clock, at most as many as are the same for any
    /// length of the run, and works out how many fit. A run of that number of steps gives the same model.
    /// </summary>
    /// <param name="budget">The time that is left, these first steps included.</param>
    /// <param name="validateEvery">The steps between validations during the run; 0 for the default.</param>
    /// <param name="progress">Told of every step, with 0 for the number of steps.</param>
    /// <returns>The number of steps of the whole run, at least those already done.</returns>
    public int StepsWithin(TimeSpan budget, int validateEvery = 0, Action<TrainingProgress>? progress = null)
    {
        StepClock clock = new(budget);
        int most = Steps + StepClock.MostSteps;
        do
        {
            TrainingProgress step = Step(totalSteps: 0);
            clock.Tick();
            progress?.Invoke(step);
        }
        while (Steps < most && options.IsSameForAnyLength(Steps) && clock.WantsMore);

        int room = clock.StepsLeft(ValidationCost);
        return Steps + ValidationInterval.StepsWithin(room, ValidationCost, steps => ValidateEvery(steps, validateEvery));
    }

    /// <summary>The steps between validations in a run of some steps.</summary>
    /// <param name="steps">The number of steps of the run.</param>
    /// <param name="every">The interval where it was given; 0 for the default.</param>
    public int ValidateEvery(int steps, int every = 0) => every > 0 ? every : ValidationInterval.Of(steps, ValidationCost);

    /// <summary>Compares the model as it is now with what came in the rows kept for validation; null where there are none.</summary>
    public ForecastScore? Validate() => evaluation?.Score();

    /// <summary>Lets the model have the values that it is judged by: the average where there is one, until what this gives is disposed.</summary>
    public IDisposable UseAverage() => new AverageInUse(SwapAverage);

    /// <summary>Takes note of the validation after the last step, which the learning rate and the end of the training may follow.</summary>
    /// <param name="loss">The loss.</param>
    public void Note(double loss) => update.Note(Steps, loss);

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
                sum += Step(TotalSteps).Loss;
            }

            if (cancellation.IsCancellationRequested)
            {
                break;
            }

            ForecastScore? score;
            bool isBest;
            using (UseAverage())
            {
                score = Validate();
                isBest = score is not { } own || update.Validations.IsBetter(own.Loss);
                Note(score?.Loss ?? 0.0);
                if (isBest)
                {
                    hasBest = true;
                    ForEach((parameter, kept) => parameter.Values.CopyTo(kept));
                }
            }

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

    /// <summary>Adds what the next step depends on beside the model: the step, from which the windows, the learning rate and what is dropped follow, the optimizer and the carried state.</summary>
    internal void AddTo(SafetensorsWriter checkpoint)
    {
        checkpoint.Add(TrainingRun.StepName, [], new long[] { Steps });
        update.AddTo(checkpoint);
        foreach (string name in state?.Names ?? [])
        {
            float[] values = state![name].ToArray();
            checkpoint.Add(StatePrefix + name, [state.Batch, values.Length / state.Batch], values);
        }
    }

    /// <summary>Goes to where a checkpoint was written; the model is the one in it.</summary>
    /// <exception cref="InvalidFileException">The checkpoint is of another training.</exception>
    internal void ReadFrom(SafetensorsFile checkpoint)
    {
        Steps = TrainingRun.StepOf(checkpoint);
        update.ReadFrom(checkpoint);
        foreach (string name in state?.Names ?? [])
        {
            checkpoint.ReadSingles(StatePrefix + name, state![name]);
        }
    }

    /// <summary>Makes sure that what a checkpoint would hold is good to go on from.</summary>
    /// <exception cref="NonFiniteException">A value or a state is not finite.</exception>
    internal void CheckFinite()
    {
        if (NonFiniteValue.First(network.Parameters.Parameters, state) is { } first)
        {
            throw new NonFiniteException(Steps, first);
        }
    }

    private static Forecaster Checked(Forecaster model, SeriesSet set, ForecastTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);
        return options.Problem() is { } problem ? throw new ArgumentException(problem, nameof(options)) : model;
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
