namespace Cellwright.Tasks.Series;

/// <summary>Series of the same columns and the same step, one or thousands: what a model is trained on.</summary>
public sealed class SeriesSet
{
    /// <summary>A set of series.</summary>
    /// <param name="series">The series, at least one, all with the columns that the names say.</param>
    /// <param name="step">The distance from row to row.</param>
    /// <param name="targets">The names of the targets.</param>
    /// <param name="past">The names of the past covariates.</param>
    /// <param name="known">The names of the covariates known ahead.</param>
    /// <param name="constants">The names of the static columns.</param>
    /// <exception cref="SeriesException">There is no series, or one has other columns.</exception>
    public SeriesSet(
        IReadOnlyList<TimeSeries> series,
        TimeStep step,
        IReadOnlyList<string> targets,
        IReadOnlyList<string>? past = null,
        IReadOnlyList<string>? known = null,
        IReadOnlyList<string>? constants = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        ArgumentNullException.ThrowIfNull(targets);
        (Series, Step, TargetNames, PastNames, KnownNames, ConstantNames) = (series, step, targets, past ?? [], known ?? [], constants ?? []);
        if (series.Count == 0)
        {
            throw new SeriesException("there is no series; give at least one");
        }

        (int, int, int, int) expected = (TargetNames.Count, PastNames.Count, KnownNames.Count, ConstantNames.Count);
        if (series.FirstOrDefault(each => each.Columns != expected) is { } other)
        {
            throw new SeriesException($"series '{other.Id}' has {other.Columns} target, past, known and static columns where the names say {expected}; give every series the same columns");
        }
    }

    /// <summary>The series.</summary>
    public IReadOnlyList<TimeSeries> Series { get; }

    /// <summary>The distance from row to row.</summary>
    public TimeStep Step { get; }

    /// <summary>The names of the targets.</summary>
    public IReadOnlyList<string> TargetNames { get; }

    /// <summary>The names of the past covariates.</summary>
    public IReadOnlyList<string> PastNames { get; }

    /// <summary>The names of the covariates known ahead.</summary>
    public IReadOnlyList<string> KnownNames { get; }

    /// <summary>The names of the static columns.</summary>
    public IReadOnlyList<string> ConstantNames { get; }
}
