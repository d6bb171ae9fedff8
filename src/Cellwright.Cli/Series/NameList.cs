namespace Cellwright.Cli.Series;

/// <summary>Names in a sentence: the first ten, and how many more there are.</summary>
internal static class NameList
{
    private const int Most = 10;

    /// <summary>The names with commas between.</summary>
    public static string Of(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return string.Join(", ", all.Take(Most)) + (all.Length > Most ? FormattableString.Invariant($" and {all.Length - Most:N0} more") : string.Empty);
    }
}
