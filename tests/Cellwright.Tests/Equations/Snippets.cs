using Cellwright.Tests.House;

namespace Cellwright.Tests.Equations;

/// <summary>A piece of a paper, a course or a note, and its plain-text form.</summary>
/// <param name="Title">What is particular about it.</param>
/// <param name="Text">As it is written.</param>
/// <param name="Plain">The same cell in plain text.</param>
internal sealed record Snippet(string Title, string Text, string Plain);

/// <summary>The snippets of the folder <c>Corpus</c>; its README says how they are written down.</summary>
internal static class Snippets
{
    private const string Folder = "tests/Cellwright.Tests/Equations/Corpus";

    public static IReadOnlyList<Snippet> All { get; } = [.. ReadAll()];

    private static IEnumerable<Snippet> ReadAll()
    {
        Dictionary<string, string> forms = Read("forms.txt", []).ToDictionary(form => form.Title, form => form.Plain);
        return ((string[])["papers.txt", "courses.txt", "notes.txt"]).SelectMany(file => Read(file, forms));
    }

    private static IEnumerable<Snippet> Read(string file, Dictionary<string, string> forms)
    {
        foreach (string entry in Repository.Text($"{Folder}/{file}").Split("@@ ", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] lines = entry.Split('\n');
            int divider = Array.FindIndex(lines, line => line.StartsWith("==", StringComparison.Ordinal));
            string form = lines[divider][2..].Trim();
            string plain = form.Length > 0 ? forms[form] : string.Join('\n', lines[(divider + 1)..]).Trim();
            yield return new Snippet(lines[0].Trim(), string.Join('\n', lines[1..divider]), plain);
        }
    }
}
