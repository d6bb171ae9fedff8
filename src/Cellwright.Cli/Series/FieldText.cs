namespace Cellwright.Cli.Series;

/// <summary>What a file says, as a message repeats it: on one line and not long.</summary>
internal static class FieldText
{
    private const int Longest = 60;

    /// <summary>The text with spaces for line ends and other control characters, cut where it is long.</summary>
    public static string Shown(string text)
    {
        string line = string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));
        return line.Length <= Longest ? line : string.Concat(line.AsSpan(0, Longest - 1), "…");
    }
}
