using Shouldly;
using Xunit;

namespace Cellwright.Tests.House;

public class StagesTests
{
    [Fact]
    public void Imports_run_only_to_the_left()
    {
        var violations = new List<string>();
        foreach (string file in LibraryFiles())
        {
            string folder = FolderOf(file);
            violations.AddRange(Stages.Violations(folder, Repository.Text(file), TypesOf)
                .Select(violation => $"{file}:{violation.Line}: {folder} may not use {violation.Other}"));
        }

        violations.ShouldBeEmpty(string.Join('\n', violations));
    }

    [Fact]
    public void Every_source_file_of_the_library_is_in_a_stage()
    {
        string[] files = [.. LibraryFiles()];

        files.ShouldNotBeEmpty();
        files.Where(file => !Stages.Folders.Contains(FolderOf(file))).ShouldBeEmpty();
    }

    [Fact]
    public void The_project_imports_no_namespace_of_its_own_everywhere() =>
        Repository.Text("src/Cellwright/Cellwright.csproj").ShouldNotContain("<Using Include=\"Cellwright");

    [Theory]
    [InlineData("Graphs", "using Cellwright.Layers;", "Layers")]
    [InlineData("Graphs", "global using static Cellwright.Layers.Layer;", "Layers")]
    [InlineData("Kernels", "var x = new Cellwright.Training.Adam();", "Training")]
    [InlineData("Kernels", "var x = new global::Cellwright.Training.Adam();", "Training")]
    [InlineData("Kernels", "var x = new Training.Adam();", "Training")]
    [InlineData("Files", "using Cellwright.Randomness;", "Randomness")]
    [InlineData("Layers", "/// <see cref=\"Cellwright.Tasks.Forecast\"/>", "Tasks")]
    public void An_import_to_the_right_is_found(string folder, string line, string other) =>
        Stages.Violations(folder, $"\n{line}\n", _ => ["Adam", "Forecast"]).ShouldBe([(2, other)]);

    [Theory]
    [InlineData("Layers", "using Cellwright.Graphs;")]
    [InlineData("Layers", "using Cellwright.Layers;")]
    [InlineData("Graphs", "using System.Threading.Tasks;")]
    [InlineData("Graphs", "int n = this.Layers.Adam + Layers.Count;")]
    [InlineData("Inspection", "using Cellwright.Interchange;")]
    public void An_import_to_the_left_is_allowed(string folder, string line) =>
        Stages.Violations(folder, line, _ => ["Adam"]).ShouldBeEmpty();

    [Fact]
    public void A_package_of_its_own_for_a_file_format_stands_where_Interchange_does()
    {
        string[] files = [.. Repository.Files("src/Cellwright.Onnx", "*.cs")];
        files.ShouldNotBeEmpty();
        files.SelectMany(file => Stages.Violations("Interchange", Repository.Text(file), TypesOf).Select(violation => $"{file}:{violation.Line}: may not use {violation.Other}")).ShouldBeEmpty();
        LibraryFiles().Where(file => Repository.Text(file).Contains("Cellwright.Onnx", StringComparison.Ordinal)).ShouldBeEmpty("The library knows no package that is built on it.");
    }

    private static IEnumerable<string> LibraryFiles() => Repository.Files("src/Cellwright", "*.cs");

    private static string FolderOf(string file) => file.Split('/') is [_, _, var folder, _, ..] ? folder : "";

    // One concept a file, named after it: the files' names are the types'.
    private static List<string> TypesOf(string folder) =>
        [.. Repository.Files($"src/Cellwright/{folder}", "*.cs").Select(file => Path.GetFileName(file).Split('.')[0])];
}
