using System.Text.Json;
using Cellwright.Cli;
using Cellwright.Cli.Benchmarks;
using Cellwright.Cli.Commands;
using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class BenchCommandTests
{
    private static readonly string[] Names =
        ["cell", "mode", "batch", "input", "hidden", "steps", "threads", "milliseconds", "gflops", "peakGflops", "shareOfPeak", "allocatedBytes", "peers"];

    [Theory]
    [InlineData("gru", "train", "3x9", 3, 9, 64, 2, 2)]
    [InlineData("gru", "infer", "2x8", 2, 8, 64, 1, 1)]
    [InlineData("gru", "step", "1x8", 1, 8, 1, 1, 1)]
    [InlineData("augru", "step", "1x8", 1, 8, 1, 2, 1)]
    public void The_figures_are_one_array_of_objects_with_the_promised_names(string cell, string mode, string shape, int batch, int hidden, int steps, int threads, int used)
    {
        (int code, string output, string error) = Run("bench", "--cell", cell, "--mode", mode, "--shape", shape, "--threads", $"{threads}", "--no-peers", "--json");
        code.ShouldBe(0);
        error.ShouldContain("multiply-add peak");
        error.Contains("of which ours takes one", StringComparison.Ordinal).ShouldBe(used < threads);
        JsonElement result = JsonDocument.Parse(output).RootElement.EnumerateArray().ShouldHaveSingleItem();
        result.EnumerateObject().Select(property => property.Name).ShouldBe(Names);
        result.GetProperty("cell").GetString().ShouldBe(cell);
        result.GetProperty("mode").GetString().ShouldBe(mode);
        result.GetProperty("batch").GetInt32().ShouldBe(batch);
        result.GetProperty("input").GetInt32().ShouldBe(hidden);
        result.GetProperty("hidden").GetInt32().ShouldBe(hidden);
        result.GetProperty("steps").GetInt32().ShouldBe(steps);
        result.GetProperty("threads").GetInt32().ShouldBe(used);
        result.GetProperty("peers").EnumerateObject().ShouldBeEmpty();
        double operations = 2.0 * 6 * hidden * hidden * batch * steps * (mode == "train" ? 3 : 1);
        (result.GetProperty("gflops").GetDouble() * result.GetProperty("milliseconds").GetDouble() * 1e6).ShouldBe(operations, 2e-4 * operations);
        double share = result.GetProperty("gflops").GetDouble() / result.GetProperty("peakGflops").GetDouble();
        result.GetProperty("shareOfPeak").GetDouble().ShouldBe(share, 2e-4 * share);
    }

    [Fact]
    public void A_cell_of_ones_own_is_measured_beside_one_of_the_zoo()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("cellwright").FullName, "own.cell");
        File.WriteAllText(path, "h = tanh(A x + B h[t-1])\n");
        (int code, string output, _) = Run("bench", "--cell", path, "--cell", "elman", "--shape", "2x8", "--threads", "1", "--no-peers");
        code.ShouldBe(0);
        output.ShouldMatch(@"own +2×8 +1 ");
        output.ShouldMatch(@"elman +2×8 +1 ");
        output.ShouldContain("L1");
    }

    [Theory]
    [InlineData("--shape takes sequences and width such as 32x256, each from 1 to 65536, not '32'", "--shape", "32")]
    [InlineData("not '0x8'", "--shape", "0x8")]
    [InlineData("--mode takes train or infer or step, not 'fast'", "--mode", "fast")]
    [InlineData("give --shape 1x8 with --mode step, not 2x8", "--mode", "step", "--shape", "2x8")]
    [InlineData("there is no cell `lstn` in the zoo", "--cell", "lstn")]
    public void Bad_usage_is_answered_before_anything_is_measured(string sentence, params string[] arguments)
    {
        (int code, string output, string error) = Run(["bench", "--no-peers", .. arguments]);
        code.ShouldBe(2);
        error.ShouldContain(sentence);
        error.Trim().ShouldNotContain("\n");
        output.ShouldBeEmpty();
    }

    [Fact]
    public void Help_ends_with_an_example()
    {
        (int code, string output, _) = Run("bench", "--help");
        code.ShouldBe(0);
        output.ShouldContain("  cellwright bench");
    }

    [Fact]
    public void Every_product_counts_once_forward_and_twice_backward()
    {
        Dictionary<string, int> sizes = new() { ["input"] = 5, ["hidden"] = 7 };
        double products = 2.0 * 4 * 7 * (5 + 7) * 64 * 3;
        new BenchmarkCase(Cell.Named("lstm"), BenchmarkMode.Infer, 3, 1, sizes).Operations.ShouldBe(products);
        new BenchmarkCase(Cell.Named("lstm"), BenchmarkMode.Train, 3, 1, sizes).Operations.ShouldBe(3 * products);
        // One matrix that multiplies two vectors is two products.
        Cell shared = Cell.Parse("a = tanh(W x + U h[t-1])\nh = tanh(U a)");
        new BenchmarkCase(shared, BenchmarkMode.Step, 1, 1, sizes).Operations.ShouldBe(2.0 * ((7 * 5) + (2 * 7 * 7)));
    }

    [Theory]
    [InlineData("1x32 1x64 8x64 32x128 32x256 32x512 64x512 16x1024", "--threads", "1")]
    [InlineData("8x64 32x128 32x256 32x512 64x512 16x1024", "--threads", "2")]
    [InlineData("1x16 1x32 1x64 1x128 1x256 1x512", "--mode", "step")]
    [InlineData("3x5 2x7", "--shape", "3x5", "--shape", "2x7", "--threads", "1")]
    public void Without_shapes_those_of_the_speed_table_are_measured(string shapes, params string[] arguments) =>
        string.Join(' ', BenchCommand.Cases(BenchCommand.Create().Parse(arguments)).Select(what => new BenchmarkShape(what.Batch, what.Hidden))).ShouldBe(shapes);

    [Fact]
    public void Without_a_number_of_threads_one_and_all_are_measured() =>
        BenchCommand.Cases(BenchCommand.Create().Parse(["--shape", "2x8"])).Select(what => what.Threads).ShouldBe(new[] { 1, Environment.ProcessorCount }.Distinct());

    [Fact]
    public void Every_cell_of_the_zoo_is_measured() =>
        BenchCommand.Cases(BenchCommand.Create().Parse([.. Cell.Names.SelectMany(name => (string[])["--cell", name]), "--shape", "2x16", "--threads", "1"]))
            .Select(what => what.Cell.Name).ShouldBe(Cell.Names);

    [Fact]
    public void A_step_takes_the_threads_of_its_row_where_its_matrices_are_large_enough_to_be_shared()
    {
        BenchmarkCase Case(BenchmarkMode mode, int threads, int width) => new(Cell.Named("lstm"), mode, 1, threads, new() { ["input"] = width, ["hidden"] = width });
        Case(BenchmarkMode.Step, 2, 63).UsedThreads.ShouldBe(1);
        Case(BenchmarkMode.Step, 2, 64).UsedThreads.ShouldBe(2);
        Case(BenchmarkMode.Step, 1, 64).UsedThreads.ShouldBe(1);
        Case(BenchmarkMode.Train, 2, 16).UsedThreads.ShouldBe(2);
        Case(BenchmarkMode.Step, 2, 63).ToString().ShouldBe("lstm step 1x63, 2 threads, of which ours takes one");
        Case(BenchmarkMode.Step, 2, 64).ToString().ShouldBe("lstm step 1x64, 2 threads");
    }

    [Theory]
    [InlineData("lstm")]
    [InlineData("augru")]
    [InlineData("lstm-multiplicative")]
    public void A_stream_shares_a_step_from_as_many_bytes_on_as_are_counted_here(string name)
    {
        Dictionary<string, int> sizes = new() { ["input"] = 5, ["hidden"] = 8 };
        using Layer layer = new(Cell.Named(name), sizes, threads: 1);
        double products = layer.Engine.Before.Concat(layer.Engine.Loop).Concat(layer.Engine.After).Sum(stage => stage.MultiplyAdds);
        new BenchmarkCase(Cell.Named(name), BenchmarkMode.Step, 1, 1, sizes).Operations.ShouldBe(2 * products);
    }

    [Theory]
    [InlineData("lstm", "lstm")]
    [InlineData("gru-reset-after", "gru")]
    [InlineData("elman", "rnn-tanh")]
    [InlineData("elman-relu", "rnn-relu")]
    public void What_peers_call_a_cell_names_all_its_parameters(string name, string kind)
    {
        Cell cell = Cell.Named(name);
        PeerCell known = PeerCell.Of(cell).ShouldNotBeNull();
        known.Kind.ShouldBe(kind);
        known.Inputs.Concat(known.States).Concat(known.Biases).ShouldBe(cell.Graph.Parameters.Select(parameter => parameter.Name), ignoreOrder: true);
        known.StateNames.ShouldBe(cell.Graph.States.Select(state => state.Name), ignoreOrder: true);
    }

    [Fact]
    public void A_users_cell_of_a_known_name_has_no_peer() =>
        PeerCell.Of(Cell.Parse("i = σ(W x)\nh = i * tanh(U h[t-1])", "lstm")).ShouldBeNull();

    [Theory]
    [InlineData(new double[] { 3, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 3, 2 }, 2.5)]
    public void The_median_stands_in_the_middle(double[] values, double median) => BenchmarkRun.Median(values).ShouldBe(median);

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        int code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
