using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Tasks;
using Spectre.Console;

namespace Cellwright.Cli;

/// <summary>What <c>train text</c> tells while it runs: a moving bar on a terminal, plain lines elsewhere.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="charactersPerStep">The characters of one training step.</param>
internal sealed class TextTrainingReport(TextWriter output, int charactersPerStep)
{
    private const int Lines = 20;
    private const double NatsInABit = 0.6931471805599453;

    private readonly Stopwatch training = new();
    private double lossSum;
    private int lossCount;
    private int stepsSeen;
    private double lastLoss = double.NaN;

    /// <summary>The mean loss of the last part of the run that was reported.</summary>
    private double MeanLoss => lossCount > 0 ? lossSum / lossCount : lastLoss;

    private double CharactersPerSecond => stepsSeen * (double)charactersPerStep / training.Elapsed.TotalSeconds;

    /// <summary>Says what is read.</summary>
    public void Corpus(TextCorpus corpus, bool isDefault, CharacterVocabulary vocabulary, TextSplit split)
    {
        Line("corpus", corpus.Describe());
        if (isDefault)
        {
            Line("", "(no corpus was given, so this is English that every .NET installation has; give files or folders to use others)");
        }

        Line("characters", $"{corpus.Length:N0} of {vocabulary.Count} kinds: the first {split.Training.Length:N0} for training, the last {split.Validation.Length:N0} for validation");
    }

    /// <summary>Says what is trained and how; training begins.</summary>
    public void Model(TextModel model, TextTrainingOptions options)
    {
        string sizes = string.Join(", ", model.Sizes.Where(size => size.Key != "input").Select(size => Text($"{size.Key} {size.Value}")));
        Line("model", $"{model.Cell.Name}, {sizes}, embedding {model.EmbeddingWidth}: {model.ParameterCount:N0} parameters");
        training.Start();
        Line("training", $"batch {options.Batch}, window {options.Window}, learning rate {options.LearningRate} ({options.Decay.ToString().ToLowerInvariant()}), clip {options.Clip}, dropout {options.Dropout}, seed {options.Seed}, {model.Layer.Threads} threads");
    }

    /// <summary>Says how many steps there will be, and where a budget set them, what repeats the run.</summary>
    public void Steps(int steps, TimeSpan? budget)
    {
        string characters = Text($"{(long)steps * charactersPerStep:N0} characters");
        Line("steps", budget is { } time ? $"{steps:N0} fit in {time.TotalSeconds:0.#} s, {characters} (--steps {steps} repeats this run)" : $"{steps:N0}, {characters}");
    }

    /// <summary>Takes note of a step.</summary>
    public void Note(TextTrainingProgress step)
    {
        lossSum += step.Loss;
        lossCount++;
        stepsSeen++;
    }

    /// <summary>Runs the training and shows how it goes.</summary>
    public void Run(int steps, Action<Action<TextTrainingProgress>> train)
    {
        if (IsInteractive)
        {
            RunWithBar(steps, train);
        }
        else
        {
            RunWithLines(steps, train);
        }

        training.Stop();
    }

    /// <summary>Says how it went.</summary>
    public void Result(int done, int steps, TextEvaluation? evaluation, string path)
    {
        if (done < steps)
        {
            Line("stopped", $"after step {done} of {steps}");
        }

        Line("speed", $"{CharactersPerSecond:N0} characters/s in training");
        if (evaluation is { } result)
        {
            string streams = result.Streams == 1 ? "one stream" : Text($"{result.Streams} streams");
            Line("validation", $"{result.Loss:0.0000} nats a character ({result.Loss / NatsInABit:0.000} bits) over {result.Characters:N0} characters in {streams}");
        }

        Line("saved", path);
    }

    /// <summary>Shows what the model writes, as it writes it.</summary>
    public void Sample(IEnumerable<Rune> text, double temperature, string path)
    {
        Line("sample", $"temperature {temperature}; 'cellwright generate {path}' writes more");
        output.WriteLine();
        foreach (Rune character in text)
        {
            output.Write(character.ToString());
        }

        output.WriteLine();
    }

    /// <summary>Writes the run's figures as JSON.</summary>
    public void WriteJson(TextWriter json, TextModel model, TextCorpus corpus, int steps, TextEvaluation? evaluation, string path, ulong seed, TimeSpan elapsed) =>
        json.WriteLine(JsonSerializer.Serialize(
            new
            {
                cell = model.Cell.Name,
                sizes = model.Sizes,
                parameters = model.ParameterCount,
                files = corpus.Files.Count,
                firstFile = corpus.Files[0],
                lastFile = corpus.Files[^1],
                characters = corpus.Length,
                vocabulary = model.Vocabulary.Count,
                seed,
                steps,
                trainingLoss = MeanLoss,
                validation = evaluation is { } result ? new { result.Loss, result.Characters, result.Streams } : null,
                charactersPerSecond = Math.Round(CharactersPerSecond),
                seconds = Math.Round(elapsed.TotalSeconds, 1),
                model = path,
            },
            JsonStyle.Options));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private bool IsInteractive => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    private void RunWithLines(int steps, Action<Action<TextTrainingProgress>> train)
    {
        int interval = Math.Max(1, steps / Lines);
        train(step =>
        {
            Note(step);
            if (step.Step % interval == 0 || step.Step == steps)
            {
                Line("", $"step {step.Step}/{steps}  loss {MeanLoss:0.000}  {CharactersPerSecond:N0} characters/s");
                Restart();
            }
        });
    }

    private void RunWithBar(int steps, Action<Action<TextTrainingProgress>> train) =>
        AnsiConsole.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("training", maxValue: steps);
                task.Value = stepsSeen;
                int interval = Math.Max(1, steps / (Lines * 10));
                train(step =>
                {
                    Note(step);
                    task.Value = step.Step;
                    if (step.Step % interval == 0 || step.Step == steps)
                    {
                        task.Description = Text($"loss {MeanLoss:0.000}  {CharactersPerSecond:N0} characters/s");
                        Restart();
                    }
                });
            });

    private void Restart()
    {
        lastLoss = MeanLoss;
        lossSum = 0;
        lossCount = 0;
    }

    private void Line(string label, FormattableString text) => Line(label, Text(text));

    private void Line(string label, string text) => output.WriteLine($"{label,-11} {text}");
}
