using System.Text.RegularExpressions;
using Cellwright.Graphs;
using Cellwright.Tests.House;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Docs;

public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages() => [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories).Append(Path.Combine(Repository.Root, "README.md")).Select(path => Path.GetRelativePath(Repository.Root, path))];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_cell_on_a_page_is_understood(string page)
    {
        foreach (Match block in CellBlock().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))))
        {
            Cell cell = Cell.Parse(block.Groups[1].Value);
            cell.Graph.Parameters.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void The_page_on_equations_has_examples() =>
        CellBlock().Count(File.ReadAllText(Path.Combine(Repository.Root, "docs", "equations.md"))).ShouldBeGreaterThan(5);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_command_on_a_page_is_one_the_tool_understands(string page)
    {
        foreach (Match line in CommandLineExample().Matches(Repository.Text(page)))
        {
            string[] words = [.. Word().Matches(line.Groups[1].Value).Select(word => word.Value.Trim('"'))];
            Cellwright.Cli.CommandLine.Complaint(words).ShouldBeNull(line.Value);
        }
    }

    [Fact]
    public void The_first_page_shows_commands() => CommandLineExample().Count(Repository.Text("README.md")).ShouldBeGreaterThan(5);

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_inside_the_project_leads_somewhere(string page)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, page))!;
        foreach (Match link in Link().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))))
        {
            string target = Path.Combine(folder, link.Groups[1].Value);
            (File.Exists(target) || Directory.Exists(target)).ShouldBeTrue($"{page} links to {link.Groups[1].Value}");
        }
    }

    [GeneratedRegex(@"^```cell\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CellBlock();

    // A line of a block that calls the tool, by its name or from the checkout.
    [GeneratedRegex(@"^(?:cellwright|dotnet run -c Release --project src/Cellwright\.Cli --) (.+?)(?:\s+#.*)?$", RegexOptions.Multiline)]
    private static partial Regex CommandLineExample();

    [GeneratedRegex("\"[^\"]*\"|\\S+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)")]
    private static partial Regex Link();
}
