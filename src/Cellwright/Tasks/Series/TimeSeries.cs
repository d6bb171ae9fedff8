namespace Cellwright.Tasks.Series;

/// <summary>
/// One series: values at equally spaced times, a column for each quantity. A value that is missing is NaN.
/// </summary>
/// <remarks>
/// Target and past columns have <see cref="Length"/> rows, what was observed. Known columns (calendar, promotions,
/// announced tariffs) have at least as many, up to <see cref="KnownLength"/>: they reach into the future.
/// </remarks>
public sealed class TimeSeries
{
    private readonly double[][] targets;
    private readonly double[][] past;
    private readonly double[][] known;
    private readonly double[] constants;

    /// <summary>A series from its columns, which are not copied.</summary>
    /// <param name="id">Its name among others; empty for a single one.</param>
    /// <param name="start">The time of its first row; null where rows are only counted.</param>
    /// <param name="targets">What is to be forecast: at least one column of at least one row.</param>
    /// <param name="past">What is observed beside it, unknown ahead.</param>
    /// <param name="known">What is known ahead as well.</param>
    /// <param name="constants">What never changes: one value a column.</param>
    /// <exception cref="ArgumentException">Columns differ in length, or known ones are shorter than the targets.</exception>
    public TimeSeries(string id, DateTime? start, double[][] targets, double[][]? past = null, double[][]? known = null, double[]? constants = null)
    {
        ArgumentNullException.ThrowIfNull(targets);
        (Id, Start, this.targets, this.past, this.known, this.constants) = (id, start, targets, past ?? [], known ?? [], constants ?? []);
        if (targets.Length == 0 || targets[0].Length == 0)
        {
            throw new ArgumentException("a series has at least one target with at least one value", nameof(targets));
        }

        Length = targets[0].Length;
        KnownLength = this.known.Length == 0 ? Length : this.known[0].Length;
        if (targets.Concat(this.past).Any(column => column.Length != Length))
        {
            throw new ArgumentException($"the target and past columns of series '{id}' differ in length", nameof(targets));
        }

        if (KnownLength < Length || this.known.Any(column => column.Length != KnownLength))
        {
            throw new ArgumentException($"the known columns of series '{id}' differ in length, or end before the targets", nameof(known));
        }
    }

    /// <summary>The name among others; empty for a single series.</summary>
    public string Id { get; }

    /// <summary>The time of the first row; null where rows are only counted.</summary>
    public DateTime? Start { get; }

    /// <summary>The rows that were observed.</summary>
    public int Length { get; }

    /// <summary>The rows of the known columns; <see cref="Length"/> where there are none.</summary>
    public int KnownLength { get; }

    /// <summary>The values of a target, [<see cref="Length"/>].</summary>
    public ReadOnlySpan<double> Target(int column) => targets[column];

    /// <summary>The values of a past covariate, [<see cref="Length"/>].</summary>
    public ReadOnlySpan<double> Past(int column) => past[column];

    /// <summary>The values of a covariate that is known ahead, [<see cref="KnownLength"/>].</summary>
    public ReadOnlySpan<double> Known(int column) => known[column];

    /// <summary>The values that never change, one a static column.</summary>
    public ReadOnlySpan<double> Constants => constants;

    /// <summary>How many columns of each kind there are.</summary>
    public (int Targets, int Past, int Known, int Constants) Columns => (targets.Length, past.Length, known.Length, constants.Length);

    /// <summary>The series as it was after some rows; what was known ahead then stays.</summary>
    /// <param name="length">The rows to keep, 1 to <see cref="Length"/>.</param>
    /// <param name="ahead">How many rows of the known columns behind them to keep, at most.</param>
    public TimeSeries Until(int length, int ahead)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Length);
        double[][] First(double[][] columns, int rows) => [.. columns.Select(column => column[..rows])];
        return new TimeSeries(Id, Start, First(targets, length), First(past, length), First(known, Math.Min(KnownLength, length + ahead)), constants);
    }

    /// <summary>The series without its first rows.</summary>
    /// <param name="first">The rows to leave out, less than <see cref="Length"/>.</param>
    /// <param name="start">The time of the first row that stays.</param>
    internal TimeSeries From(int first, DateTime? start) => new(
        Id, start, [.. targets.Select(column => column[first..])], [.. past.Select(column => column[first..])], [.. known.Select(column => column[first..])], constants);

    /// <summary>The series with other values of its targets, not copied.</summary>
    internal TimeSeries WithTargets(double[][] columns) => new(Id, Start, columns, past, known, constants);

    /// <summary>The series with more known columns behind its own; without any of its own, they say how far ahead is known.</summary>
    /// <param name="columns">The columns, not copied.</param>
    internal TimeSeries WithKnown(double[][] columns) => new(Id, Start, targets, past, [.. known, .. columns], constants);
}
