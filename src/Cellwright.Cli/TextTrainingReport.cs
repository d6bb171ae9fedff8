using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Cli;

/// <summary>What <c>train text</c> tells while it runs: a moving bar on a terminal, plain lines elsewhere.</summary>
internal sealed class TextTrainingReport
{
    private const double NatsInABit = 0.6931471805599453;

    private readonly TextWriter output;
    private readonly int charactersPerStep;
    private readonly string unit;
    private readonly TrainingProgressView view;

    /// <summary>The report of one run.</summary>
    /// <param name="output">Where it goes.</param>
    /// <param name="charactersPerStep">The characters of one training step.</param>
    /// <param name="vocabulary">What is learnt: characters or bytes.</param>
    public TextTrainingReport(TextWriter output, int charactersPerStep, CharacterVocabulary vocabulary)
    {
        (this.output, this.charactersPerStep, unit) = (output, charactersPerStep, vocabulary.Unit);
        view = new TrainingProgressView(output, charactersPerStep, unit + "s");
    }

    /// <summary>Says what is read.</summary>
    public void Corpus(TextCorpus corpus, bool isDefault, TextSplit split)
    {
        Line("corpus", corpus.Describe());
        if (isDefault)
        {
            Line("", "(no corpus was given, so this is English that every .NET installation has; give files or folders to use others)");
        }

        if (corpus.ReadingTime > TimeSpan.FromSeconds(1))
        {
            Line("", $"{corpus.ByteCount:N0} bytes, read once in {corpus.ReadingTime.TotalSeconds:0.0} s to count them; what is learnt from is read from the files as it is needed");
        }

        Line(unit + "s", Split(corpus, split));
    }

    /// <summary>How a corpus is cut, by position.</summary>
    public static string Split(TextCorpus corpus, TextSplit split) => Text(
        $"{corpus.Length:N0} of {corpus.Vocabulary.Count} kinds: the first {split.Training.Length:N0} for training, the last {split.Validation.Length:N0} for validation");

    /// <summary>Says what is trained and how.</summary>
    public void Model(TextModel model, TextTrainingOptions options)
    {
        Line("model", $"{TextModelFlags.Describe(model.Design)}: {model.ParameterCount:N0} parameters");
        Line("training", $"batch {options.Batch}, window {options.Window}, {TextModelFlags.Describe(model.Design.Regularization)}, seed {options.Seed}, {model.Layers.Threads} {(model.Layers.Threads == 1 ? "thread" : "threads")}");
        Line("", UpdateFlags.Describe(options));
    }

    /// <summary>Says how many steps there will be, and where a budget set them, what repeats the run.</summary>
    public void Steps(int steps, TimeSpan? budget)
    {
        string characters = Text($"{(long)steps * charactersPerStep:N0} {unit}s");
        Line("steps", budget is { } time ? $"{steps:N0} fit in {time.TotalSeconds:0.#} s, {characters} (--steps {steps} repeats this run)" : $"{steps:N0}, {characters}");
    }

    /// <summary>Says what was chosen to fit the budget; nothing where nothing was.</summary>
    public void Fit(string? told)
    {
        if (told is not null)
        {
            Line("fit", told);
        }
    }

    /// <summary>Says how long the run will take and how much memory, as measured in its first steps, and where options were chosen, what repeats it.</summary>
    /// <param name="config">The run.</param>
    /// <param name="timed">How many of its steps are done.</param>
    /// <param name="step">How long one took; null where a budget says how long the run takes.</param>
    /// <param name="repeat">The command that repeats the run.</param>
    /// <param name="isChosen">Whether options were chosen for it.</param>
    public void Expected(TextRunConfig config, int timed, TimeSpan? step, string repeat, bool isChosen)
    {
        if (!isChosen)
        {
            return;
        }

        using Process process = Process.GetCurrentProcess();
        string memory = Text($"{process.PeakWorkingSet64 / (1 << 20):N0} MB of memory at the peak so far");
        string time = config.BudgetSeconds is { } budget ? TrainingProgressView.Clock(TimeSpan.FromSeconds(budget)) + ", the budget" : step is { } each ? "about " + TrainingProgressView.Clock(each * config.Steps) : "a moment";
        Line("expected", Text($"{time}; {memory} (measured in the first {timed} steps)"));
        Line("repeat", repeat);
    }

    /// <summary>Says where the run is kept and how often.</summary>
    public void Run(RunFolder folder, TextRunConfig config, int done)
    {
        string checkpoints = config.CheckpointEvery is { } every ? Text($"a checkpoint every {every:N0} steps") : "a checkpoint about every 30 s";
        string validations = config.ValidationCharacters < 2
            ? "no validation"
            : Text($"validation every {config.ValidateEvery:N0} steps on {config.ValidationCharacters:N0} {unit}s");
        Line("run", $"{folder.Path}: log, {checkpoints}, {validations}");
        if (done > 0)
        {
            Line("", $"{done:N0} steps are done");
        }
    }

    /// <summary>Runs the training and shows how it goes.</summary>
    public void Run(int steps, Action<Action<TextRunProgress>> train) => view.Run(
        steps,
        show => train(progress => show(new ShownStep(
            progress.Training.Step, Loss(progress.MeanLoss), progress.Validation is { } loss ? Loss(loss) : null, SampleLines(progress.Sample)))));

    /// <summary>Says how it went.</summary>
    public void Result(TextTrainingSession session, TextEvaluation? evaluation)
    {
        TextRun run = session.Run;
        if (session.Trainer.Steps < session.Config.Steps)
        {
            Line("ended", $"early, after step {session.Trainer.Steps:N0}: {session.Config.Training.Patience} validations in a row were no better than that of step {run.BestStep:N0}");
        }

        if (view.Speed is { } speed)
        {
            Line("speed", $"{speed:N0} {unit}s/s in training");
        }

        bool keepsBest = session.Config.Keep == KeptModel.Best && run.BestStep > 0;
        if (evaluation is { } result)
        {
            string streams = result.Streams == 1 ? "one stream" : Text($"{result.Streams} streams");
            Line("validation", $"{result.Loss:0.0000} nats a {unit} ({result.BitsPerCharacter:0.000} bits) over {result.Characters:N0} {unit}s in {streams}");
        }

        if (run.BestStep > 0)
        {
            Line("best", $"{run.BestLoss:0.0000} at step {run.BestStep:N0} of the validations during training, kept in {session.Folder.Best}");
        }

        Line("saved", Text($"{session.Path}, the model {(keepsBest ? "of the best validation" : "after the last step")}"));
    }

    /// <summary>Shows what the model writes, as it writes it.</summary>
    public void Sample(IEnumerable<Rune> text, double temperature, string path)
    {
        Line("sample", $"temperature {temperature}; 'cellwright generate {ShellWord.Of(path)}' writes more");
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
                cells = session.Config.Cells,
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
                kept = session.Config.Keep.ToString().ToLowerInvariant(),
                charactersPerSecond = view.Speed is { } speed ? Math.Round(speed) : (double?)null,
                seconds = Math.Round(elapsed.TotalSeconds, 1),
                model = session.Path,
                run = session.Folder.Path,
            },
            JsonStyle.Options));

    /// <summary>A loss in both units.</summary>
    internal static string Loss(double nats) => Text($"{nats:0.000} nats ({nats / NatsInABit:0.000} bits)");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    // What is no printed character would move the cursor.
    private static IEnumerable<string> SampleLines(string? sample) => (sample ?? string.Empty).Split('\n')
        .Select(line => string.Concat(line.Select(character => char.IsControl(character) ? ' ' : character)).TrimEnd())
        .Where(line => line.Length > 0)
        .Select(line => "│ " + line);

    private void Line(string label, FormattableString text) => Line(label, Text(text));

    private void Line(string label, string text) => view.Line(label, text);
}
