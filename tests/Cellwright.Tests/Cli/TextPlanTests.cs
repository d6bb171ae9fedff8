using System.Text.Json;
using Cellwright.Cli;
using Cellwright.Tests.Files;
using Cellwright.Tests.Tasks;
using Cellwright.Training;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class TextPlanTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_width_is_the_greatest_for_which_training_reads_enough()
    {
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(2, 7200).Zip(Gen.Choose(1, 200_000)).ToArbitrary(), pair =>
        {
            (int seconds, int rate) = pair;
            TextFit fit = TextFit.Within(TimeSpan.FromSeconds(seconds), rate * 1e6, 1_000_000, 1, null, Lstm);
            (fit.Characters >= TextFit.CharactersPerParameter * Lstm(1, fit.Hidden)!.Value || fit.Hidden == TextFit.Widths[0]).ShouldBeTrue();
            foreach (int wider in TextFit.Widths.Where(width => width > fit.Hidden))
            {
                (seconds * rate * 1e6 / (3.0 * Lstm(1, wider)!.Value)).ShouldBeLessThan(TextFit.CharactersPerParameter * Lstm(1, wider)!.Value);
            }
        }));
    }

    [Fact]
    public void More_time_never_gives_less_and_a_given_width_stays()
    {
        TextFit[] fits = [.. new[] { 10, 30, 90, 180, 900, 3600, 36_000 }.Select(seconds => TextFit.Within(TimeSpan.FromSeconds(seconds), 7e10, 1_000_000, 1, null, Lstm))];
        fits.Select(fit => fit.Hidden).ShouldBeInOrder();
        fits.Select(fit => fit.LearningRate).ShouldBeInOrder(SortDirection.Descending);
        TextFit given = TextFit.Within(TimeSpan.FromSeconds(900), 7e10, 1_000_000, null, 100, Lstm);
        (given.Layers, given.Hidden).ShouldBe((1, 100));
        given.Dropout.ShouldBe(0.4, "so small a model reads the text hundreds of times");
        TextFit.Within(TimeSpan.FromSeconds(900), 7e10, long.MaxValue / 2, null, 100, Lstm).Dropout.ShouldBe(0);

        // Widths that a cell cannot have are passed over.
        TextFit.Within(TimeSpan.FromSeconds(900), 7e10, 1_000_000, 1, null, (layers, hidden) => hidden > 128 ? null : Lstm(layers, hidden)).Hidden.ShouldBe(128);
    }

    [Fact]
    public void A_run_that_was_fitted_to_a_budget_is_repeated_bit_for_bit_by_the_command_that_it_prints()
    {
        string corpus = Corpus();
        (int code, string output, string error) = Run("train", "text", corpus, "--embedding", "8", "--window", "16", "--budget", "2s", "--sample-length", "0", "--out", folder["fitted"]);
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("fit         ");
        output.ShouldContain("(measured in the first ");
        string repeat = output.Split('\n').Single(line => line.StartsWith("repeat", StringComparison.Ordinal))[12..].Trim();
        string[] words = repeat.Split(' ')[1..];
        words.ShouldContain("--hidden");
        words.ShouldContain("--dropout");
        words.ShouldContain("--steps");
        words.ShouldNotContain("--budget");
        words[Array.IndexOf(words, folder["fitted"])] = folder["repeated"];
        Run(words).Error.ShouldBeEmpty();
        File.ReadAllBytes(folder["repeated"]).ShouldBe(File.ReadAllBytes(folder["fitted"]));
        File.ReadAllBytes(new RunFolder(folder["repeated.run"]).Last).ShouldBe(File.ReadAllBytes(new RunFolder(folder["fitted.run"]).Last));
    }

    [Fact]
    public void A_preset_is_its_options_and_what_is_given_wins()
    {
        string corpus = Corpus();
        string[] given = ["train", "text", corpus, "--hidden", "12", "--embedding", "4", "--batch", "2", "--window", "16", "--steps", "12"];
        (int code, string output, string error) = Run([.. given, "--preset", "small", "--out", folder["preset"]]);
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("hidden 12, embedding 4");
        output.ShouldContain("dropout 0.1");
        output.ShouldMatch(@"expected    about 0:0\d; [\d,]+ MB of memory at the peak so far \(measured in the first 8 steps\)");
        Run([.. given, "--dropout", "0.1", "--learning-rate", "0.004", "--out", folder["plain"]]).Code.ShouldBe(0);
        File.ReadAllBytes(folder["preset"]).ShouldBe(File.ReadAllBytes(folder["plain"]));
        Run([.. given, "--preset", "large", "--cell", "lstm,gru,elman", "--out", folder["several"]]).Error.ShouldBeEmpty();
        (code, output, error) = Run([.. given, "--preset", "tiny"]);
        code.ShouldBe(2);
        error.ShouldContain("--preset takes small, medium or large, not 'tiny'");
    }

    [Fact]
    public void Presets_grow()
    {
        long[] parameters = [.. new[] { "small", "medium", "large" }.Select(preset =>
        {
            (int code, string output, string error) = Run("train", "text", Corpus(), "--preset", preset, "--batch", "2", "--window", "4", "--steps", "1", "--json", "--out", folder[preset]);
            code.ShouldBe(0, error);
            return JsonDocument.Parse(output).RootElement.GetProperty("parameters").GetInt64();
        })];
        parameters.ShouldBeInOrder();
        parameters[2].ShouldBeGreaterThan(3 * parameters[1] / 2);
    }

    [Fact]
    public void A_text_that_one_layer_would_read_too_often_gets_two_unless_the_layers_or_the_width_are_given()
    {
        TimeSpan hour = TimeSpan.FromHours(1);
        TextFit often = TextFit.Within(hour, 7e10, 1_000_000, null, null, Lstm);
        TextFit one = TextFit.Within(hour, 7e10, 1_000_000, 1, null, Lstm);
        (one.Characters / 1e6).ShouldBeGreaterThan(TextFit.MostReadings);
        (often.Layers, one.Layers).ShouldBe((2, 1));
        often.Hidden.ShouldBeLessThan(one.Hidden);
        (often.Dropout, often.Zoneout, one.Zoneout).ShouldBe((0.2, 0.1, 0.0));
        (often.Characters >= TextFit.CharactersPerParameterOfTwo * Lstm(2, often.Hidden)!.Value).ShouldBeTrue();
        TextFit.Within(hour, 7e10, 1_000_000, null, 512, Lstm).Layers.ShouldBe(1);
        TextFit.Within(hour, 7e10, 10_000_000, null, null, Lstm).Layers.ShouldBe(1);
        TextFit.Within(hour, 7e10, 1_000_000, 3, null, Lstm).Layers.ShouldBe(3);
    }

    // LSTMs over an embedding of 64, and a head of 64.
    private static long? Lstm(int layers, int hidden) => (4L * hidden * (hidden + 64 + 1)) + ((layers - 1) * 4L * hidden * (hidden + hidden + 1)) + (64L * hidden) + 64;

    private string Corpus()
    {
        File.WriteAllText(folder["corpus.txt"], SmallTextRuns.Text);
        return folder["corpus.txt"];
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        return (CommandLine.Run(arguments, output, error), output.ToString(), error.ToString());
    }
}
