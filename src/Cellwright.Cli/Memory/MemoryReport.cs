using System.Globalization;
using Cellwright.Cli.Charts;
using Cellwright.Tasks.Memory;

namespace Cellwright.Cli.Memory;

/// <summary>What <c>probe memory</c> found, as a table, as lines of a chart and for machines.</summary>
/// <param name="kind">The kind of task.</param>
/// <param name="task">The task of the first length, for what does not depend on it.</param>
/// <param name="runs">The trainings.</param>
internal sealed class MemoryReport(MemoryTask kind, IMemoryTask task, IReadOnlyList<MemoryRun> runs)
{
    /// <summary>The lines of a chart: of each run the decimal logarithm of the validation loss by the sequences trained on.</summary>
    public ChartLine[] Lines => [.. runs.Select(run => new ChartLine(
        Name(run),
        [.. run.Result.Curve.Select(point => (double)point.Sequences)],
        [.. run.Result.Curve.Select(point => Math.Log10(point.Score.Loss))]))];

    /// <summary>Writes the table of the runs, and below it what papers say.</summary>
    public void WriteTables(TextWriter output)
    {
        bool counts = runs.Any(run => run.Result.LargestCount is not null);
        OutputTable table = new(["cell", kind.Counts, "seed", "parameters", "solved after", "time", "test loss", "right", .. counts ? (string[])["right up to n"] : []]);
        foreach (MemoryRun run in runs)
        {
            MemoryProbeResult result = run.Result;
            table.Add([
                run.Cell,
                Text($"{run.Length}"),
                Text($"{run.Seed}"),
                Text($"{run.Parameters:N0}"),
                result.SolvedAfter is { } solved ? Text($"{solved:N0} sequences") : result.Problem is null ? Text($"not in {result.Sequences:N0}") : Text($"diverged at {result.Sequences:N0}"),
                TrainingProgressView.Clock(result.Time),
                Text($"{result.Test.Loss:0.0000}"),
                Text($"{100 * result.Test.Right:0.0} %"),
                .. counts ? (string[])[result.LargestCount is { } count ? Text($"{count}{(count == MemoryProbe.MostCount ? " or more" : "")}") : ""] : [],
            ]);
        }

        table.Write(output);
        output.WriteLine();
        output.WriteLine($"Solved: {task.Criterion}.{Baseline()}");
        if (task.Published.Count > 0)
        {
            output.WriteLine();
            OutputTable published = new("published", "setup", "result", "known from");
            foreach (PublishedResult each in task.Published)
            {
                published.Add(each.Source, each.Setup, each.Result, each.KnownFrom);
            }

            published.Write(output);
        }
    }

    /// <summary>The figures as an object to be written as JSON.</summary>
    /// <param name="settings">How the models were made and trained.</param>
    public object Figures(object settings) => new
    {
        task = kind.Name,
        counts = kind.Counts,
        criterion = task.Criterion,
        settings,
        runs = runs.Select(run => new
        {
            cell = run.Cell,
            length = run.Length,
            seed = run.Seed,
            parameters = run.Parameters,
            solvedAfter = run.Result.SolvedAfter,
            steps = run.Result.Steps,
            sequences = run.Result.Sequences,
            seconds = Math.Round(run.Result.Time.TotalSeconds, 2),
            problem = run.Result.Problem,
            largestCount = run.Result.LargestCount,
            test = run.Result.Test,
            curve = run.Result.Curve.Select(point => new { sequences = point.Sequences, loss = point.Score.Loss, right = point.Score.Right, rightSteps = point.Score.RightSteps }),
        }),
        published = task.Published,
    };

    private string Name(MemoryRun run)
    {
        string length = runs.Select(each => each.Length).Distinct().Count() > 1 ? Text($", {run.Length} {kind.Counts}") : string.Empty;
        string seed = runs.Select(each => each.Seed).Distinct().Count() > 1 ? Text($", seed {run.Seed}") : string.Empty;
        return run.Cell + length + seed;
    }

    private string Baseline() => double.IsNaN(task.Baseline)
        ? string.Empty
        : Text($" A model that remembers nothing has a loss of {task.Baseline:0.0000}{(runs.Any(run => run.Length != task.Length) ? Text($" with {task.Length} {kind.Counts}") : "")}.");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
