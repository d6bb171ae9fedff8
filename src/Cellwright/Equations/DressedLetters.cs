namespace Cellwright.Equations;

/// <summary>Letters with a tilde, hat, bar or dot, whole or with a combining mark.</summary>
internal static class DressedLetters
{
    private const string Tilded = "ãõñũĩẽṽỹÃÕÑŨĨẼṼỸ";
    private const string TildedBase = "aonuievyAONUIEVY";
    private const string Hatted = "âêîôûĉĝĥĵŝŵŷẑÂÊÎÔÛĈĜĤĴŜŴŶẐ";
    private const string HattedBase = "aeioucghjswyzAEIOUCGHJSWYZ";
    private const string Barred = "āēīōūḡȳĀĒĪŌŪḠȲ";
    private const string BarredBase = "aeiougyAEIOUGY";

    /// <summary>The dress that a mark puts on the letter before it, or null.</summary>
    public static string? MarkOf(char c) => c switch
    {
        '\u0303' or '\u0330' => "tilde",
        '\u0302' => "hat",
        '\u0304' or '\u0305' => "bar",
        '\u0307' => "dot",
        _ => null,
    };

    /// <summary>The letter and the dress of a character that is both, or null.</summary>
    public static (char Letter, string Dress)? Split(char c)
    {
        if (char.IsAscii(c))
        {
            return null;
        }

        return (Tilded.IndexOf(c), Hatted.IndexOf(c), Barred.IndexOf(c)) switch
        {
            ( >= 0 and int at, _, _) => (TildedBase[at], "tilde"),
            (_, >= 0 and int at, _) => (HattedBase[at], "hat"),
            (_, _, >= 0 and int at) => (BarredBase[at], "bar"),
            _ => null,
        };
    }
}
