using System.Globalization;

namespace Cellwright.Equations;

/// <summary>Letters that look like a Latin letter and are another.</summary>
internal static class LookAlikes
{
    private const string Cyrillic = "АаВЕеЅѕІіЈјКМНОоРрСсТУуХхһԛԝѡ";
    private const string CyrillicLatin = "AaBEeSsIiJjKMHOoPpCcTYyXxhqww";
    private const string GreekCapitals = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο";
    private const string GreekLatin = "ABEZHIKMNOPTYXo";

    /// <summary>A sentence about a letter that looks like a Latin one, or null.</summary>
    public static string? Describe(char letter, out char latin)
    {
        (string script, int at) = (Cyrillic.IndexOf(letter), GreekCapitals.IndexOf(letter)) switch
        {
            ( >= 0 and int cyrillic, _) => ("Cyrillic", cyrillic),
            (_, >= 0 and int greek) => ("Greek", greek),
            _ => (string.Empty, -1),
        };
        latin = at < 0 ? '\0' : script == "Cyrillic" ? CyrillicLatin[at] : GreekLatin[at];
        return at < 0
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"`{letter}` is a {script} letter (U+{(int)letter:X4}) that only looks like the Latin `{latin}`");
    }
}
