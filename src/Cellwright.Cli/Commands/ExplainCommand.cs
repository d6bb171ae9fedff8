using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cellwright.Cli.Series;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Commands;

/// <summary><c>explain</c>: which inputs moved a forecast, and how far back it remembers.</summary>
internal static class ExplainCommand
{
    private const int MostInputs = 20;
    private const int MostBars = 12;
    private const int BarWidth = 40;

    private static readonly Argument<string> ModelArgument = ForecastingModel.ModelArgument();
    private static readonly Argument<string?> FileArgument = ForecastingModel.FileArgument();
    private static readonly Option<string?> SeriesOption = new("--series") { Description = "The series, where there are several. [default: the first]", HelpName = "name" };
    private static readonly Option<string?> TargetOption = new("--target") { Description = "The target. [default: the first]", HelpName = "column" };
    private static readonly Option<int?> HorizonOption = Options.OptionalWhole("--horizon", "Explain the mean of so many first rows ahead. [default: all; step by step the first segment]", 1, 100_000);
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "explain",
            "Says which inputs moved a forecast and how far back it remembers: the gradient of the forecast by column and row.",
            "cellwright explain price.safetensors prices-today.csv --target price --horizon 5")
        {
            ModelArgument, FileArgument, SeriesFlags.FutureOption, SeriesOption, TargetOption, HorizonOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using ForecastingModel opened = ForecastingModel.Open(parsed.GetValue(ModelArgument)!, parsed.GetValue(FileArgument), parsed.GetValue(SeriesFlags.FutureOption));
        TimeSeries series = opened.Set.Series[ForecastCommand.Shown(opened.Set, parsed.GetValue(SeriesOption))];
        int target = parsed.GetValue(TargetOption) is { } name ? opened.Set.TargetNames.ToList().IndexOf(name) : 0;
        if (target < 0)
        {
            throw new UsageException($"the model has no target '{parsed.GetValue(TargetOption)}'; it has {NameList.Of(opened.Set.TargetNames)}");
        }

        ForecastExplanation explanation = opened.Model.Explain(series, target, parsed.GetValue(HorizonOption));
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(Json(opened, series, explanation), JsonStyle.Options));
            return CommandLine.Success;
        }

        Write(opened, series, explanation, output);
        return CommandLine.Success;
    }

    private static object Json(ForecastingModel opened, TimeSeries series, ForecastExplanation explanation) => new
    {
        model = opened.Path,
        source = opened.Source,
        series = series.Id.Length > 0 ? series.Id : null,
        target = explanation.Target,
        steps = explanation.Steps,
        rows = explanation.Rows,
        memory = new { half = explanation.Memory(0.5), most = explanation.Memory(0.9), nearlyAll = explanation.Memory(0.99) },
        inputs = explanation.Inputs.Select(input => new { name = input.Name, kind = input.Kind.ToString().ToLowerInvariant(), share = Share(explanation, input), gradients = input.Gradients }),
    };

    private static double Share(ForecastExplanation explanation, InputInfluence input) => input.Size / Math.Max(1e-300, explanation.Inputs.Sum(each => each.Size));

    private static void Write(ForecastingModel opened, TimeSeries series, ForecastExplanation explanation, TextWriter output)
    {
        void Line(string label, string text) => output.WriteLine($"{label,-11} {text}");
        Line("model", $"{opened.Path}: {SeriesModelFlags.Describe(opened.Model.Design)}");
        Line("from", opened.Source);
        Line("forecast", string.Create(CultureInfo.InvariantCulture, $"{(series.Id.Length > 0 ? series.Id + ", " : string.Empty)}{explanation.Target}, the mean of the {(explanation.Steps == 1 ? "first row" : $"first {explanation.Steps:N0} rows")} ahead"));
        Line("read", string.Create(CultureInfo.InvariantCulture, $"the last {explanation.Rows:N0} rows{(opened.Model.Design.Carried ? ", through the carried state" : string.Empty)}"));
        output.WriteLine();
        OutputTable table = new("input", "is", "share", "sum", "strongest");
        foreach (InputInfluence input in explanation.Inputs.Take(MostInputs))
        {
            int strongest = input.Gradients.Count == 0 ? 0 : Enumerable.Range(0, input.Gradients.Count).MaxBy(row => Math.Abs(input.Gradients[row]));
            table.Add(
                input.Name,
                input.Kind switch { InputKind.Target => "target", InputKind.Past => "past", InputKind.Known => "known, observed", _ => "known, ahead" },
                BacktestTable.Percent(Share(explanation, input), 1),
                Signed(input.Gradients.Sum()),
                input.Size == 0 ? "-" : $"{Signed(input.Gradients[strongest])} {Place(input.Kind, strongest)}");
        }

        table.Write(output);
        output.WriteLine();
        output.WriteLine("share: of all gradients' sizes. sum: by how many of its deviations the forecast rises where the input is");
        output.WriteLine("one deviation higher in every row; strongest: the same for the one row that moves it most.");
        output.WriteLine();
        Memory(explanation, output);
    }

    private static void Memory(ForecastExplanation explanation, TextWriter output)
    {
        output.WriteLine("How far back it remembers (share of all gradients' sizes in the observed rows):");
        double total = explanation.SizeByLag.Sum();
        int perBar = Math.Max(1, (explanation.Rows + MostBars - 1) / MostBars);
        double[] bars = [.. explanation.SizeByLag.Chunk(perBar).Select(rows => total > 0 ? rows.Sum() / total : 0)];
        double most = Math.Max(bars.DefaultIfEmpty(0).Max(), 1e-300);
        for (int i = 0; i < bars.Length; i++)
        {
            int last = Math.Min(explanation.Rows, (i + 1) * perBar);
            string rows = perBar == 1 ? FormattableString.Invariant($"row {-(i + 1)}") : FormattableString.Invariant($"rows {-((i * perBar) + 1)} to {-last}");
            output.WriteLine($"  {rows,-20} {BacktestTable.Percent(bars[i], 1),7} {new string('█', (int)Math.Round(bars[i] / most * BarWidth))}".TrimEnd());
        }

        output.WriteLine();
        output.WriteLine(explanation.Memory(0.5) == 0
            ? "Nothing that was observed moves the forecast."
            : FormattableString.Invariant($"Half of it is in the last {Rows(explanation.Memory(0.5))}, 90 % in the last {explanation.Memory(0.9)}, 99 % in the last {explanation.Memory(0.99)} of {explanation.Rows}."));
    }

    private static string Rows(int count) => FormattableString.Invariant($"{count} {(count == 1 ? "row" : "rows")}");

    private static string Place(InputKind kind, int row) => kind == InputKind.Ahead
        ? FormattableString.Invariant($"in row {row + 1} ahead")
        : row == 0 ? "in the last row" : FormattableString.Invariant($"{row} {(row == 1 ? "row" : "rows")} before the last");

    private static string Signed(double value) => value.ToString("+0.000;-0.000;0", CultureInfo.InvariantCulture);
}
