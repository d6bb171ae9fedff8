namespace Cellwright.Tasks.Series;

/// <summary>A method to be judged, with the way to fit it to what was known.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="Fit">Fits it to series that end where its knowledge does; may be called once for each window.</param>
public sealed record ForecastCandidate(string Name, Func<SeriesSet, IForecastMethod> Fit)
{
    /// <summary>A method that is taken as it is: one that learns nothing, or was trained on rows before the backtest.</summary>
    public static ForecastCandidate Of(IForecastMethod method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return new ForecastCandidate(method.Name, _ => method);
    }

    /// <summary>The simple methods that every forecast is compared with: naive, seasonal naive where there is a season, drift and theta.</summary>
    /// <param name="season">The rows of a season; 1 for none.</param>
    public static IReadOnlyList<ForecastCandidate> Simple(int season) => season > 1
        ? [Of(new NaiveMethod()), Of(new SeasonalNaiveMethod(season)), Of(new DriftMethod()), Of(new ThetaMethod(season))]
        : [Of(new NaiveMethod()), Of(new DriftMethod()), Of(new ThetaMethod(season))];
}
