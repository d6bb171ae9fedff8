using System.Text;

namespace Cellwright.Equations;

/// <summary>Raised and lowered characters, such as ₜ₋₁ and ².</summary>
internal static class ShiftedCharacters
{
    private const string Subscripts = "₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ";
    private const string SubscriptLetters = "0123456789+-aehijklmnoprstuvx";
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁱⁿᵗ";
    private const string SuperscriptLetters = "0123456789+-()int";

    public static bool Are(char c) => Subscripts.Contains(c) || Superscripts.Contains(c);

    /// <summary>Adds the tokens of the group that <c>_{…}</c> or <c>^{…}</c> would have been, and counts the characters.</summary>
    public static int Read(string text, int start, Gap gap, List<Token> line)
    {
        bool isLow = Subscripts.Contains(text[start]);
        (string characters, string letters) = isLow ? (Subscripts, SubscriptLetters) : (Superscripts, SuperscriptLetters);
        StringBuilder plain = new();
        int end = start;
        while (end < text.Length && characters.IndexOf(text[end]) is >= 0 and int at)
        {
            plain.Append(letters[at]);
            end++;
        }

        SourceSpan whole = new(start, end);
        line.Add(new Token(isLow ? TokenKind.Underscore : TokenKind.Caret, text[start..end], whole, gap));
        line.Add(new Token(TokenKind.OpenBrace, "{", whole, Gap.None));
        for (int i = 0; i < plain.Length; i++)
        {
            int from = i;
            char c = plain[i];
            while (char.IsAsciiLetterOrDigit(c) && i + 1 < plain.Length && char.IsAsciiLetterOrDigit(plain[i + 1]) && char.IsAsciiDigit(plain[i + 1]) == char.IsAsciiDigit(c))
            {
                i++;
            }

            TokenKind kind = c switch
            {
                '+' => TokenKind.Plus,
                '-' => TokenKind.Minus,
                '(' => TokenKind.OpenRound,
                ')' => TokenKind.CloseRound,
                _ => char.IsAsciiDigit(c) ? TokenKind.Number : TokenKind.Name,
            };
            line.Add(new Token(kind, plain.ToString(from, i + 1 - from), new SourceSpan(start + from, start + i + 1), Gap.None));
        }

        line.Add(new Token(TokenKind.CloseBrace, "}", whole, Gap.None));
        return end - start;
    }
}
