using System.Globalization;
using System.Text.RegularExpressions;
using Cellwright.Tests.Files;
using Cellwright.Tests.House;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Docs;

public sealed partial class ExampleTests
{
    [Fact]
    public void The_first_page_goes_from_equations_to_a_streamed_model_in_fewer_than_20_lines()
    {
        string program = Programs("README.md").ShouldHaveSingleItem();
        program.TrimEnd().Split('\n').Length.ShouldBeLessThan(20);

        using TemporaryFolder folder = new();
        File.WriteAllText(folder["shakespeare.txt"], string.Concat(Enumerable.Range(1, 700).Select(line => string.Create(CultureInfo.InvariantCulture, $"ROMEO: shall I hear more, or speak at this, line {line}?\n"))));
        (string output, string errors) = ExampleProgram.Run(program, folder.Path);
        errors.ShouldBeEmpty();
        Match bits = Bits().Match(output);
        bits.Success.ShouldBeTrue(output);

        // Of 33 kinds of characters, drawn evenly, each would cost five.
        double.Parse(bits.Groups[1].Value, CultureInfo.InvariantCulture).ShouldBeLessThan(2.0);
        output[bits.Length..].Length.ShouldBe(300);
        File.Exists(folder["mine.safetensors"]).ShouldBeTrue();
    }

    [Fact]
    public void The_page_on_the_library_trains_a_cell_with_a_loop_of_ones_own()
    {
        string program = Programs("docs/library.md").First(each => each.Contains("SquaredError", StringComparison.Ordinal));
        program.TrimEnd().Split('\n').Length.ShouldBeLessThanOrEqualTo(20);

        using TemporaryFolder folder = new();
        (string output, string errors) = ExampleProgram.Run(program, folder.Path);
        errors.ShouldBeEmpty();
        double[] losses = [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture))];
        losses.Length.ShouldBeGreaterThan(1);
        losses[^1].ShouldBeLessThan(0.01);
    }

    [Fact]
    public void Every_example_on_the_page_on_layers_compiles_and_runs()
    {
        const string Sizes = "new Dictionary<string, int> { [\"input\"] = 8, [\"hidden\"] = 32 }";
        string[] before =
        [
            "int steps = 3; int batch = 2; float[] x = new float[48]; float[] dx = new float[48]; float[] y = new float[192]; float[] dy = new float[192];",
            string.Empty,
            string.Empty,
            $"using Layer layer = new(Cell.Named(\"gru\"), {Sizes}); float[] x = new float[8]; float[] y = new float[32];",
            $"using Layer layer = new(Cell.Named(\"gru\"), {Sizes}); float[] x = new float[80];",
        ];
        string[] programs = Programs("docs/layers.md");
        programs.Length.ShouldBe(before.Length);
        string program = "using Cellwright.Graphs;\nusing Cellwright.Layers;\n"
            + string.Concat(programs.Zip(before, (text, names) => $"{{\n{names}\n{text}}}\n")) + "Console.Write(\"done\");";

        using TemporaryFolder folder = new();
        ExampleProgram.Run(program, folder.Path).ShouldBe(("done", string.Empty));
    }

    [Fact]
    public void A_program_that_does_not_compile_is_an_error()
    {
        using TemporaryFolder folder = new();
        ExampleProgram.Run("Cellwright.Graphs.Cell cell = null;\nConsole.WriteLine(cell.Nme);", folder.Path).Errors.ShouldContain("Nme");
        ExampleProgram.Run("throw new InvalidOperationException();", folder.Path).Errors.ShouldContain("exit code");
    }

    private static string[] Programs(string page) => [.. Program().Matches(Repository.Text(page)).Select(block => block.Groups[1].Value)];

    [GeneratedRegex(@"^```csharp\n(.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Program();

    [GeneratedRegex(@"\A([0-9.]+) bits a character\r?\n")]
    private static partial Regex Bits();
}
