using System.Text.RegularExpressions;
using Cellwright.Graphs;
using Cellwright.Tests.House;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Docs;

public sealed partial class DocumentationTests
{
    public static TheoryData<string> Pages() => [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md").Append(Path.Combine(Repository.Root, "README.md")).Select(path => Path.GetRelativePath(Repository.Root, path))];

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

    [GeneratedRegex(@"\]\((?!https?:|#)([^)#]+)")]
    private static partial Regex Link();
}
