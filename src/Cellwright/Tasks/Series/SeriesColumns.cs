namespace Cellwright.Tasks.Series;

/// <summary>The names of the columns that a model reads, and the step from row to row.</summary>
/// <param name="Step">The distance from row to row.</param>
/// <param name="Targets">The targets.</param>
/// <param name="Past">The past covariates.</param>
/// <param name="Known">The covariates known ahead.</param>
/// <param name="Constants">The static columns.</param>
public sealed record SeriesColumns(
    TimeStep Step, IReadOnlyList<string> Targets, IReadOnlyList<string> Past, IReadOnlyList<string> Known, IReadOnlyList<string> Constants)
{
    /// <summary>Those of a set.</summary>
    public static SeriesColumns Of(SeriesSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        return new SeriesColumns(set.Step, set.TargetNames, set.PastNames, set.KnownNames, set.ConstantNames);
    }
}
