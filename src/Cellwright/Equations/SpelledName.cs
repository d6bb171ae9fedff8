namespace Cellwright.Equations;

/// <summary>Reads one name by itself, as a file or a command line gives it.</summary>
internal static class SpelledName
{
    /// <summary>The name in ASCII, without a time; null where the text is not one name.</summary>
    public static string? Read(string text)
    {
        try
        {
            SourceText source = new(text);
            if (Lexer.Read(source) is not [var line] || !NameReader.StartsName(line[0]))
            {
                return null;
            }

            TokenReader reader = new(source, line, new Notation("t"));
            NameSyntax name = NameReader.Read(reader);
            return reader.Current.Kind == TokenKind.End ? name.Text : null;
        }
        catch (Exception exception) when (exception is EquationException or InsufficientExecutionStackException)
        {
            return null;
        }
    }
}
