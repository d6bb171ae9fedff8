namespace Cellwright.Tasks.Series;

/// <summary>
/// A series that goes on: each observation is taken as it comes, and what lies ahead may be asked for at any time. Where the
/// model carries its state, an observation costs one step of the recurrent layers (one each segment), whatever the length
/// of the series; otherwise it is only noted, and a forecast reads one window. Neither takes memory. For one caller at a time.
/// </summary>
/// <remarks>Made by <see cref="Forecaster.CreateStream"/>. The scales are those of the series it began with.</remarks>
public sealed class ForecastStream : IDisposable
{
    private readonly Forecaster model;
    private readonly ForecastRun run;
    private readonly ScaledSeries recent;
    private readonly (int Targets, int Past, int Known, int Constants) columns;
    private readonly double[] points;
    private readonly int kept;
    private int pending;
    private bool isStepped;

    internal ForecastStream(Forecaster model, TimeSeries series)
    {
        (this.model, columns) = (model, series.Columns);
        ForecasterDesign design = model.Design;
        kept = design.Window + Math.Max(design.Period, 1) + design.Segment;
        points = new double[design.Horizon * columns.Targets];
        recent = new ScaledSeries(series.From(Math.Max(0, series.Length - kept), start: null), model.Scaler, model.Scaler.Targets(series));
        recent.Reserve(2 * kept, Math.Max(design.Horizon, series.KnownLength - series.Length));
        run = model.Rent();
        run.Predict(new ScaledSeries(series, model.Scaler), series.Length);
    }

    /// <summary>The rows since the last whole segment, which a carried state has not read yet; they count from the next whole segment on.</summary>
    public int Pending => model.Design.Carried ? pending : 0;

    /// <summary>Takes the next row.</summary>
    /// <param name="observation">The targets; NaN where one is missing.</param>
    /// <param name="pastCovariates">The past covariates of the row.</param>
    /// <param name="knownCovariates">The known covariates of the row that follows those known so far; empty where they are known already.</param>
    /// <exception cref="ArgumentException">There are not as many values as columns; nothing is taken then.</exception>
    public void Update(ReadOnlySpan<double> observation, ReadOnlySpan<double> pastCovariates = default, ReadOnlySpan<double> knownCovariates = default)
    {
        bool knowsMore = !knownCovariates.IsEmpty || (columns.Known > 0 && recent.KnownLength == recent.Length);
        Check(observation, columns.Targets, nameof(observation));
        Check(pastCovariates, columns.Past, nameof(pastCovariates));
        Check(knownCovariates, knowsMore ? columns.Known : 0, nameof(knownCovariates));
        if (recent.Length == 2 * kept)
        {
            recent.RemoveFirst(kept);
        }

        if (knowsMore)
        {
            recent.AppendKnown(knownCovariates);
        }

        recent.Append(observation, pastCovariates);
        if (++pending == model.Design.Segment)
        {
            pending = 0;
            if (model.Design.Carried)
            {
                run.Step(recent, recent.Length);
                isStepped = true;
            }
        }
    }

    /// <summary>Forecasts the rows behind the last one that was taken: as many as the model was made for, less <see cref="Pending"/>.</summary>
    /// <returns>The points, [rows, targets].</returns>
    public double[] Forecast()
    {
        Run();
        return points[(Pending * columns.Targets)..];
    }

    /// <summary>Forecasts as <see cref="Forecast()"/> does, into given memory.</summary>
    /// <param name="result">Receives the points, [rows, targets]; at least as long.</param>
    /// <returns>The rows.</returns>
    public int Forecast(Span<double> result)
    {
        Run();
        points.AsSpan(Pending * columns.Targets).CopyTo(result);
        return model.Design.Horizon - Pending;
    }

    /// <inheritdoc/>
    public void Dispose() => model.Return(run);

    private static void Check(ReadOnlySpan<double> row, int count, string name)
    {
        if (row.Length != count)
        {
            throw new ArgumentException(FormattableString.Invariant($"there are {row.Length} values for {count} columns"), name);
        }
    }

    private void Run()
    {
        if (!model.Design.Carried)
        {
            run.Predict(recent, recent.Length);
        }
        else if (isStepped)
        {
            run.PredictFromStep();
            isStepped = false;
        }

        run.CopyTo(model.Design.Horizon, columns.Targets, points, []);
    }
}
