using Cellwright.Graphs;
using Cellwright.Tests.House;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Docs;

public sealed class ZooPageTests
{
    /// <summary>Set to 1, this variable makes the test write the page anew: <c>CELLWRIGHT_WRITE_DOCS=1 dotnet test --filter ZooPage</c>.</summary>
    private const string Switch = "CELLWRIGHT_WRITE_DOCS";

    public static TheoryData<string> Names => [.. Cell.Names];

    [Fact]
    public void The_page_of_the_zoo_is_what_its_files_say()
    {
        string path = Path.Combine(Repository.Root, "docs", "zoo.md");
        if (Environment.GetEnvironmentVariable(Switch) == "1")
        {
            File.WriteAllText(path, ZooPage.Write());
        }

        File.ReadAllText(path).ShouldBe(ZooPage.Write(), $"docs/zoo.md is not what the cells say; {Switch}=1 dotnet test --filter ZooPage writes it");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_file_of_the_zoo_has_title_source_and_purpose_before_its_equations(string name)
    {
        string[] lines = Repository.Text($"cells/{name}.cell").Split('\n');
        lines[0].ShouldStartWith($"cell {name} \"");
        lines[1].ShouldStartWith("source \"");
        lines[2].ShouldBeEmpty();
        lines[3].ShouldStartWith("# ");
        lines[^1].ShouldBeEmpty();
        lines.ShouldAllBe(line => line.Length <= 140 || line.StartsWith("source"));
    }
}
