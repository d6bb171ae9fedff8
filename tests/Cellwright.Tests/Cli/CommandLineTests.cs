using System.Text.Json;
using Cellwright.Cli;
using Cellwright.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class CommandLineTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cellwright").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("there is no command 'foo'", "foo")]
    [InlineData("Required command was not provided", "train")]
    [InlineData("there is no option '--hiden'", "train", "text", "--hiden", "3")]
    [InlineData("--hidden takes a whole number from 1 to 65536, not '0'", "train", "text", "--hidden", "0")]
    [InlineData("--clip takes a number above 0, not 'nan'", "train", "text", "--clip", "nan")]
    [InlineData("--decay takes constant or linear or cosine or step or plateau, not 'square'", "train", "text", "--decay", "square")]
    [InlineData("--budget takes a time such as 90s, 10m or 1h30m, not '10 minutes'", "train", "text", "--budget", "10 minutes")]
    [InlineData("--steps and --budget both say how long", "train", "text", "--steps", "3", "--budget", "3s")]
    [InlineData("there is no file or folder 'nowhere.txt'", "train", "text", "nowhere.txt", "--steps", "1")]
    [InlineData("there is no cell `lstn` in the zoo; did you mean", "train", "text", "--cell", "lstn")]
    [InlineData("there is no file './none.cell'", "cell", "show", "./none.cell")]
    [InlineData("the cell names no size 'rank'", "cell", "show", "lstm", "--size", "rank=3")]
    [InlineData("Required argument 'MODEL' missing", "generate")]
    [InlineData("nowhere.safetensors: there is no such file", "generate", "nowhere.safetensors")]
    [InlineData("nowhere.safetensors: there is no such file", "evaluate", "nowhere.safetensors", "nowhere.txt")]
    [InlineData("--momentum goes with --optimizer sgd only", "train", "text", "--momentum", "0.5")]
    [InlineData("--momentum takes a share from 0 to less than 1", "train", "text", "--optimizer", "sgd", "--momentum", "1")]
    [InlineData("--weight-decay goes with --optimizer adamw or sgd only", "train", "text", "--optimizer", "adam", "--weight-decay", "0.1")]
    [InlineData("--optimizer takes adam or adamw or sgd, not 'lion'", "train", "text", "--optimizer", "lion")]
    [InlineData("--average-decay goes with --average exponential only", "train", "text", "--average", "tail", "--average-decay", "0.9")]
    [InlineData("--warm-up takes 8 or more with a budget", "train", "text", "--warm-up", "3", "--budget", "5s")]
    [InlineData("the embedding is 64 wide and the top layer gives 32; give --embedding 32", "train", "text", "--tied", "--hidden", "32", "--embedding", "64", "--steps", "1")]
    [InlineData("--cell names 2 layers and --layers says 3", "train", "text", "--cell", "lstm,gru", "--layers", "3", "--steps", "1")]
    [InlineData("there is no cell `grx` in the zoo; did you mean", "train", "text", "--cell", "lstm,grx", "--steps", "1")]
    [InlineData("--zoneout takes a share from 0 to less than 1, or shares by name such as c=0.1,h=0.05, not '1.5'", "train", "text", "--zoneout", "1.5", "--steps", "1")]
    [InlineData("no layer has a state 'k' to zone out: there are c, h", "train", "text", "--cell", "lstm", "--zoneout", "k=0.1", "--steps", "1")]
    [InlineData("no layer has a parameter 'U_k' to drop weights of", "train", "text", "--weight-drop", "U_k=0.1", "--steps", "1")]
    [InlineData("--variational says how --dropout drops", "train", "text", "--variational", "--steps", "1")]
    [InlineData("--dropout takes a share from 0 to less than 1", "train", "text", "--dropout", "1", "--steps", "1")]
    public void Bad_usage_gets_one_sentence_and_exit_code_2(string sentence, params string[] arguments)
    {
        (int code, string output, string error) = Run(arguments);
        code.ShouldBe(2);
        error.ShouldContain(sentence);
        error.Trim().ShouldNotContain("\n");
        error.ShouldNotContain("   at ");
        output.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("cells")]
    [InlineData("cell", "show")]
    [InlineData("cell", "check")]
    [InlineData("cell", "run")]
    [InlineData("cell", "compare")]
    [InlineData("train", "text")]
    [InlineData("generate")]
    [InlineData("evaluate")]
    [InlineData("export", "onnx")]
    public void Help_ends_with_an_example(params string[] command)
    {
        (int code, string output, string error) = Run([.. command, "--help"]);
        code.ShouldBe(0);
        output.ShouldContain("Example:");
        output.ShouldContain("  cellwright " + string.Join(' ', command));
        error.ShouldBeEmpty();
    }

    [Fact]
    public void The_zoo_is_listed_with_parameters_for_given_sizes()
    {
        (int code, string output, _) = Run("cells", "--input", "5", "--hidden", "7", "--json");
        code.ShouldBe(0);
        JsonElement lstm = JsonDocument.Parse(output).RootElement.EnumerateArray().Single(cell => cell.GetProperty("name").GetString() == "lstm");
        lstm.GetProperty("parameters").GetInt32().ShouldBe(4 * 7 * (5 + 7 + 1));
        lstm.GetProperty("states").EnumerateArray().Select(state => state.GetString()).ShouldBe(["c", "h"], ignoreOrder: true);
        Run("cells").Output.ShouldContain("elman");
    }

    [Fact]
    public void A_cell_is_shown_with_its_parameters_and_cost()
    {
        (int code, string output, _) = Run("cell", "show", "lstm", "--input", "5", "--hidden", "7");
        code.ShouldBe(0);
        output.ShouldContain("[hidden, input]");
        output.ShouldContain("364 parameters, 336 multiply-adds");
    }

    [Fact]
    public void Names_and_stacking_make_no_difference_between_cells()
    {
        string path = Path.Combine(folder, "concatenated.tex");
        File.WriteAllText(path, """
            \begin{aligned}
            f_t &= \sigma(W_f \cdot [h_{t-1}, x_t] + b_f) \\
            i_t &= \sigma(W_i \cdot [h_{t-1}, x_t] + b_i) \\
            \tilde{c}_t &= \tanh(W_c \cdot [h_{t-1}, x_t] + b_c) \\
            c_t &= f_t \odot c_{t-1} + i_t \odot \tilde{c}_t \\
            o_t &= \sigma(W_o \cdot [h_{t-1}, x_t] + b_o) \\
            h_t &= o_t \odot \tanh(c_t)
            \end{aligned}
            """);
        (int code, string output, _) = Run("cell", "compare", "lstm", path);
        output.ShouldContain("compute the same");
        code.ShouldBe(0);
    }

    [Theory]
    [InlineData("lstm", "lstm-coupled", "c = f ⊙ c[t-1] + (1 - f) ⊙ c_tilde")]
    [InlineData("gru", "gru-reset-after", "n = tanh(")]
    [InlineData("lstm", "gru", "state c")]
    public void A_difference_between_cells_is_named_with_exit_code_1(string first, string second, string said)
    {
        (int code, string output, _) = Run("cell", "compare", first, second);
        code.ShouldBe(1);
        output.ShouldContain(said);
    }

    [Fact]
    public void A_matrix_used_twice_differs_from_two_matrices_in_its_parameters()
    {
        string tied = Path.Combine(folder, "tied.cell");
        string apart = Path.Combine(folder, "apart.cell");
        File.WriteAllText(tied, "z = σ(W x + U h[t-1])\nh = z * tanh(W x + V h[t-1])\nstate h = 0.5\n");
        File.WriteAllText(apart, "z = σ(W_z x + U h[t-1])\nh = z * tanh(W x + V h[t-1])\nstate h = learned\n");
        (int code, string output, _) = Run("cell", "compare", tied, apart);
        code.ShouldBe(1);
        output.ShouldContain("147,456 for input 64, hidden 256");
        output.ShouldContain("initial value h");
        output.ShouldContain("learned");
    }

    [Fact]
    public void The_cost_of_a_cell_is_that_of_its_layer()
    {
        string output = Run("cell", "show", "lstm", "--cost", "--input", "5", "--hidden", "7").Output;
        output.ShouldContain("364");
        output.ShouldContain("336");
        using Cellwright.Layers.Layer layer = new(Cellwright.Graphs.Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = 5, ["hidden"] = 7 });
        output.ShouldContain(layer.Footprint.PerStep.ToString("N0", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void The_generated_code_names_what_it_loads_and_stores()
    {
        string output = Run("cell", "show", "gru", "--code", "--input", "5", "--hidden", "7").Output;
        output.ShouldContain("backward, each step");
        output.ShouldContain("load state h of the step before");
        output.ShouldContain("store %");
    }

    [Theory]
    [InlineData("lstm-norm", "--gradients")]
    [InlineData("lstm-peephole-full", "--gradients")]
    [InlineData("slstm")]
    public void No_line_of_a_shown_cell_is_wider_than_a_page(params string[] arguments)
    {
        foreach (string line in Run(["cell", "show", .. arguments]).Output.Split('\n'))
        {
            line.Length.ShouldBeLessThanOrEqualTo(100, line);
        }
    }

    [Fact]
    public void The_backward_equations_of_the_lstm_are_those_of_the_literature()
    {
        string[] lines = Run("cell", "show", "lstm", "--gradients").Output.Split('\n', StringSplitOptions.TrimEntries);
        lines.ShouldContain("∂c = ∂c[t+1] ⊙ f[t+1] + ∂h ⊙ o ⊙ (1 - tanh(c)^2)");
        lines.ShouldContain("δf = ∂f ⊙ f ⊙ (1 - f)");
        lines.ShouldContain("∂U_f = Σ δf h[t-1]^T");
        lines.ShouldContain("∂h = dy + U_o^T δo[t+1] + U_g^T δg[t+1] + U_f^T δf[t+1] + U_i^T δi[t+1]");
    }

    [Fact]
    public void A_right_cell_passes_its_check()
    {
        (int code, string output, _) = Run("cell", "check", "elman", "--input", "3", "--hidden", "5", "--steps", "6", "--json");
        code.ShouldBe(0);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        result.GetProperty("passes").GetBoolean().ShouldBeTrue();
        result.GetProperty("tensors").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public void A_gradient_past_its_tolerance_fails()
    {
        new GradientCheckResult("W", 3, 0.9e-6, 1.9e-5).Passes.ShouldBeTrue();
        new GradientCheckResult("W", 3, 1.1e-6, 1.9e-5).Passes.ShouldBeFalse();
        new GradientCheckResult("W", 3, 0.9e-6, 2.1e-5).Passes.ShouldBeFalse();
        new GradientCheckResult("W", 3, double.NaN, 1e-5).Passes.ShouldBeFalse();
    }

    [Fact]
    public void A_model_is_trained_saved_and_used()
    {
        string corpus = Path.Combine(folder, "corpus.txt");
        string model = Path.Combine(folder, "model.safetensors");
        File.WriteAllText(corpus, string.Concat(Enumerable.Repeat("to be or not to be, that is the question.\n", 30)));
        string[] arguments = ["train", "text", corpus, "--cell", "elman", "--hidden", "16", "--embedding", "8", "--batch", "2", "--window", "16", "--steps", "30", "--out", model];
        (int code, string output, string error) = Run(arguments);
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain(corpus);
        output.ShouldContain("nats a character");
        output.ShouldContain("the first 1,134 for training, the last 126 for validation");

        (code, output, _) = Run([.. arguments, "--json"]);
        code.ShouldBe(0);
        JsonElement result = JsonDocument.Parse(output).RootElement;
        result.GetProperty("steps").GetInt32().ShouldBe(30);
        result.GetProperty("validation").GetProperty("loss").GetDouble().ShouldBeInRange(0.1, 3.5);

        (code, output, error) = Run("generate", model, "--prompt", "to be", "--length", "20", "--seed", "4");
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldStartWith("to be");
        output.TrimEnd('\r', '\n').Length.ShouldBeInRange(20, 25);
        Run("generate", model, "--prompt", "to be", "--length", "20", "--seed", "4").Output.ShouldBe(output);
        Run("generate", model, "--prompt", "TO BE").Error.ShouldContain("that the model never saw");
    }

    [Fact]
    public void A_budget_says_how_many_steps_it_became()
    {
        string corpus = Path.Combine(folder, "corpus.txt");
        File.WriteAllText(corpus, string.Concat(Enumerable.Repeat("once more unto the breach\n", 20)));
        (int code, string output, _) = Run(
            "train", "text", corpus, "--cell", "elman", "--hidden", "8", "--embedding", "4", "--batch", "2", "--window", "8", "--budget", "0.3s", "--out", Path.Combine(folder, "m"));
        code.ShouldBe(0);
        output.ShouldMatch(@"steps +[\d,]+ fit in 0.3 s, [\d,]+ characters \(--steps \d+ repeats this run\)");
    }

    [Theory]
    [InlineData("90s", 90)]
    [InlineData("10m", 600)]
    [InlineData("1h30m", 5400)]
    [InlineData("0.5m", 30)]
    [InlineData("90", null)]
    [InlineData("-5s", null)]
    [InlineData("s", null)]
    [InlineData("", null)]
    [InlineData("0s", null)]
    [InlineData("5d", null)]
    public void Times_are_read_by_their_units(string text, int? seconds) =>
        Options.ReadDuration(text).ShouldBe(seconds is { } number ? TimeSpan.FromSeconds(number) : null);

    [Theory]
    [InlineData("h = tanh(W x + U h[t-1] +", "own.cell: line 1")]
    [InlineData("input x, a\nh = tanh(W x + V a + U h[t-1])", "has 2 inputs")]
    [InlineData("width s = hidden/2\ns = tanh(W x + U s[t-1])\nh = V s", "the width hidden/2 is not a whole number for hidden 7")]
    public void A_cell_that_cannot_be_used_is_explained(string equations, string sentence)
    {
        string path = Path.Combine(folder, "own.cell");
        File.WriteAllText(path, equations);
        (int code, _, string error) = Run("train", "text", path, "--cell", path, "--hidden", "7", "--steps", "1", "--out", Path.Combine(folder, "m"));
        code.ShouldBe(2);
        error.ShouldContain(sentence);
        error.ShouldNotContain("   at ");
    }

    [Fact]
    public void Tensors_are_known_by_any_spelling_of_their_names()
    {
        string cell = Path.Combine(folder, "spelled.cell");
        File.WriteAllText(cell, "h = tanh(W_x x + U_h h[t-1] + b_h)\n");
        string input = Path.Combine(folder, "in.safetensors");
        string output = Path.Combine(folder, "out.safetensors");
        SafetensorsWriter writer = new();
        writer.Add("x", [1, 1, 2], new float[] { 1, 2 });
        writer.Add("Wx", [3, 2], new float[6]);
        writer.Add("U_{h}", [3, 3], new float[9]);
        writer.Add("bh", [3], new float[] { 0.5f, 0, 0 });
        writer.Save(input);
        (int code, _, string error) = Run("cell", "run", cell, "--tensors", input, "--out", output);
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        using SafetensorsFile results = SafetensorsFile.Open(output);
        results.ReadSingles("y")[0].ShouldBe(MathF.Tanh(0.5f), 1e-6f);
    }

    [Fact]
    public void A_cell_runs_on_given_tensors()
    {
        string input = Path.Combine(folder, "in.safetensors");
        string output = Path.Combine(folder, "out.safetensors");
        SafetensorsWriter writer = Tensors();
        writer.Add("dy", [2, 1, 3], new float[] { 1, 0, 0, 0, 0, 1 });
        writer.Save(input);
        (int code, _, string error) = Run("cell", "run", ElmanFile(), "--tensors", input, "--out", output, "--backward", "--trace");
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        using SafetensorsFile results = SafetensorsFile.Open(output);
        float[] y = results.ReadSingles("y");
        y[0].ShouldBe(MathF.Tanh(0.1f + (0.5f * 1f)), 1e-6f);
        y[3].ShouldBe(MathF.Tanh(0.1f + (0.5f * 2f) + (0.25f * y[0])), 1e-6f);
        results.ReadSingles("state.h").ShouldBe(y[3..]);
        results.ReadSingles("trace.h").ShouldBe(y);
        results["grad.W"].Shape.ShouldBe([3, 2]);
        results["grad.x"].Shape.ShouldBe([2, 1, 2]);
        results["grad.state.h"].Shape.ShouldBe([1, 3]);
        results.ReadSingles("grad.b")[0].ShouldBe(1 - (y[0] * y[0]), 1e-6f);
    }

    [Fact]
    public void Tensors_that_do_not_fit_the_cell_are_named()
    {
        Refused(writer => writer.Add("V", [3, 2], new float[6])).ShouldContain("no use for a tensor 'V'");
        Refused(writer => writer.Add("dy", [2, 1, 3], new float[6])).ShouldContain("--backward");
        Refused(writer => writer.Add("state.h", [1, 4], new float[4])).ShouldContain("a row of the tensor 'state.h' has 4 elements where hidden = 3 was expected");
        Refused(writer => writer.Add("state.h", [2, 3], new float[6])).ShouldContain("[1, 3] was expected");
        Refused(writer => writer.Add("lengths", [1], new float[] { 5 })).ShouldContain("no whole number from 0 to the 2 steps");
        Refused(_ => { }, without: "U").ShouldContain("there is no tensor 'U'");
    }

    [Fact]
    public void A_width_that_comes_to_nothing_is_refused()
    {
        string path = Path.Combine(folder, "own.cell");
        File.WriteAllText(path, "h = p * h[t-1] + q * [x, W x]\n");
        (int code, _, string error) = Run("cell", "check", path, "--input", "7", "--hidden", "7");
        code.ShouldBe(2);
        error.ShouldContain("comes to 0 for hidden 7, input 7; choose other sizes");
        string input = Path.Combine(folder, "bad.safetensors");
        SafetensorsWriter writer = new();
        writer.Add("x", [1, 1, 2], new float[2]);
        writer.Add("p", [2], new float[2]);
        writer.Add("q", [2], new float[2]);
        writer.Add("W", [0, 2], Array.Empty<float>());
        writer.Save(input);
        (code, _, error) = Run("cell", "run", path, "--tensors", input, "--out", Path.Combine(folder, "never.safetensors"));
        code.ShouldBe(2);
        error.ShouldContain("the first dimension of the tensor 'W' has no elements");
    }

    [Fact]
    public void An_initial_state_of_derived_parameters_passes_its_check()
    {
        string path = Path.Combine(folder, "own.cell");
        File.WriteAllText(path, "two = 2\nlam = exp(-exp(nu))\nh_0 = two * tanh(lam)\nh = lam * h[t-1] + tanh(W x)\n");
        (int code, string output, string error) = Run("cell", "check", path, "--input", "2", "--hidden", "3", "--steps", "3");
        error.ShouldBeEmpty();
        output.ShouldContain("The gradients agree.");
        code.ShouldBe(0);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        int code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    private static SafetensorsWriter Tensors(string? without = null)
    {
        (string Name, int[] Shape, float[] Values)[] tensors =
        [
            ("x", [2, 1, 2], [1, 0, 2, 0]),
            ("W", [3, 2], [0.5f, 0, 0, 0.5f, 1, 1]),
            ("U", [3, 3], [0.25f, 0, 0, 0, 1, 0, 0, 0, 1]),
            ("b", [3], [0.1f, 0, -0.1f]),
        ];
        SafetensorsWriter writer = new();
        foreach ((string name, int[] shape, float[] values) in tensors.Where(tensor => tensor.Name != without))
        {
            writer.Add(name, shape, values);
        }

        return writer;
    }

    private string ElmanFile()
    {
        string path = Path.Combine(folder, "own.cell");
        File.WriteAllText(path, "h = tanh(W x + U h[t-1] + b)\n");
        return path;
    }

    private string Refused(Action<SafetensorsWriter> add, string? without = null)
    {
        string input = Path.Combine(folder, "bad.safetensors");
        SafetensorsWriter writer = Tensors(without);
        add(writer);
        writer.Save(input);
        (int code, _, string error) = Run("cell", "run", ElmanFile(), "--tensors", input, "--out", Path.Combine(folder, "never.safetensors"));
        code.ShouldBe(2);
        error.Trim().ShouldNotContain("\n");
        File.Exists(Path.Combine(folder, "never.safetensors")).ShouldBeFalse();
        return error;
    }
}
