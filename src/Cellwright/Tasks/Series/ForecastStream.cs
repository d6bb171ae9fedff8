using System.Runtime.InteropServices;

namespace Cellwright.Tasks.Series;

/// <summary>
/// A series that goes on: each observation is taken as it comes, and what lies ahead may be asked for at any time. Where the
/// model carries its state, an observation costs one step of the recurrent layers (one each segment), whatever the length
/// of the series; otherwise it is only noted, and a forecast reads one window. For one caller at a time.
/// </summary>
/// <remarks>Made by <see cref="Forecaster.CreateStream"/>. The scales are those of the series it began with.</remarks>
public sealed class ForecastStream : IDisposable
{
    private readonly Forecaster model;
    private readonly ForecastRun run;
    private readonly ColumnScale[] scales;
    private readonly List<double>[] targets;
    private readonly List<double>[] past;
    private readonly List<double>[] known;
    private readonly string id;
    private readonly double[] constants;
    private readonly int kept;
    private int pending;
    private bool isStepped;

    internal ForecastStream(Forecaster model, TimeSeries series)
    {
        this.model = model;
        (id, constants) = (series.Id, series.Constants.ToArray());
        scales = model.Scaler.Targets(series);
        ForecasterDesign design = model.Design;
        kept = design.Window + Math.Max(design.Period, 1) + design.Segment;
        int first = Math.Max(0, series.Length - kept);
        (int targetCount, int pastCount, int knownCount, _) = series.Columns;
        targets = [.. Enumerable.Range(0, targetCount).Select(column => series.Target(column)[first..].ToArray().ToList())];
        past = [.. Enumerable.Range(0, pastCount).Select(column => series.Past(column)[first..].ToArray().ToList())];
        known = [.. Enumerable.Range(0, knownCount).Select(column => series.Known(column)[first..].ToArray().ToList())];
        run = model.Rent();
        run.Predict(new ScaledSeries(series, model.Scaler), series.Length);
    }

    /// <summary>The rows since the last whole segment, which a carried state has not read yet; they count from the next whole segment on.</summary>
    public int Pending => model.Design.Carried ? pending : 0;

    /// <summary>Takes the next row.</summary>
    /// <param name="observation">The targets; NaN where one is missing.</param>
    /// <param name="pastCovariates">The past covariates of the row.</param>
    /// <param name="knownCovariates">The known covariates of the row that follows those known so far; empty where they are known already.</param>
    /// <exception cref="ArgumentException">There are not as many values as columns.</exception>
    public void Update(ReadOnlySpan<double> observation, ReadOnlySpan<double> pastCovariates = default, ReadOnlySpan<double> knownCovariates = default)
    {
        Append(targets, observation, nameof(observation));
        Append(past, pastCovariates, nameof(pastCovariates));
        if (!knownCovariates.IsEmpty || (known.Length > 0 && known[0].Count < targets[0].Count))
        {
            Append(known, knownCovariates, nameof(knownCovariates));
        }

        if (targets[0].Count > 2 * kept)
        {
            int surplus = targets[0].Count - kept;
            foreach (List<double> column in targets.Concat(past).Concat(known))
            {
                column.RemoveRange(0, surplus);
            }
        }

        if (++pending == model.Design.Segment)
        {
            pending = 0;
            if (model.Design.Carried)
            {
                ScaledSeries recent = Recent();
                run.Step(recent, recent.Length);
                isStepped = true;
            }
        }
    }

    /// <summary>Forecasts the rows behind the last one that was taken: as many as the model was made for, less <see cref="Pending"/>.</summary>
    /// <returns>The points, [rows, targets].</returns>
    public double[] Forecast()
    {
        int horizon = model.Design.Horizon;
        double[] points = new double[horizon * targets.Length];
        if (!model.Design.Carried)
        {
            ScaledSeries recent = Recent();
            run.Predict(recent, recent.Length);
        }
        else if (isStepped)
        {
            run.PredictFromStep();
        }

        run.CopyTo(horizon, targets.Length, points, []);
        return points[(Pending * targets.Length)..];
    }

    /// <inheritdoc/>
    public void Dispose() => model.Return(run);

    private static void Append(List<double>[] columns, ReadOnlySpan<double> row, string name)
    {
        if (row.Length != columns.Length)
        {
            throw new ArgumentException(FormattableString.Invariant($"there are {row.Length} values for {columns.Length} columns"), name);
        }

        for (int i = 0; i < columns.Length; i++)
        {
            columns[i].Add(row[i]);
        }
    }

    private ScaledSeries Recent() => new(
        new TimeSeries(id, null, Arrays(targets), Arrays(past), Arrays(known), constants), model.Scaler, scales);

    private static double[][] Arrays(List<double>[] columns) => [.. columns.Select(column => CollectionsMarshal.AsSpan(column).ToArray())];
}
