using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Cli.Charts;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Layers;
using Cellwright.Tasks.Memory;

namespace Cellwright.Cli.Commands;

/// <summary><c>probe gradients</c>: what becomes of a gradient on its way back through cells, untrained or trained.</summary>
internal static class ProbeGradientsCommand
{
    // A gradient this much smaller than at the last step teaches nothing beside the nearer ones.
    private const double Vanished = 1e-6;

    private static readonly Option<string[]> CellsOption = ListOptions.Cells(
        "The cells, with commas between: names of the zoo or paths to .cell, .tex or .txt files; or files of trained layers (.safetensors).", "elman", "lstm", "gru");

    private static readonly Option<double[]> BiasOption = ListOptions.Numbers(
        "--forget-bias",
        "What the bias of each gate that carries a state on is set to, several with commas between; a cell without one is measured once. [default: as the cell says]");

    private static readonly Option<int> LengthOption = Options.Whole("--length", "The number of steps that the gradient goes back.", 200, 2, 100_000);
    private static readonly Option<int> InputOption = Options.Whole("--input", "The width of the input.", 16, 1, 1 << 14);
    private static readonly Option<int> HiddenOption = Options.Whole("--hidden", "The width of the signals.", 64, 1, 1 << 14);
    private static readonly Option<Dictionary<string, int>> SizeOption = Options.Sizes();
    private static readonly Option<int> BatchOption = Options.Whole("--batch", "The sequences that a norm is the root mean square over.", 8, 1, 4096);
    private static readonly Option<ulong> SeedOption = Options.Seed();
    private static readonly Option<string?> HtmlOption = new("--html") { Description = "Also write the chart as a page to this file.", HelpName = "file" };
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "gradients",
            "Measures how the gradient of a loss at the last step fades, or grows, on its way back: for each state, by lag.",
            "cellwright probe gradients --cells elman,lstm --length 200 --forget-bias 0,1,5 --html gradients.html")
        {
            CellsOption, LengthOption, BiasOption, InputOption, HiddenOption, SizeOption, BatchOption, SeedOption, HtmlOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? html = parsed.GetValue(HtmlOption);
        if (html is not null)
        {
            OutputFile.Check(html, parsed);
        }

        GradientProbe probe = new() { Length = parsed.GetValue(LengthOption), Batch = parsed.GetValue(BatchOption), Seed = parsed.GetValue(SeedOption) };
        (int input, int hidden) = (parsed.GetValue(InputOption), parsed.GetValue(HiddenOption));
        List<Measurement> measured = [];
        foreach (string name in parsed.GetValue(CellsOption)!)
        {
            measured.AddRange(IsModel(name) ? [new Measurement(Path.GetFileName(name), null, true, OfFile(probe, name))] : OfCell(parsed, probe, CellArgument.Resolve(name)));
        }

        TextWriter output = parsed.InvocationConfiguration.Output;
        string note = Note(probe, input, hidden, measured);
        if (html is not null)
        {
            string page = ChartPage.Of("The gradient by lag", note, [.. measured.SelectMany(Lines)], "lag in steps", "‖∂L/∂s‖, share of the first", PowerOfTen.Mark);
            AtomicFile.Write(html, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
        }

        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(Figures(probe, input, hidden, measured), JsonStyle.Options));
            return CommandLine.Success;
        }

        WriteTable(output, probe.Length, measured);
        output.WriteLine();
        TerminalChart.Write(output, [.. measured.SelectMany(Lines)], "lag", PowerOfTen.Mark);
        output.WriteLine();
        output.WriteLine(note.Replace(". ", "." + Environment.NewLine, StringComparison.Ordinal));
        return CommandLine.Success;
    }

    private static IEnumerable<Measurement> OfCell(ParseResult parsed, GradientProbe probe, Cell cell)
    {
        Dictionary<string, int> others = parsed.GetValue(SizeOption)!.Where(size => cell.Graph.SizeNames.Contains(size.Key)).ToDictionary();
        Dictionary<string, int> sizes = CellArgument.Sizes(cell, parsed.GetValue(InputOption), parsed.GetValue(HiddenOption), others);
        bool hasGate = ForgetBias.Of(cell.Graph).Count > 0;
        return (hasGate && parsed.GetValue(BiasOption) is { Length: > 0 } biases ? biases.Select(bias => (double?)bias) : [null])
            .Select(bias => new Measurement(cell.Name, bias, false, Checked(() => (probe with { ForgetBias = bias }).Measure(cell, sizes))));
    }

    private static bool IsModel(string name) => name.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);

    private static GradientFlow OfFile(GradientProbe probe, string path)
    {
        if (MemoryModel.IsIn(path))
        {
            using MemoryModel model = MemoryModel.Open(path, threads: 1);
            return Checked(() => probe.Measure(model));
        }

        using LayerStack layers = LayerStack.Open(path, threads: 1);
        return Checked(() => probe.Measure(layers));
    }

    private static string Note(GradientProbe probe, int input, int hidden, List<Measurement> measured)
    {
        string untrained = string.Create(
            CultureInfo.InvariantCulture, $"Untrained: parameters drawn as each cell says, seed {probe.Seed}; input {input} wide, standard normal; hidden {hidden}. ");
        const string Trained = "Trained: as in the file; a model of a memory task reads its task's sequences, other layers a standard normal input. ";
        return (measured.Exists(each => !each.IsTrained) ? untrained : "") + (measured.Exists(each => each.IsTrained) ? Trained : "")
            + string.Create(CultureInfo.InvariantCulture, $"{probe.Batch} sequences of {probe.Length} steps. The loss is the last output's component in a random direction. Shares are of the norm at the first lag where the state counts.");
    }

    private static GradientFlow Checked(Func<GradientFlow> measure)
    {
        try
        {
            return measure();
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            throw new UsageException(problem.Message.Split(" (Parameter")[0], problem);
        }
    }

    private static void WriteTable(TextWriter output, int length, List<Measurement> measured)
    {
        int[] lags = [.. new[] { length / 10, length / 4, length / 2, length }.Select(lag => Math.Max(lag, 1)).Distinct()];
        OutputTable table = new(["cell", "forget bias", "state", .. lags.Select(lag => string.Create(CultureInfo.InvariantCulture, $"lag {lag}")), "a step", "below 1e-6"]);
        foreach ((string cell, double? bias, bool isTrained, GradientFlow flow) in measured)
        {
            foreach (StateGradient state in flow.States)
            {
                table.Add([
                    cell,
                    bias?.ToString(CultureInfo.InvariantCulture) ?? (isTrained ? "as trained" : "as it says"),
                    state.Name,
                    .. lags.Select(lag => Share(state, lag)),
                    state.MeanFactor.ToString("× 0.000", CultureInfo.InvariantCulture),
                    state.VanishesAt(Vanished) is { } lag ? string.Create(CultureInfo.InvariantCulture, $"from lag {lag}") : "never",
                ]);
            }
        }

        table.Write(output);
    }

    private static object Figures(GradientProbe probe, int input, int hidden, List<Measurement> measured) => new
    {
        length = probe.Length,
        batch = probe.Batch,
        seed = probe.Seed,
        input,
        hidden,
        cells = measured.Select(each => new
        {
            cell = each.Cell,
            forgetBias = each.Bias,
            trained = each.IsTrained,
            states = each.Flow.States.Select(state => new
            {
                name = state.Name,
                firstLag = state.FirstLag,
                meanFactor = state.MeanFactor,
                vanishesAt = state.VanishesAt(Vanished),
                relative = state.Relative(state.Length),
                log10 = Enumerable.Range(1, state.Length).Select(state.Log10Norm),
                factors = Enumerable.Range(2, state.Length - 1).Select(state.Factor),
            }),
        }),
    };

    private static IEnumerable<ChartLine> Lines(Measurement measurement) => measurement.Flow.States.Select(state =>
    {
        double[] lags = [.. Enumerable.Range(1, state.Length).Select(lag => (double)lag)];
        double first = state.FirstLag == 0 ? 0 : state.Log10Norm(state.FirstLag);
        string bias = measurement.Bias is { } value ? string.Create(CultureInfo.InvariantCulture, $", forget bias {value}") : string.Empty;
        return new ChartLine($"{measurement.Cell}: {state.Name}{bias}", lags, [.. lags.Select(lag => state.Log10Norm((int)lag) - first)]);
    });

    private static string Share(StateGradient state, int lag)
    {
        if (state.FirstLag == 0 || double.IsNegativeInfinity(state.Log10Norm(lag)))
        {
            return "0";
        }

        double exponent = state.Log10Norm(lag) - state.Log10Norm(state.FirstLag);
        double power = Math.Floor(exponent);
        return string.Create(CultureInfo.InvariantCulture, $"{Math.Pow(10, exponent - power):0.00}e{power:0}");
    }

    private sealed record Measurement(string Cell, double? Bias, bool IsTrained, GradientFlow Flow);
}
