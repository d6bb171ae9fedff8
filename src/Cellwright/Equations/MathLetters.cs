namespace Cellwright.Equations;

/// <summary>Letters of Unicode's mathematical alphabets, as texts copied from papers have them: 𝑊, 𝐡, 𝜎, ℎ. The alphabet does not make a new name.</summary>
internal static class MathLetters
{
    private const int FirstLatin = 0x1D400;
    private const int LatinAlphabet = 52;
    private const int FirstGreek = 0x1D6A8;
    private const int GreekAlphabet = 58;
    private const int Last = 0x1D7C9;
    private const int FirstDigit = 0x1D7CE;

    // One alphabet: capitals, ∇, small letters, ∂, and the second forms of six.
    private const string GreekLetters = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΘΣΤΥΦΧΨΩ\0αβγδεζηθικλμνξοπρςστυφχψω\0ϵϑ\0ϕϱϖ";

    /// <summary>The plain letter for one at a position, and how many characters that takes; null where there is none.</summary>
    public static char? Plain(string text, int position, out int length)
    {
        length = 1;
        char first = text[position];
        if (first is 'ℎ' or 'ℓ')
        {
            return first == 'ℎ' ? 'h' : 'l';
        }

        if (!char.IsHighSurrogate(first) || position + 1 == text.Length || !char.IsLowSurrogate(text[position + 1]))
        {
            return null;
        }

        length = 2;
        int code = char.ConvertToUtf32(first, text[position + 1]);
        if (code is >= FirstLatin and < 0x1D6A4)
        {
            int letter = (code - FirstLatin) % LatinAlphabet;
            return (char)(letter < 26 ? 'A' + letter : 'a' + letter - 26);
        }

        return code is >= FirstGreek and <= Last && GreekLetters[(code - FirstGreek) % GreekAlphabet] is not '\0' and char greek ? greek : null;
    }

    /// <summary>The plain digit for one at a position, which takes two characters; null where there is none.</summary>
    public static char? Digit(string text, int position) =>
        char.IsHighSurrogate(text[position]) && position + 1 < text.Length && char.IsLowSurrogate(text[position + 1])
        && char.ConvertToUtf32(text[position], text[position + 1]) is >= FirstDigit and <= 0x1D7FF and int code
            ? (char)('0' + ((code - FirstDigit) % 10))
            : null;
}
