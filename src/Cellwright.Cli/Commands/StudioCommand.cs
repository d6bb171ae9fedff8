using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Cellwright.Cli.Series;
using Cellwright.Graphs;
using Cellwright.Studio;
using Cellwright.Studio.Models;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Commands;

/// <summary><c>studio</c>: the local page.</summary>
internal static class StudioCommand
{
    private const string ModelEnding = ".safetensors";

    private static readonly Argument<string?> Subject = new("MODEL|CELL")
    {
        Description = "A model that 'train text' or 'train series' wrote, a cell of the zoo, or a path to a .cell, .tex or .txt file. [default: the cell lstm]",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string?> FileArgument = ForecastingModel.FileArgument();
    private static readonly Option<bool> NoOpenOption = new("--no-open") { Description = "Print the address without opening the browser." };
    private static readonly Option<int> PortOption = Options.Whole("--port", "The port; 0 for one that is free.", 0, 0, 65_535);

    public static Command Create()
    {
        ExampleCommand command = new(
            "studio",
            "Opens a local page that shows a cell's equations, gates, memory and gradients, and trains while you watch. Ctrl-C ends it.",
            "cellwright studio model.safetensors")
        {
            Subject, FileArgument, SeriesFlags.FutureOption, NoOpenOption, PortOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (!PageFiles.AreThere)
        {
            throw new UsageException("this build of cellwright has no page, because Node.js was not there when it was built; install Node.js 20 or newer with npm, and build again");
        }

        StudioOptions options = Chosen(parsed.GetValue(Subject), parsed.GetValue(FileArgument), parsed.GetValue(SeriesFlags.FutureOption)) with { Port = parsed.GetValue(PortOption) };
        TextWriter output = parsed.InvocationConfiguration.Output;
        using StopSignals stop = new();
        Serve(options, parsed.GetValue(NoOpenOption), output, stop.Token).GetAwaiter().GetResult();
        return CommandLine.Success;
    }

    private static StudioOptions Chosen(string? subject, string? file, string? future)
    {
        if (subject is not null && Forecaster.IsIn(subject))
        {
            ForecastingModel opened = ForecastingModel.Open(subject, file, future);
            return new StudioOptions { Series = new OpenSeriesModel(Path.GetFileNameWithoutExtension(subject), opened.Model, opened.Set, opened.Source) };
        }

        if ((file ?? future) is { } rows)
        {
            throw new UsageException($"'{rows}' goes with a model that 'train series' wrote, and '{subject}' is none");
        }

        if (subject is null)
        {
            return new StudioOptions();
        }

        if (subject.EndsWith(ModelEnding, StringComparison.OrdinalIgnoreCase))
        {
            return new StudioOptions { Model = subject };
        }

        Cell cell = CellArgument.Resolve(subject);
        return new StudioOptions { CellText = cell.Text, CellName = cell.Name };
    }

    private static async Task Serve(StudioOptions options, bool isQuiet, TextWriter output, CancellationToken stop)
    {
        StudioServer server = await StudioServer.Start(options).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            output.WriteLine(server.Address);
            output.WriteLine("Only this machine can open it. Ctrl-C ends it.");
            output.Flush();
            if (!isQuiet && !OpenBrowser(server.Address))
            {
                output.WriteLine("No browser could be opened; open the address above yourself.");
            }

            await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default).ConfigureAwait(false);
        }
    }

    private static bool OpenBrowser(Uri address)
    {
        try
        {
            using Process? process = OperatingSystem.IsWindows()
                ? Process.Start(new ProcessStartInfo(address.ToString()) { UseShellExecute = true })
                : Process.Start(new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [address.ToString()]) { RedirectStandardError = true, RedirectStandardOutput = true });
            return process is not null;
        }
        catch (Exception problem) when (problem is Win32Exception or FileNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }
}
