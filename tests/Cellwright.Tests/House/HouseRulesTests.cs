using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.House;

public partial class HouseRulesTests
{
    private const int LongestFile = 450;

    private static readonly string[] TextFiles =
        [".cs", ".cell", ".md", ".txt", ".csproj", ".props", ".slnx", ".json", ".yml", ".sh", ".py", ".html", ".css", ".js", ".tex", ".editorconfig", "run"];

    [Fact]
    public void A_file_is_named_after_its_concept_not_after_a_drawer()
    {
        string[] drawers = [.. Repository.Files(pattern: "*.cs").Where(file => Drawer().IsMatch(Path.GetFileNameWithoutExtension(file)))];

        drawers.ShouldBeEmpty("A file's name says what is in it: no Utils, Helpers, Common or Manager.\n" + string.Join('\n', drawers));
    }

    [Fact]
    public void A_namespace_is_its_folder()
    {
        string[] wrong =
        [
            .. Sources()
                .Select(file => (File: file, Declared: Repository.Namespace(Repository.Text(file)), Expected: ExpectedNamespace(file)))
                .Where(row => row.Declared is null ? !IsProgram(row.File) : row.Declared != row.Expected)
                .Select(row => $"{row.File}: {row.Declared ?? "none"}, expected {row.Expected}"),
        ];

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public void A_source_file_of_the_product_is_not_long()
    {
        (string File, int Lines)[] files = [.. Repository.Files("src", "*.cs").Select(file => (file, Repository.Text(file).Count(character => character == '\n')))];
        string near = string.Join('\n', files.Where(row => row.Lines > 400).Select(row => $"{row.File}: {row.Lines} lines"));

        files.Where(row => row.Lines > LongestFile).ShouldBeEmpty($"A file past 400 lines asks to be two, and {LongestFile} is the end:\n{near}");
    }

    [Fact]
    public void No_file_knows_a_machine()
    {
        var found = new List<string>();
        foreach (string file in Repository.Files().Where(file => TextFiles.Any(file.EndsWith)))
        {
            found.AddRange(Repository.Text(file).Split('\n')
                .Select((line, index) => (line, index))
                .Where(row => MachinePath().IsMatch(row.line))
                .Select(row => $"{file}:{row.index + 1}: {row.line.Trim()}"));
        }

        found.ShouldBeEmpty("Paths of one machine mean nothing on another.\n" + string.Join('\n', found));
    }

    [Theory]
    [InlineData("StringUtils", true)]
    [InlineData("Helpers", true)]
    [InlineData("TensorCommon", true)]
    [InlineData("StateManager", true)]
    [InlineData("CommonSubexpressions", false)]
    [InlineData("Helpless", false)]
    public void Drawers_are_known_by_their_last_word(string name, bool isDrawer) => Drawer().IsMatch(name).ShouldBe(isDrawer);

    [Theory]
    [InlineData("home/someone/model", true)]
    [InlineData("root/.nuget", true)]
    [InlineData("work/x", true)]
    [InlineData("tmp/x", false)]
    [InlineData("homework/x", false)]
    public void Machine_paths_are_known_by_their_first_folder(string path, bool isMachinePath)
    {
        MachinePath().IsMatch($"see \"/{path}\"").ShouldBe(isMachinePath);
        MachinePath().IsMatch($"see docs/{path}").ShouldBeFalse();
    }

    private static IEnumerable<string> Sources() =>
        Repository.Files("src", "*.cs").Concat(Repository.Files("tests", "*.cs")).Concat(Repository.Files("bench", "*.cs")).Concat(Repository.Files("tools", "*.cs")).Concat(Repository.Files("samples", "*.cs"));

    // src/Cellwright.Cli/Commands/Train.cs: the project's name, then the folders.
    private static string ExpectedNamespace(string file) => string.Join('.', file.Split('/')[1..^1]);

    private static bool IsProgram(string file) => Path.GetFileName(file) is "Program.cs" or "AssemblyInfo.cs";

    [GeneratedRegex("(Utils?|Utility|Utilities|Helpers?|Common|Managers?)$")]
    private static partial Regex Drawer();

    [GeneratedRegex("(^|[^A-Za-z0-9_.])/(work|root|farm|home)/")]
    private static partial Regex MachinePath();
}
