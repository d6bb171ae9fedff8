using System.Text;
using System.Text.RegularExpressions;

namespace Cellwright.Tests.Equations;

/// <summary>The sentences that stand in source files as string literals, as patterns of what they may become.</summary>
internal static class MessageTemplates
{
    /// <summary>Every literal of three words or more in C# code, but for what only looks like a sentence.</summary>
    public static IEnumerable<string> In(string code)
    {
        List<string> found = [];
        for (int i = 0; i < code.Length;)
        {
            if (code.AsSpan(i).StartsWith("//"))
            {
                int end = code.IndexOf('\n', i);
                i = end < 0 ? code.Length : end;
            }
            else if (code[i] == '\'')
            {
                i = code.IndexOf('\'', code[i + 1] == '\\' ? i + 3 : i + 2) + 1;
            }
            else if (code[i] == '"')
            {
                i = Read(code, i, isInterpolated: i > 0 && code[i - 1] == '$', found);
            }
            else
            {
                i++;
            }
        }

        return found.Where(IsSentence);
    }

    /// <summary>A template as a pattern: what is inserted may be anything.</summary>
    public static Regex Pattern(string template) =>
        new(string.Join(".*", template.Split('\u0001').Select(Regex.Escape)), RegexOptions.Singleline);

    private static bool IsSentence(string template) =>
        Regex.Count(template, @"[a-z]{2,}") >= 3 && !template.Contains("line \u0001", StringComparison.Ordinal) && Regex.IsMatch(template, @"[a-z\u0001`] [a-z\u0001`∈∀⊗⊕]+ ");

    /// <summary>Reads a literal, with its insertions as one mark each, and the literals inside of those.</summary>
    private static int Read(string code, int start, bool isInterpolated, List<string> found)
    {
        StringBuilder text = new();
        int i = start + 1;
        while (code[i] != '"')
        {
            if (code[i] == '\\')
            {
                text.Append(code[i + 1] == 'n' ? '\n' : code[i + 1]);
                i += 2;
            }
            else if (isInterpolated && code[i] is '{' or '}' && code[i + 1] == code[i])
            {
                text.Append(code[i]);
                i += 2;
            }
            else if (isInterpolated && code[i] == '{')
            {
                i = Skip(code, i + 1, found);
                text.Append('\u0001');
            }
            else
            {
                text.Append(code[i++]);
            }
        }

        found.Add(text.ToString());
        return i + 1;
    }

    private static int Skip(string code, int i, List<string> found)
    {
        for (int depth = 1; depth > 0;)
        {
            if (code[i] == '"')
            {
                i = Read(code, i, code[i - 1] == '$', found);
                continue;
            }

            if (code[i] == '\'')
            {
                i = code.IndexOf('\'', code[i + 1] == '\\' ? i + 3 : i + 2) + 1;
                continue;
            }

            depth += code[i] == '{' ? 1 : code[i] == '}' ? -1 : 0;
            i++;
        }

        return i;
    }
}
