using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Cli.Charts;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Inspection;

namespace Cellwright.Cli.Commands;

/// <summary><c>probe gradients</c>: what becomes of a gradient on its way back through untrained cells.</summary>
internal static class ProbeGradientsCommand
{
    // A gradient this much smaller than at the last step teaches nothing beside the nearer ones.
    private const double Vanished = 1e-6;

    private static readonly Option<string[]> CellsOption = new("--cells")
    {
        Description = "The cells, with commas between: names of the zoo or paths to .cell, .tex or .txt files.",
        HelpName = "cell,…",
        DefaultValueFactory = _ => ["elman", "lstm", "gru"],
        CustomParser = result => Words(result, "a cell, or several with commas between"),
    };

    private static readonly Option<double[]> BiasOption = new("--forget-bias")
    {
        Description = "What the bias of each gate that carries a state on is set to, several with commas between; a cell without one is measured once. [default: as the cell says]",
        HelpName = "number,…",
        CustomParser = Numbers,
    };

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
            OutputFile.Check(html);
        }

        GradientProbe probe = new() { Length = parsed.GetValue(LengthOption), Batch = parsed.GetValue(BatchOption), Seed = parsed.GetValue(SeedOption) };
        (int input, int hidden) = (parsed.GetValue(InputOption), parsed.GetValue(HiddenOption));
        List<Measurement> measured = [];
        foreach (Cell cell in parsed.GetValue(CellsOption)!.Select(CellArgument.Resolve))
        {
            Dictionary<string, int> others = parsed.GetValue(SizeOption)!.Where(size => cell.Graph.SizeNames.Contains(size.Key)).ToDictionary();
            Dictionary<string, int> sizes = CellArgument.Sizes(cell, input, hidden, others);
            bool hasGate = ForgetBias.Of(cell.Graph).Count > 0;
            foreach (double? bias in hasGate && parsed.GetValue(BiasOption) is { Length: > 0 } biases ? biases.Select(bias => (double?)bias) : [null])
            {
                measured.Add(new Measurement(cell.Name, bias, Flow(probe with { ForgetBias = bias }, cell, sizes)));
            }
        }

        TextWriter output = parsed.InvocationConfiguration.Output;
        string note = string.Create(
            CultureInfo.InvariantCulture,
            $"Untrained: parameters drawn as each cell says, seed {probe.Seed}; input {input} wide, standard normal; hidden {hidden}; {probe.Batch} sequences of {probe.Length} steps. The loss is the last output's component in a random direction. Shares are of the norm at the first lag where the state counts.");
        if (html is not null)
        {
            string page = ChartPage.Of("The gradient by lag", note, [.. measured.SelectMany(Lines)], "lag in steps", "‖∂L/∂s‖, share of the first", Power);
            AtomicFile.Write(html, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
        }

        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(Figures(probe, input, hidden, measured), JsonStyle.Options));
            return CommandLine.Success;
        }

        WriteTable(output, probe.Length, measured);
        output.WriteLine();
        TerminalChart.Write(output, [.. measured.SelectMany(Lines)], "lag", Power);
        output.WriteLine();
        output.WriteLine(note.Replace(". ", "." + Environment.NewLine, StringComparison.Ordinal));
        return CommandLine.Success;
    }

    private static GradientFlow Flow(GradientProbe probe, Cell cell, Dictionary<string, int> sizes)
    {
        try
        {
            return probe.Measure(cell, sizes);
        }
        catch (ArgumentException problem)
        {
            throw new UsageException(problem.Message.Split(" (Parameter")[0], problem);
        }
    }

    private static void WriteTable(TextWriter output, int length, List<Measurement> measured)
    {
        int[] lags = [.. new[] { length / 10, length / 4, length / 2, length }.Select(lag => Math.Max(lag, 1)).Distinct()];
        OutputTable table = new(["cell", "forget bias", "state", .. lags.Select(lag => string.Create(CultureInfo.InvariantCulture, $"lag {lag}")), "a step", "below 1e-6"]);
        foreach ((string cell, double? bias, GradientFlow flow) in measured)
        {
            foreach (StateGradient state in flow.States)
            {
                table.Add([
                    cell,
                    bias?.ToString(CultureInfo.InvariantCulture) ?? "as it says",
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

    // 10 to a power; far past a double's range too.
    private static string Power(double exponent) => string.Create(CultureInfo.InvariantCulture, $"1e{exponent:0.##}");

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

    private static string[] Words(ArgumentResult result, string expected)
    {
        string[] words = [.. result.Tokens.SelectMany(token => token.Value.Split(','))];
        if (words.Length == 0 || words.Any(string.IsNullOrWhiteSpace))
        {
            result.AddError($"--cells takes {expected}, not '{string.Join(' ', result.Tokens.Select(token => token.Value))}'");
        }

        return words;
    }

    private static double[] Numbers(ArgumentResult result)
    {
        List<double> numbers = [];
        foreach (string word in result.Tokens.SelectMany(token => token.Value.Split(',')))
        {
            if (!double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
            {
                result.AddError($"--forget-bias takes a number, or several with commas between, not '{word}'");
                break;
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private sealed record Measurement(string Cell, double? Bias, GradientFlow Flow);
}
