using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Tasks;
using Cellwright.Training;
using Spectre.Console;

namespace Cellwright.Cli;

/// <summary>What <c>train text</c> tells while it runs: a moving bar on a terminal, plain lines elsewhere.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="charactersPerStep">The characters of one training step.</param>
internal sealed class TextTrainingReport(TextWriter output, int charactersPerStep)
{
    private const double NatsInABit = 0.6931471805599453;

    private readonly Stopwatch training = new();
    private int stepsSeen;

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

    /// <summary>Says what is trained and how.</summary>
    public void Model(TextModel model, TextTrainingOptions options)
    {
        string sizes = string.Join(", ", model.Sizes.Where(size => size.Key != "input").Select(size => Text($"{size.Key} {size.Value}")));
        Line("model", $"{model.Cell.Name}, {sizes}, embedding {model.EmbeddingWidth}: {model.ParameterCount:N0} parameters");
        Line("training", $"batch {options.Batch}, window {options.Window}, learning rate {options.LearningRate} ({options.Decay.ToString().ToLowerInvariant()}), clip {options.Clip}, dropout {options.Dropout}, seed {options.Seed}, {model.Layer.Threads} threads");
    }

    /// <summary>Says how many steps there will be, and where a budget set them, what repeats the run.</summary>
    public void Steps(int steps, TimeSpan? budget)
    {
        string characters = Text($"{(long)steps * charactersPerStep:N0} characters");
        Line("steps", budget is { } time ? $"{steps:N0} fit in {time.TotalSeconds:0.#} s, {characters} (--steps {steps} repeats this run)" : $"{steps:N0}, {characters}");
    }

    /// <summary>Says where the run is kept and how often.</summary>
    public void Run(RunFolder folder, TextRunConfig config, int done)
    {
        string checkpoints = config.CheckpointEvery is { } every ? Text($"a checkpoint every {every:N0} steps") : "a checkpoint about every 30 s";
        string validations = config.ValidationCharacters < 2
            ? "no validation"
            : Text($"validation every {config.ValidateEvery:N0} steps on {config.ValidationCharacters:N0} characters");
        Line("run", $"{folder.Path}: log, {checkpoints}, {validations}");
        if (done > 0)
        {
            Line("", $"{done:N0} steps are done");
        }
    }

    /// <summary>Runs the training and shows how it goes.</summary>
    public void Run(int steps, Action<Action<TextRunProgress>> train)
    {
        training.Start();
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
    public void Result(TextRun run, RunFolder folder, TextEvaluation? evaluation, string path)
    {
        if (stepsSeen > 0)
        {
            Line("speed", $"{CharactersPerSecond:N0} characters/s in training");
        }

        if (evaluation is { } result)
        {
            string streams = result.Streams == 1 ? "one stream" : Text($"{result.Streams} streams");
            Line("validation", $"{result.Loss:0.0000} nats a character ({result.Loss / NatsInABit:0.000} bits) over {result.Characters:N0} characters in {streams}");
        }

        if (run.BestStep > 0)
        {
            Line("best", $"{run.BestLoss:0.0000} at step {run.BestStep:N0} of the validations during training, kept in {folder.Best}");
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
    public void WriteJson(TextWriter json, TextTrainingSession session, TextEvaluation? evaluation, TimeSpan elapsed) =>
        json.WriteLine(JsonSerializer.Serialize(
            new
            {
                cell = session.Model.Cell.Name,
                sizes = session.Model.Sizes,
                parameters = session.Model.ParameterCount,
                files = session.Corpus.Files.Count,
                firstFile = session.Corpus.Files[0],
                lastFile = session.Corpus.Files[^1],
                characters = session.Corpus.Length,
                vocabulary = session.Model.Vocabulary.Count,
                seed = session.Config.Training.Seed,
                steps = session.Trainer.Steps,
                trainLoss = session.Run.MeanLoss,
                validationLoss = evaluation?.Loss,
                validation = evaluation is { } result ? new { result.Loss, result.Characters, result.Streams } : null,
                best = session.Run.BestStep > 0 ? new { step = session.Run.BestStep, loss = session.Run.BestLoss, model = session.Folder.Best } : null,
                charactersPerSecond = stepsSeen > 0 ? Math.Round(CharactersPerSecond) : (double?)null,
                seconds = Math.Round(elapsed.TotalSeconds, 1),
                model = session.Path,
                run = session.Folder.Path,
            },
            JsonStyle.Options));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private bool IsInteractive => ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Interactive;

    private void RunWithLines(int steps, Action<Action<TextRunProgress>> train)
    {
        int interval = Math.Max(1, steps / TextRun.Parts);
        train(progress =>
        {
            stepsSeen++;
            int step = progress.Training.Step;
            if (step % interval == 0 || step == steps || progress.Validation is not null)
            {
                string validation = progress.Validation is { } loss ? Text($"  validation {loss:0.000}") : string.Empty;
                Line("", Text($"step {step}/{steps}  loss {progress.MeanLoss:0.000}  {CharactersPerSecond:N0} characters/s") + validation);
            }
        });
    }

    private void RunWithBar(int steps, Action<Action<TextRunProgress>> train) =>
        AnsiConsole.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn())
            .Start(context =>
            {
                ProgressTask task = context.AddTask("training", maxValue: steps);
                int interval = Math.Max(1, steps / (TextRun.Parts * 10));
                string validation = string.Empty;
                train(progress =>
                {
                    stepsSeen++;
                    int step = progress.Training.Step;
                    task.Value = step;
                    validation = progress.Validation is { } loss ? Text($"  validation {loss:0.000}") : validation;
                    if (step % interval == 0 || step == steps)
                    {
                        task.Description = Text($"loss {progress.MeanLoss:0.000}  {CharactersPerSecond:N0} characters/s") + validation;
                    }
                });
            });

    private void Line(string label, FormattableString text) => Line(label, Text(text));

    private void Line(string label, string text) => output.WriteLine($"{label,-11} {text}");
}
