using System.Text;
using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Tests.House;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Equations;

/// <summary>
/// Every error of the parser and the checker by an example, and the page of them, <c>docs/errors.md</c>: the page holds
/// the exact messages. To write it anew, run these tests with CELLWRIGHT_WRITE_DOCS=1, and read what changed.
/// </summary>
public class ErrorPageTests
{
    private const string Page = "docs/errors.md";

    // Sentences that no short example brings about; each has a test of its own or is a part of every message.
    private static readonly string[] Elsewhere =
    [
        "the other place is here",
        "the text has \u0001 characters; a cell may have \u0001",
        "brackets are nested more than \u0001 deep",
        "give an inner part a name of its own",
        "more than \u0001 \u0001 stand here",
        "give a part a name of its own",
        "with all its functions written out this cell is too large",
        "give intermediate values names of their own",
        "the equations are nested too deeply to be read",
        "the equations are nested too deeply to be built",
        "give inner parts names of their own",
    ];

    [Fact]
    public void Every_example_is_an_error()
    {
        string[] read = [.. Examples().Where(example => example.Message is null).Select(example => example.Title)];
        read.ShouldBeEmpty(string.Join('\n', read));
    }

    [Fact]
    public void Every_sentence_of_the_parser_and_the_checker_has_an_example()
    {
        string[] messages = [.. Examples().Select(example => example.Message ?? string.Empty)];
        string[] missing =
        [
            .. Sources().SelectMany(file => MessageTemplates.In(Repository.Text(file)).Select(template => (file, template)))
                .Where(row => !Elsewhere.Contains(row.template) && !messages.Any(MessageTemplates.Pattern(row.template).IsMatch))
                .Select(row => $"{row.file}: {row.template.Replace('\u0001', '…')}"),
        ];
        missing.ShouldBeEmpty("Give each an example in ErrorExamples.txt:\n" + string.Join('\n', missing));
    }

    [Fact]
    public void The_page_of_errors_is_current()
    {
        string page = Render();
        if (Environment.GetEnvironmentVariable("CELLWRIGHT_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Path.Combine(Repository.Root, Page), page);
        }

        string path = Path.Combine(Repository.Root, Page);
        (File.Exists(path) && File.ReadAllText(path) == page).ShouldBeTrue($"{Page} is not what the parser says; write it with CELLWRIGHT_WRITE_DOCS=1 dotnet test --filter ErrorPageTests");
    }

    private static IEnumerable<string> Sources() =>
        Repository.Files("src/Cellwright/Equations", "*.cs").Where(file => !file.EndsWith("Printer.cs", StringComparison.Ordinal) && Path.GetFileName(file) != "EquationException.cs")
            .Concat(((string[])["CellGraphBuilder", "ShapeInference", "SignalWidths", "ParameterDraws"]).Select(name => $"src/Cellwright/Graphs/{name}.cs"));

    private static string Render()
    {
        StringBuilder page = new("""
            # When something is wrong

            Every error that Cellwright's language knows: the text, what the tool says of it, and what to do. The messages name the line, show it with a caret, and offer the nearest right spelling where there is one. The page is written by a test, which fails when a message changes or when one has no example here.


            """);
        string group = string.Empty;
        foreach ((string heading, string title, string text, string advice, string? message) in Examples())
        {
            if (heading != group)
            {
                group = heading;
                page.Append($"## {group}\n\n");
            }

            page.Append($"### {title}\n```\n{text}\n```\n```\n{message}\n```\n{advice}\n\n");
        }

        return page.ToString().TrimEnd() + "\n";
    }

    private static IEnumerable<(string Group, string Title, string Text, string Advice, string? Message)> Examples()
    {
        foreach (string group in Repository.Text("tests/Cellwright.Tests/Equations/ErrorExamples.txt").Split("## ", StringSplitOptions.RemoveEmptyEntries))
        {
            string[] entries = group.Split("@@ ");
            foreach (string entry in entries.Skip(1))
            {
                string[] lines = entry.TrimEnd().Split('\n');
                int divider = Array.FindIndex(lines, line => line.StartsWith("==", StringComparison.Ordinal));
                string text = string.Join('\n', lines[1..divider]);
                yield return (entries[0].Trim(), lines[0].Trim(), text, lines[divider][2..].Trim(), MessageOf(text));
            }
        }
    }

    private static string? MessageOf(string text)
    {
        try
        {
            Cell.Parse(text);
            return null;
        }
        catch (EquationException error)
        {
            return error.Message;
        }
    }
}
