using System.CommandLine;
using System.Text.Json;
using Cellwright.Cli.Series;

namespace Cellwright.Cli.Commands;

/// <summary><c>train series</c>: recurrent layers learn to forecast series.</summary>
internal static class TrainSeriesCommand
{
    private static readonly Option<bool> CheckOption = new("--check") { Description = "Read the file, say what was understood, and stop." };
    private static readonly Option<bool> NoCalendarOption = new("--no-calendar") { Description = "Make no columns of the calendar from the times." };
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "series",
            "Reads series from a CSV file and says what was understood.",
            "cellwright train series prices.csv --target price --known tariff --check")
        {
            SeriesFlags.FileArgument,
        };
        SeriesFlags.AddTo(command);
        foreach (Option option in (Option[])[NoCalendarOption, CheckOption, JsonOption])
        {
            command.Options.Add(option);
        }

        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        SeriesReadingOptions options = SeriesFlags.Of(parsed);
        bool calendar = !parsed.GetValue(NoCalendarOption);
        SeriesReading reading = SeriesReading.Of(parsed.GetValue(SeriesFlags.FileArgument)!, options);
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(SeriesReport.Json(reading, calendar), JsonStyle.Options));
        }
        else
        {
            SeriesReport.Write(reading, calendar, output);
        }

        return CommandLine.Success;
    }
}
