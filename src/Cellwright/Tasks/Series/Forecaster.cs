using System.Collections.Concurrent;
using Cellwright.Files;

namespace Cellwright.Tasks.Series;

/// <summary>
/// A trained model that forecasts series: recurrent layers of any cell over a window, or over the whole series with a
/// carried state. Forecasts may be asked for by many threads at once.
/// </summary>
/// <example><code>
/// using Forecaster model = Forecaster.Train(set, new ForecasterDesign { Cells = [Cell.Named("lstm")], Horizon = 24 });
/// model.Save("demand.safetensors");
/// double[] next = model.Forecast(series);
/// </code></example>
public sealed class Forecaster : IIntervalForecastMethod, IDisposable
{
    private readonly ForecastNetwork network;
    private readonly ConcurrentBag<ForecastRun> idle = [];
    private IntervalWidths? intervals;
    private volatile bool disposed;

    internal Forecaster(ForecastNetwork network, SeriesScaler scaler, SeriesColumns columns, TrainingHistory? history = null)
    {
        (this.network, Scaler, Columns, History) = (network, scaler, columns, history);
    }

    /// <summary>What it is made of.</summary>
    public ForecasterDesign Design => network.Shape.Design;

    /// <summary>The names of the columns, and the step from row to row.</summary>
    public SeriesColumns Columns { get; }

    /// <summary>How many numbers training changed.</summary>
    public long ParameterCount => network.Parameters.Elements;

    /// <inheritdoc/>
    public string Name => string.Join("+", Design.Cells.Select(cell => cell.Name));

    /// <inheritdoc/>
    public IReadOnlyList<double> Levels => intervals?.Levels ?? Design.Head.Levels;

    /// <summary>Whether <see cref="Calibrate"/> has given it intervals.</summary>
    public bool IsCalibrated => intervals is not null;

    /// <summary>What it keeps of the series it was trained on; null where nothing is kept.</summary>
    public TrainingHistory? History { get; private set; }

    /// <summary>What else its file holds for whoever reads it, by name, such as how the data was read.</summary>
    public IReadOnlyDictionary<string, string> Notes { get; set; } = new Dictionary<string, string>();

    internal IntervalWidths? Intervals
    {
        get => intervals;
        init => intervals = value;
    }

    internal SeriesScaler Scaler { get; }

    internal ForecastNetwork Network => network;

    /// <summary>Trains a model.</summary>
    /// <param name="set">The series.</param>
    /// <param name="design">What the model is made of.</param>
    /// <param name="options">How to train; null for the usual choices.</param>
    /// <param name="progress">Told of each epoch.</param>
    /// <param name="cancellation">Ends the training between two steps; the best values so far stay.</param>
    /// <exception cref="ArgumentException">The design or an option has no meaning.</exception>
    /// <exception cref="SeriesException">No series is long enough, or a target to take the logarithm of is not above 0.</exception>
    /// <exception cref="Training.NonFiniteException">The training diverged.</exception>
    public static Forecaster Train(
        SeriesSet set,
        ForecasterDesign design,
        ForecastTrainingOptions? options = null,
        Action<ForecastTrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options ??= new ForecastTrainingOptions();
        Forecaster model = Create(set, design, options);
        try
        {
            using ForecastTrainer trainer = new(model, set, options);
            trainer.Run(progress, cancellation);
            if (!options.CombinesLinear)
            {
                return model;
            }

            using Forecaster before = model;
            return LinearCombination.Of(before, set, options).Model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>A model that is not trained yet, with its first values drawn and the scales of the rows that it will be trained on.</summary>
    /// <param name="set">The series.</param>
    /// <param name="design">What the model is made of.</param>
    /// <param name="options">How it will be trained; null for the usual choices.</param>
    /// <exception cref="ArgumentException">The design or an option has no meaning.</exception>
    public static Forecaster Create(SeriesSet set, ForecasterDesign design, ForecastTrainingOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(design);
        options ??= new ForecastTrainingOptions();
        ForecasterDesign result = options.CombinesLinear ? design with { Linear = true } : design;
        if ((design.Problem() ?? result.Problem()) is { } problem)
        {
            throw new ArgumentException(problem, nameof(design));
        }

        if (options.Problem() is { } trouble)
        {
            throw new ArgumentException(trouble, nameof(options));
        }

        int[] limits = [.. set.Series.Select(series => options.TrainedRows(series.Length, design.Horizon))];
        SeriesScaler scaler = SeriesScaler.Of(set.Series, limits, design.Logarithm);
        ForecastNetwork network = new(new ForecastShape(design, set.Series[0].Columns, IsTraining: true), options.Seed, options.Threads);
        network.Initialize();
        return new Forecaster(network, scaler, SeriesColumns.Of(set));
    }

    /// <summary>Reads a model from a file that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidFileException">There is no such file, or it is no such model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <param name="threads">How many threads train it further; 0 for one per processor. A forecast takes one.</param>
    /// <param name="seed">Where it is trained further, the seed of what is dropped.</param>
    public static Forecaster Load(string path, int threads = 1, ulong seed = 0) => ForecasterFile.Load(path, threads, seed);

    /// <summary>Whether a file says that it holds a forecaster; false where there is no such file, or it cannot be read.</summary>
    /// <param name="path">The file.</param>
    public static bool IsIn(string path) => ForecasterFile.IsIn(path);

    /// <summary>Writes the model into one file; an error leaves an old file whole.</summary>
    /// <param name="path">The file, <c>.safetensors</c>.</param>
    public void Save(string path)
    {
        SafetensorsWriter writer = new();
        ForecasterFile.AddTo(writer, this);
        writer.Save(path);
    }

    /// <summary>
    /// Gives the model intervals: its quantiles, or its point, are widened or narrowed by what the last windows of each
    /// series, which it must not have been trained on, show (<see cref="ConformalMethod"/>). Not while others forecast.
    /// </summary>
    /// <param name="set">The series.</param>
    /// <param name="options">The levels and the windows; its horizon is that of the model.</param>
    /// <exception cref="SeriesException">No series is long enough for one window.</exception>
    public void Calibrate(SeriesSet set, ConformalOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        intervals = ConformalMethod.Calibrate(new Uncalibrated(this), set, options with { Horizon = Design.Horizon }).Widths;
    }

    /// <summary>Keeps in the model what it needs to forecast without being given the series again: the rows of a window, or all where the state is carried.</summary>
    /// <param name="set">The series it was trained on.</param>
    /// <param name="options">How it was trained, which says what rows it was trained on.</param>
    public void Keep(SeriesSet set, ForecastTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(options);

        // Intervals look at some seasons.
        int rows = Math.Max(Design.Window + Math.Max(Design.Period, 1), ConformalScale.Rows(Math.Max(Design.Period, 1)));
        History = TrainingHistory.Of(set, Design.Carried ? null : rows, [.. set.Series.Select(series => options.TrainedRows(series.Length, Design.Horizon))]);
    }

    /// <summary>Forecasts all rows that the model was made for, with its quantiles and the times of the rows.</summary>
    /// <param name="series">What has been observed; known columns as far ahead as they reach.</param>
    /// <exception cref="SeriesException">The series has other columns than the model.</exception>
    public Forecast Predict(TimeSeries series) => Series.Forecast.Of(this, series, Design.Horizon, Columns.Step, Columns.Targets);

    /// <summary>Forecasts all rows that the model was made for.</summary>
    /// <param name="series">What has been observed; known columns as far ahead as they reach, 0 on the common scale behind that.</param>
    /// <returns>The points, [horizon, targets].</returns>
    /// <exception cref="SeriesException">The series has other columns than the model.</exception>
    public double[] Forecast(TimeSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        double[] result = new double[Design.Horizon * series.Columns.Targets];
        Forecast(series, Design.Horizon, result);
        return result;
    }

    /// <inheritdoc/>
    public void Forecast(TimeSeries series, int horizon, Span<double> result) => Forecast(series, horizon, result, []);

    /// <summary>Forecasts the targets behind the series' last row.</summary>
    /// <param name="series">What has been observed.</param>
    /// <param name="horizon">How many steps, at least 1 and at most those that the model was made for.</param>
    /// <param name="point">Receives the forecast, [<paramref name="horizon"/>, targets].</param>
    /// <param name="quantiles">Receives its quantiles, [<paramref name="horizon"/>, targets, levels], ascending along the levels; empty where not wanted.</param>
    /// <exception cref="SeriesException">The series has other columns than the model, or the horizon is too long.</exception>
    public void Forecast(TimeSeries series, int horizon, Span<double> point, Span<double> quantiles)
    {
        ArgumentNullException.ThrowIfNull(series);
        if (intervals is null || quantiles.IsEmpty)
        {
            Run(series, horizon, point, quantiles);
        }
        else
        {
            Check(series, horizon);
            intervals.Forecast(new Uncalibrated(this), series, horizon, point, quantiles);
        }
    }

    private void Run(TimeSeries series, int horizon, Span<double> point, Span<double> quantiles)
    {
        Check(series, horizon);
        ForecastRun run = Rent();
        try
        {
            run.Predict(new ScaledSeries(series, Scaler, Design.Carried ? series.Length : Design.Window), series.Length);
            run.CopyTo(horizon, series.Columns.Targets, point, quantiles);
        }
        finally
        {
            Return(run);
        }
    }

    /// <summary>Says what moved a forecast and how far back it remembers, by the gradient of its mean.</summary>
    /// <param name="series">What has been observed.</param>
    /// <param name="target">The target.</param>
    /// <param name="horizon">How many of the first rows ahead; null for all. Step by step it is the first segment at most, since later ones follow what was forecast before.</param>
    /// <exception cref="SeriesException">The series has other columns than the model.</exception>
    public ForecastExplanation Explain(TimeSeries series, int target = 0, int? horizon = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, Columns.Targets.Count);
        Check(series, horizon ?? Design.Horizon);
        using ForecastGradient gradient = new(this, new ScaledSeries(series, Scaler), target, horizon ?? Design.Horizon);
        InputInfluence[] inputs =
        [
            .. Columns.Targets.Select((name, i) => new InputInfluence(name, InputKind.Target, gradient.ByTarget(i))).Where((_, i) => Design.Joint || i == target),
            .. Columns.Past.Select((name, i) => new InputInfluence(name, InputKind.Past, gradient.ByPast(i))),
            .. Columns.Known.Select((name, i) => new InputInfluence(name, InputKind.Known, gradient.ByKnown(i))),
            .. Columns.Known.Select((name, i) => new InputInfluence(name, InputKind.Ahead, gradient.ByAhead(i)[..Math.Min(Design.Horizon, series.KnownLength - series.Length)])),
        ];
        return new ForecastExplanation(Columns.Targets[target], gradient.Steps, gradient.Rows, [.. inputs.OrderByDescending(input => input.Size)]);
    }

    /// <summary>A stream that goes on from a series, with <see cref="ForecastStream.Update"/> for each new row.</summary>
    /// <param name="series">What has been observed.</param>
    /// <exception cref="SeriesException">The series has other columns than the model.</exception>
    public ForecastStream CreateStream(TimeSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        Check(series, Design.Horizon);
        return new ForecastStream(this, series);
    }

    /// <summary>Compares forecasts with what came, in deviations of each series, for every window whose outcomes lie in some rows.</summary>
    /// <param name="series">The series; windows may reach back over the first of those rows.</param>
    /// <param name="outcomes">For each series, the first row that is an outcome, and the one behind the last.</param>
    /// <param name="stride">The rows from one window to the next; where the state is carried, windows follow one another instead.</param>
    /// <exception cref="SeriesException">A series has other columns than the model.</exception>
    public ForecastScore Score(IReadOnlyList<TimeSeries> series, IReadOnlyList<(int First, int Limit)> outcomes, int stride = 1)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(outcomes);
        foreach (TimeSeries each in series)
        {
            Check(each, Design.Horizon);
        }

        const int Windows = 256;
        using ForecastNetwork own = new(network.Shape, seed: 0, threads: 0);
        own.CopyFrom(network);
        using ForecastEvaluation evaluation = new(own, [.. series.Select(each => new ScaledSeries(each, Scaler))], outcomes, Windows, stride);
        return evaluation.Score();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        while (idle.TryTake(out ForecastRun? run))
        {
            run.Dispose();
        }

        network.Dispose();
    }

    internal ForecastRun Rent()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return idle.TryTake(out ForecastRun? run) ? run : CreateRun();
    }

    internal void Return(ForecastRun run)
    {
        if (disposed)
        {
            run.Dispose();
            return;
        }

        idle.Add(run);
    }

    // A layer is one caller's at a time, so each run has layers of its own, with the same values.
    private ForecastRun CreateRun()
    {
        ForecastNetwork own = new(network.Shape, seed: 0, threads: 1);
        own.CopyFrom(network);
        return new ForecastRun(own, own.Shape.SequencesPerSeries, ownsNetwork: true);
    }

    internal void Check(TimeSeries series, int horizon)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        if (horizon > Design.Horizon)
        {
            throw new SeriesException(FormattableString.Invariant($"the model forecasts up to {Design.Horizon} rows, and {horizon} were asked for; train one with a longer horizon"));
        }

        if (series.Columns != network.Shape.Columns)
        {
            throw new SeriesException($"series '{series.Id}' has {series.Columns} target, past, known and static columns where the model reads {network.Shape.Columns}; give it the columns that it was trained on");
        }
    }

    // What the network says, before its intervals are calibrated.
    private sealed class Uncalibrated(Forecaster model) : IIntervalForecastMethod
    {
        public string Name => model.Name;

        public IReadOnlyList<double> Levels => model.Design.Head.Levels;

        public void Forecast(TimeSeries series, int horizon, Span<double> result) => model.Run(series, horizon, result, []);

        public void Forecast(TimeSeries series, int horizon, Span<double> point, Span<double> quantiles) => model.Run(series, horizon, point, quantiles);
    }
}
