using System.Diagnostics;
using System.Globalization;
using Cellwright.Tasks;
using Spectre.Console;

namespace Cellwright.Cli;

/// <summary>How a training goes, while it runs: a moving bar on a terminal, plain lines elsewhere.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="examplesPerStep">What one step reads.</param>
/// <param name="examples">What that is called, such as <c>characters</c>.</param>
internal sealed class TrainingProgressView(TextWriter output, int examplesPerStep, string examples)
{
    private const int BarWidth = 20;
    private const int LabelWidth = 11;

    private readonly Stopwatch training = new();
    private int stepsSeen;

    /// <summary>The examples read in a second; null before the first step.</summary>
    public double? Speed => stepsSeen > 0 ? stepsSeen * (double)examplesPerStep / training.Elapsed.TotalSeconds : null;

    /// <summary>Writes a line with a label before it.</summary>
    public void Line(string label, string text) => output.WriteLine($"{label.PadRight(LabelWidth)} {text}");

    /// <summary>Runs a training and shows its steps.</summary>
    /// <param name="steps">The number of steps of the whole run.</param>
    /// <param name="train">Trains, and tells of each step.</param>
    public void Run(int steps, Action<Action<ShownStep>> train)
    {
        training.Start();
        if (ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive)
        {
            RunWithBar(steps, train);
        }
        else
        {
            RunWithLines(steps, train);
        }

        training.Stop();
    }

    /// <summary>A time as minutes and seconds, with hours where there are some.</summary>
    internal static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? Text($"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : Text($"{time.Minutes}:{time.Seconds:00}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private string Rest(int step, int steps) => Text($"{Speed:N0} {examples}/s  {Clock(training.Elapsed / Math.Max(stepsSeen, 1) * (steps - step))} left");

    private static string State(ShownStep shown, int steps) => Text($"step {shown.Step:N0}/{steps:N0}  loss {shown.Loss}");

    private static string Validation(ShownStep shown) => shown.Validation is { } found ? $"  validation {found}" : string.Empty;

    private void RunWithLines(int steps, Action<Action<ShownStep>> train)
    {
        int interval = Math.Max(1, steps / TextRun.Parts);
        train(shown =>
        {
            stepsSeen++;
            if (shown.Step % interval == 0 || shown.Step == steps || shown.Validation is not null)
            {
                Line("", $"{State(shown, steps)}{Validation(shown)}  {Rest(shown.Step, steps)}");
                foreach (string line in shown.Below)
                {
                    Line("", line);
                }
            }
        });
    }

    // A bar that is drawn over, and above it what stays: one line for each validation, and what is below it.
    private void RunWithBar(int steps, Action<Action<ShownStep>> train)
    {
        string validation = string.Empty;
        long drawn = 0;
        try
        {
            train(shown =>
            {
                stepsSeen++;
                if (shown.Validation is not null)
                {
                    validation = Validation(shown);
                    output.Write("\r\u001b[K");
                    Line("", State(shown, steps) + validation);
                    foreach (string line in shown.Below)
                    {
                        Line("", line);
                    }
                }

                if (Stopwatch.GetElapsedTime(drawn).TotalSeconds >= 0.1 || shown.Step == steps)
                {
                    drawn = Stopwatch.GetTimestamp();
                    int full = (int)((long)BarWidth * shown.Step / steps);
                    string bar = new string('█', full) + new string('░', BarWidth - full);
                    string all = Text($"{bar} {100L * shown.Step / steps,3}%  {State(shown, steps)}{validation}  {Rest(shown.Step, steps)}");
                    output.Write("\r" + all[..Math.Min(all.Length, Math.Max(1, Console.WindowWidth - 1))] + "\u001b[K");
                }
            });
        }
        finally
        {
            output.Write("\r\u001b[K");
        }
    }
}
