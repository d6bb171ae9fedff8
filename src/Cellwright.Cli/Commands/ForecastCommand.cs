using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cellwright.Cli.Series;
using Cellwright.Files;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Commands;

/// <summary><c>forecast</c>: a model says what comes behind the last row.</summary>
internal static class ForecastCommand
{
    private const int MostRows = 12;

    private static readonly Argument<string> ModelArgument = ForecastingModel.ModelArgument();
    private static readonly Argument<string?> FileArgument = ForecastingModel.FileArgument();
    private static readonly Option<int?> HorizonOption = Options.OptionalWhole("--horizon", "How many rows ahead, at most those the model was trained for. [default: all of them]", 1, 100_000);
    private static readonly Option<string?> SeriesOption = new("--series") { Description = "The series that is drawn where there are several. [default: the first]", HelpName = "name" };
    private static readonly Option<string?> OutOption = new("--out") { Description = "Write every row as CSV to this file: points and quantiles.", HelpName = "file.csv" };
    private static readonly Option<string?> ReportOption = new("--report") { Description = "Write a page with fan charts to this file; it needs nothing else.", HelpName = "file.html" };
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "forecast",
            "Forecasts series with a model, with intervals: a chart, a table, CSV, JSON or a page.",
            "cellwright forecast price.safetensors prices-today.csv --out forecast.csv --report forecast.html")
        {
            ModelArgument, FileArgument, SeriesFlags.FutureOption, HorizonOption, SeriesOption, OutOption, ReportOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string? csv = parsed.GetValue(OutOption);
        string? page = parsed.GetValue(ReportOption);
        foreach (string file in new[] { csv, page }.OfType<string>())
        {
            OutputFile.Check(file, parsed);
        }

        using ForecastingModel opened = ForecastingModel.Open(parsed.GetValue(ModelArgument)!, parsed.GetValue(FileArgument), parsed.GetValue(SeriesFlags.FutureOption));
        Forecaster model = opened.Model;
        int horizon = parsed.GetValue(HorizonOption) ?? model.Design.Horizon;
        if (horizon > model.Design.Horizon)
        {
            throw new UsageException(FormattableString.Invariant($"the model forecasts {model.Design.Horizon} rows ahead and --horizon asks for {horizon}; train one with a longer horizon"));
        }

        opened.CheckKnown(horizon);
        int shown = Shown(opened.Set, parsed.GetValue(SeriesOption));
        Forecast[] forecasts = new Forecast[opened.Set.Series.Count];
        Parallel.For(0, forecasts.Length, i => forecasts[i] = model.Predict(opened.Set.Series[i]));
        ForecastTable table = new(forecasts, opened.Set, horizon);
        if (csv is not null)
        {
            AtomicFile.WriteText(csv, table.Csv());
        }

        if (page is not null)
        {
            AtomicFile.WriteText(page, ForecastPage.Html(opened, table, shown));
        }

        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(
                new { model = opened.Path, source = opened.Source, step = opened.Set.Step.ToString(), horizon, calibrated = model.IsCalibrated, series = table.Json(), csv, report = page }, JsonStyle.Options));
            return CommandLine.Success;
        }

        Write(opened, table, shown, output);
        foreach (string file in new[] { csv, page }.OfType<string>())
        {
            output.WriteLine($"{"written",-11} {file}");
        }

        return CommandLine.Success;
    }

    /// <summary>The series of a name; the first without one.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    internal static int Shown(SeriesSet set, string? name)
    {
        int at = name is null ? 0 : Enumerable.Range(0, set.Series.Count).FirstOrDefault(i => set.Series[i].Id == name, -1);
        return at >= 0 ? at : throw new UsageException(
            $"there is no series '{name}'; {(set.Series is [{ Id.Length: 0 }] ? "the model has one, without a name" : $"there are {NameList.Of(set.Series.Select(series => series.Id))}")}");
    }

    private static void Write(ForecastingModel opened, ForecastTable table, int shown, TextWriter output)
    {
        (SeriesSet set, TimeSeries series) = (opened.Set, opened.Set.Series[shown]);
        output.WriteLine($"{"model",-11} {opened.Path}: {SeriesModelFlags.Describe(opened.Model.Design)}");
        output.WriteLine($"{"from",-11} {opened.SourceOf(series)}{(set.Series.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $"; {set.Series.Count:N0} series") : string.Empty)}");
        output.WriteLine($"{"intervals",-11} {Intervals(opened.Model)}");
        for (int target = 0; target < set.TargetNames.Count; target++)
        {
            output.WriteLine();
            output.WriteLine(string.Join(", ", new[] { series.Id.Length > 0 && set.Series.Count > 1 ? $"series {series.Id}" : series.Id, set.TargetNames[target] }.Where(text => text.Length > 0)));
            TerminalChart.Write(series, table.Forecasts[shown], target, table.Horizon, set.Step, output);
            output.WriteLine();
            table.Write(output, table.Forecasts[shown], target, MostRows);
        }

        output.WriteLine();
        if (set.Series.Count > 1)
        {
            output.WriteLine("Other series: --series NAME draws one, --out FILE writes all.");
        }
    }

    /// <summary>Where a model's intervals come from, in words.</summary>
    internal static string Intervals(Forecaster model) => model.IsCalibrated ? "calibrated on rows that the model was not trained on (conformal)"
        : model.Levels.Count > 0 ? "as the model says them, not calibrated" : "none";
}
