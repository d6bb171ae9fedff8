namespace Cellwright.Tasks.Series;

/// <summary>Where a row came from, for messages.</summary>
/// <param name="Source">The name of its file or other origin.</param>
/// <param name="Line">Its line there, from 1.</param>
public readonly record struct RowPlace(string Source, int Line)
{
    /// <summary>As a message begins: <c>data.csv: line 17</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"{Source}: line {Line}");
}
