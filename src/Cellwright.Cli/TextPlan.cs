using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics;
using Cellwright.Graphs;
using Cellwright.Randomness;
using Cellwright.Tasks;

namespace Cellwright.Cli;

/// <summary>
/// Adds options to a command line of <c>train text</c> that were not given: those of a preset, or those that fit a model to
/// a budget. What was given always stays. A run is repeated by the words that come out.
/// </summary>
internal static class TextPlan
{
    private const int ProbeVocabulary = 64;
    private const int ProbeWidth = 256;
    private static readonly TimeSpan LeastBudget = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ProbeTime = TimeSpan.FromSeconds(0.5);
    private static readonly Option<TextPreset?> PresetOption = new("--preset")
    {
        Description = $"Sizes and training that go together: {string.Join("; ", TextPresets.All.Select(preset => $"{Name(preset.Key)}, {string.Join(' ', preset.Value)}"))}. What is given beside it wins.",
        HelpName = "small|medium|large",
        CustomParser = result =>
        {
            KeyValuePair<TextPreset, IReadOnlyList<string>>[] found = [.. TextPresets.All.Where(preset => Name(preset.Key) == result.Tokens[0].Value)];
            if (found.Length == 0)
            {
                result.AddError($"--preset takes small, medium or large, not '{result.Tokens[0].Value}'");
                return null;
            }

            return found[0].Key;
        },
    };

    private static readonly string[] Fitted = ["--hidden", "--dropout"];

    /// <summary>Adds the option to a command.</summary>
    public static void AddTo(Command command) => command.Options.Add(PresetOption);

    /// <summary>Whether a preset was given.</summary>
    public static bool HasPreset(ParseResult parsed) => parsed.GetValue(PresetOption) is not null;

    /// <summary>The command line with what a preset says; the same where there is none.</summary>
    public static ParseResult WithPreset(ParseResult parsed)
    {
        if (parsed.GetValue(PresetOption) is not { } preset)
        {
            return parsed;
        }

        List<string> words = [];
        foreach (string[] option in TextPresets.All[preset].Chunk(2))
        {
            if (IsOpen(parsed, option[0]))
            {
                words.AddRange(option);
            }
        }

        return CommandLine.WithWords(parsed, words);
    }

    /// <summary>The command line with what fits a model to its budget; the same where all of it was given, or there is no time for a look at the machine.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="budget">The time.</param>
    /// <param name="length">The characters of the training part.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="training">How the model is trained.</param>
    /// <param name="threads">How many threads work.</param>
    /// <param name="tell">Told what was measured and chosen.</param>
    public static ParseResult Fit(ParseResult parsed, TimeSpan budget, long length, ulong seed, TextTrainingOptions training, int threads, Action<string> tell)
    {
        if (HasPreset(parsed) || budget < LeastBudget || Fitted.All(option => IsGiven(parsed, option)))
        {
            return parsed;
        }

        int? width = IsGiven(parsed, "--hidden") ? TextModelFlags.Design(parsed, seed).Sizes["hidden"] : null;
        TextModelDesign probed = TextModelFlags.Design(parsed, seed, width: width ?? ProbeWidth);
        double speed = CharactersPerSecond(probed, training, threads);
        double rate = TextFit.RateOf(Multiplied(probed), speed);
        int? layers = IsOpen(parsed, "--layers") ? null : probed.Cells.Count;
        TextFit fit = TextFit.Within(budget, rate, length, layers, width, (depth, hidden) => Parameters(parsed, seed, hidden, layers is null ? depth : 1));
        List<string> words = [];
        foreach ((string option, string? value) in new[]
        {
            ("--layers", fit.Layers > 1 ? Text($"{fit.Layers}") : null),
            ("--hidden", Text($"{fit.Hidden}")),
            ("--dropout", Text($"{fit.Dropout}")),
            ("--zoneout", fit.Zoneout > 0 ? Text($"{fit.Zoneout}") : null),
            ("--learning-rate", Text($"{fit.LearningRate}")),
        })
        {
            if (value is not null && IsOpen(parsed, option))
            {
                words.AddRange([option, value]);
            }
        }

        tell(Text($"{speed:N0} characters/s at --hidden {probed.Sizes["hidden"]} (measured, {ProbeTime.TotalSeconds} s), so {budget.TotalSeconds:0.#} s read about {fit.Characters:N0}: {string.Join(' ', words)}"));
        return CommandLine.WithWords(parsed, words);
    }

    /// <summary>The words that repeat a run bit for bit: all options as they came to be, and the number of steps in the place of a time.</summary>
    public static string Repeat(ParseResult parsed, int steps)
    {
        List<string> words = ["cellwright"];
        string[] given = [.. parsed.Tokens.Select(token => token.Value)];
        for (int i = 0; i < given.Length; i++)
        {
            if (given[i] is "--budget" or "--preset")
            {
                i++;
            }
            else if (given[i] is not "--restart")
            {
                words.Add(ShellWord.Of(given[i]));
            }
        }

        return string.Join(' ', IsGiven(parsed, "--steps") ? words : [.. words, "--steps", Text($"{steps}")]);
    }

    private static string Name(TextPreset preset) => preset.ToString().ToLowerInvariant();

    // Neither given, nor settled by what was: a number of steps takes the place of a budget, several cells are as many layers,
    // and a rate belongs to its optimizer.
    private static bool IsOpen(ParseResult parsed, string option) => !IsGiven(parsed, option) && option switch
    {
        "--budget" => !IsGiven(parsed, "--steps"),
        "--layers" => TextModelFlags.CellsOf(parsed).Length == 1,
        "--learning-rate" => !IsGiven(parsed, "--optimizer"),
        _ => true,
    };

    private static bool IsGiven(ParseResult parsed, string option) => parsed.GetResult(option) is OptionResult { Implicit: false };

    // With the command line's layers, so many times over.
    private static long? Parameters(ParseResult parsed, ulong seed, int hidden, int times)
    {
        try
        {
            Cell[] cells = TextModelFlags.CellsOf(parsed);
            return Multiplied(TextModelFlags.Design(parsed, seed, [.. Enumerable.Repeat(cells, times).SelectMany(each => each)], hidden));
        }
        catch (UsageException)
        {
            return null;
        }
    }

    // The rows of an embedding are looked up, not multiplied.
    private static long Multiplied(TextModelDesign design) =>
        design.CountParameters(ProbeVocabulary) - (design.Tied ? 0 : ProbeVocabulary * (long)design.Sizes["input"]);

    // On noise: how fast training is does not depend on what is learnt.
    private static double CharactersPerSecond(TextModelDesign design, TextTrainingOptions training, int threads)
    {
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(string.Concat(Enumerable.Range(0, ProbeVocabulary).Select(i => (char)('0' + i))));
        RandomStream random = new(1, "probe");
        int[] noise = [.. Enumerable.Range(0, (training.Batch * training.Window) + 1).Select(i => random.Below(0, (ulong)i, ProbeVocabulary))];
        using TextModel model = TextModel.Create(design, vocabulary, seed: 1, threads);
        using TextTrainer trainer = new(model, noise, training);

        // The first step compiles and takes memory.
        trainer.Run(1);
        long start = Stopwatch.GetTimestamp();
        List<double> times = [];
        while (times.Count == 0 || Stopwatch.GetElapsedTime(start) < ProbeTime)
        {
            long begun = Stopwatch.GetTimestamp();
            trainer.Step(totalSteps: int.MaxValue);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
        }

        // The median: a moment in which the machine did something else says nothing of an hour.
        times.Sort();
        return trainer.CharactersPerStep / times[times.Count / 2];
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
