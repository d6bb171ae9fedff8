using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Cli.Charts;
using Cellwright.Files;

namespace Cellwright.Cli;

/// <summary>What <c>compare text</c> found: a table, a chart of loss against time, a page.</summary>
/// <param name="Corpus">The corpus in a few words.</param>
/// <param name="Budget">The budget in a few words.</param>
/// <param name="Unit">What is predicted: <c>character</c> or <c>byte</c>.</param>
/// <param name="Training">How all were trained, in a few words.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Trials">The cells in the order in which they were trained.</param>
internal sealed record TextComparison(string Corpus, string Budget, string Unit, string Training, ulong Seed, IReadOnlyList<TextTrial> Trials)
{
    // The best first; those that were stopped before they were judged stand last.
    private TextTrial[] Ranked => [.. Trials.OrderBy(trial => trial.Validation?.Loss ?? double.PositiveInfinity)];

    private ChartLine[] Lines => [.. Trials.Where(trial => trial.Curve.Count > 0).Select(trial => new ChartLine(
        trial.Cell, [.. trial.Curve.Select(point => point.Seconds)], [.. trial.Curve.Select(point => point.ValidationLoss)]))];

    private string Note => $"{Corpus}. Each cell: {Budget}; {Training}; seed {Seed.ToString(CultureInfo.InvariantCulture)}. The loss is that on the held-out last tenth; seconds include validation.";

    /// <summary>Writes the table and the chart.</summary>
    public void Write(TextWriter output)
    {
        Table().Write(output);
        if (Lines.Length > 0)
        {
            output.WriteLine();
            output.WriteLine($"validation loss, nats a {Unit}");
            TerminalChart.Write(output, Lines, "seconds", Mark);
        }
    }

    /// <summary>Writes the figures for machines.</summary>
    public void WriteJson(TextWriter output) => output.WriteLine(JsonSerializer.Serialize(
        new
        {
            corpus = Corpus,
            budget = Budget,
            training = Training,
            seed = Seed,
            cells = Ranked.Select(trial => new
            {
                cell = trial.Cell,
                hidden = trial.Design.Sizes["hidden"],
                layers = trial.Design.Cells.Count,
                parameters = trial.Parameters,
                nats = trial.Validation?.Loss,
                bits = trial.Validation?.BitsPerCharacter,
                predicted = trial.Validation?.Characters,
                bestStep = trial.BestStep,
                steps = trial.Done,
                plannedSteps = trial.Steps,
                charactersPerSecond = trial.Speed is { } speed ? Math.Round(speed) : (double?)null,
                seconds = Math.Round(trial.Seconds, 2),
                problem = trial.Problem,
                run = trial.Folder,
                curve = trial.Curve.Select(point => new { step = point.Step, seconds = Math.Round(point.Seconds, 3), trainLoss = point.TrainLoss, validationLoss = point.ValidationLoss }),
            }),
        },
        JsonStyle.Options));

    /// <summary>Writes a page with the chart and the table, whole or not at all.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void WritePage(string path)
    {
        string page = ChartPage.Of("Cells compared on a text", Note, Lines, "seconds", $"validation loss, nats a {Unit}", Mark, Table());
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page)));
    }

    private static string Mark(double value) => Written($"{value:0.0##}");

    private static string Written(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private OutputTable Table()
    {
        OutputTable table = new("cell", "hidden", "parameters", "nats", "bits", "best at step", "steps", Unit + "s/s", "seconds");
        foreach (TextTrial trial in Ranked)
        {
            table.Add(
                trial.Cell,
                Written($"{trial.Design.Sizes["hidden"]}"),
                Written($"{trial.Parameters:N0}"),
                trial.Validation is { } nats ? Written($"{nats.Loss:0.0000}") : "-",
                trial.Validation is { } bits ? Written($"{bits.BitsPerCharacter:0.000}") : "-",
                trial.BestStep > 0 ? Written($"{trial.BestStep:N0}") : "-",
                trial.Done == trial.Steps ? Written($"{trial.Steps:N0}") : Written($"{trial.Done:N0} of {trial.Steps:N0}"),
                trial.Speed is { } speed ? Written($"{speed:N0}") : "-",
                Written($"{trial.Seconds:0.0}"));
        }

        return table;
    }
}
