namespace Cellwright.Equations;

/// <summary>In LaTeX <c>\Delta t</c> is one name, the size of a step, as Δt is in plain text.</summary>
internal static class DifferenceNames
{
    private const string Letter = "Delta";

    /// <summary>The name in plain text.</summary>
    public const string StepSize = "Deltat";

    public static void Join(List<List<Token>> lines)
    {
        foreach (List<Token> line in lines)
        {
            for (int i = line.Count - 1; i > 0; i--)
            {
                Token before = line[i - 1];
                Token token = line[i];
                bool isTime = token.Kind == TokenKind.Name && token.Gap != Gap.Wide && (token.Text == "t" || token.Text.StartsWith("t_", StringComparison.Ordinal));
                if (isTime && before is { Kind: TokenKind.Name, Text: Letter })
                {
                    line[i - 1] = new Token(TokenKind.Name, Letter + token.Text, before.Span.To(token.Span), before.Gap);
                    line.RemoveAt(i);
                }
            }
        }
    }
}
