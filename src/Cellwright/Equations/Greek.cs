namespace Cellwright.Equations;

/// <summary>Greek letters and the words that stand for them.</summary>
internal static class Greek
{
    private static readonly string[] Words =
    [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu",
        "nu", "xi", "omicron", "pi", "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];

    private static readonly HashSet<string> LowerCase = [.. Words];

    private static readonly HashSet<string> UpperCase = [.. Words.Select(Capital)];

    public static IEnumerable<string> LowerCaseWords => LowerCase;

    /// <summary>The word for a Greek letter, or null.</summary>
    public static string? Word(char letter) => letter switch
    {
        >= 'α' and <= 'ω' => Words[letter - 'α'],
        >= 'Α' and <= 'Ω' => Capital(Words[letter - 'Α']),
        'ϵ' => "epsilon",
        'ϑ' => "theta",
        'ϕ' => "phi",
        'ϱ' => "rho",
        'ϖ' => "pi",
        _ => null,
    };

    /// <summary>The letter for a Greek word, or null.</summary>
    public static char? Letter(string word)
    {
        int at = Array.FindIndex(Words, known => known.Equals(word, StringComparison.OrdinalIgnoreCase));
        return at < 0 || !IsWord(word) ? null : (char)((char.IsAsciiLetterUpper(word[0]) ? 'Α' : 'α') + at + (word is "sigma" or "Sigma" ? 1 : 0));
    }

    public static bool IsLowerCaseWord(string text) => LowerCase.Contains(text);

    public static bool IsWord(string text) => LowerCase.Contains(text) || UpperCase.Contains(text);

    /// <summary>The Greek word a text begins with, the longest; null where there is none.</summary>
    public static string? Prefix(string text)
    {
        for (int length = Math.Min(7, text.Length); length >= 2; length--)
        {
            if (IsWord(text[..length]))
            {
                return text[..length];
            }
        }

        return null;
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
