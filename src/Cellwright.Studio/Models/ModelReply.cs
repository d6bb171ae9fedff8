namespace Cellwright.Studio.Models;

/// <summary>A model as the page knows it.</summary>
/// <param name="Id">Its name in requests.</param>
/// <param name="Name">What people call it.</param>
/// <param name="About">A sentence on it.</param>
/// <param name="Kind">What it reads.</param>
/// <param name="Characters">The characters that it knows; empty where it reads none.</param>
/// <param name="Series">The series that it is asked about; null where it reads none.</param>
internal sealed record ModelReply(string Id, string Name, string About, ModelKind Kind, string Characters, ModelReply.SeriesChoice? Series)
{
    /// <summary>The series that a forecaster is asked about.</summary>
    /// <param name="Names">The name of each series; a single one may have none.</param>
    /// <param name="Rows">The rows of each.</param>
    /// <param name="Targets">The columns that it forecasts.</param>
    /// <param name="Past">The columns that are observed beside them.</param>
    /// <param name="Known">The columns that are known ahead.</param>
    /// <param name="Source">Where the rows are from.</param>
    /// <param name="Step">The step from row to row.</param>
    internal sealed record SeriesChoice(
        IReadOnlyList<string> Names, IReadOnlyList<int> Rows, IReadOnlyList<string> Targets, IReadOnlyList<string> Past, IReadOnlyList<string> Known, string Source, string Step);
}
