namespace Cellwright.Cli;

/// <summary>A word of a command that is printed to be pasted into a shell.</summary>
internal static class ShellWord
{
    private const string Plain = "-_./,=:+@";

    /// <summary>The word as the shell of this system reads it: as it is where every character stands for itself, else quoted.</summary>
    public static string Of(string word) =>
        word.Length > 0 && word.All(IsPlain) ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\""
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char character) =>
        char.IsLetterOrDigit(character) || Plain.Contains(character, StringComparison.Ordinal) || (OperatingSystem.IsWindows() && character == Path.DirectorySeparatorChar);
}
