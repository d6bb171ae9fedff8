using System.Globalization;
using System.Text.Json;
using Cellwright.Cli;
using Cellwright.Tasks;
using Cellwright.Tests.Files;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class TrainTextRunTests : IDisposable
{
    private static readonly string Tool = typeof(CommandLine).Assembly.Location;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Killed_at_random_moments_and_resumed_training_ends_with_the_same_bits()
    {
        KilledTraining training = new(KilledCommand.Text, Tool, folder.Path, steps: 1200);
        training.Kill(times: 5, seed: 11);
        training.Ends.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Ctrl_C_keeps_the_run_and_says_how_to_go_on()
    {
        string corpus = Corpus();
        (int code, _, string error) = await InterruptedCommand.Run(Arguments(corpus, 1_000_000));
        error.ShouldMatch(@"^stopped after step \d+ of 1000000, and nothing is lost: 'cellwright train text --resume .*model\.run' goes on\r?\n$");
        code.ShouldBe(130);

        File.Exists(folder["model.safetensors"]).ShouldBeFalse();
        (code, string refusal) = Run(Arguments(corpus, 20));
        code.ShouldBe(2);
        refusal.ShouldContain("holds a run that stopped at step");
        Run([.. Arguments(corpus, 20), "--restart"]).Code.ShouldBe(0);
    }

    [Fact]
    public void A_run_by_budget_is_the_run_of_its_number_of_steps()
    {
        string[] arguments = ["train", "text", Corpus(), "--cell", "gru", "--hidden", "12", "--embedding", "4", "--batch", "2", "--window", "16"];
        Run([.. arguments, "--budget", "0.4s", "--out", folder["timed"]]).ShouldBe((0, string.Empty));
        RunFolder timed = new(folder["timed.run"]);
        RunFolder counted = new(folder["counted.run"]);
        string steps = TextRunConfig.Read(timed).Steps.ToString(CultureInfo.InvariantCulture);
        Run([.. arguments, "--steps", steps, "--out", folder["counted"]]).ShouldBe((0, string.Empty));
        File.ReadAllBytes(counted.Last).ShouldBe(File.ReadAllBytes(timed.Last));
        File.ReadAllBytes(counted.Best).ShouldBe(File.ReadAllBytes(timed.Best));
        Repeating(counted).ShouldBe(Repeating(timed));
    }

    [Fact]
    public void What_cannot_be_resumed_is_refused_in_one_sentence()
    {
        string corpus = Corpus();
        Run(Arguments(corpus, 20)).Code.ShouldBe(0);
        string run = folder["model.run"];
        byte[] model = File.ReadAllBytes(folder["model.safetensors"]);
        File.Delete(folder["model.safetensors"]);
        Run(["train", "text", "--resume", run]).ShouldBe((0, string.Empty));
        File.ReadAllBytes(folder["model.safetensors"]).ShouldBe(model);

        Refused("--hidden cannot change", "--resume", run, "--hidden", "3");
        Refused("give no other", corpus, "--resume", run);
        Refused("there is no such folder; a run that can be resumed was expected", "--resume", folder["nowhere"]);
        string text = File.ReadAllText(corpus);
        File.WriteAllText(corpus, text + "!");
        Refused("has changed since this run began", "--resume", run);
        File.WriteAllText(corpus, text);
        string last = Path.Combine(run, "last.safetensors");
        byte[] bytes = File.ReadAllBytes(last);
        bytes[^5] ^= 1;
        File.WriteAllBytes(last, bytes);
        Refused("it is damaged", "--resume", run);
        File.Delete(last);
        Refused("there is no such checkpoint", "--resume", run);
        File.WriteAllText(Path.Combine(run, "config.json"), "{}");
        Refused("is not the config of a run", "--resume", run);
    }

    [Fact]
    public void A_training_that_diverges_names_what_and_keeps_the_checkpoint()
    {
        (int code, string error) = Run([.. Arguments(Corpus(), 200), "--learning-rate", "1e38", "--checkpoint-every", "1"]);
        code.ShouldBe(1);
        error.ShouldMatch(@"is not a finite number at step \d+; .*the checkpoint of step \d+ is kept in '.*model\.run'");
        error.Trim().ShouldNotContain("\n");
        TextRun.StepOfCheckpoint(new RunFolder(folder["model.run"])).ShouldBeGreaterThanOrEqualTo(0);
    }

    [Theory]
    [InlineData("best")]
    [InlineData("last")]
    public void The_model_that_is_asked_for_is_kept(string keep)
    {
        // Learnt by heart: the last tenth is another text, on which the model gets worse.
        string corpus = folder["corpus.txt"];
        File.WriteAllText(corpus, string.Concat(Enumerable.Repeat("once more unto the breach, dear friends\n", 20)) + string.Concat(Enumerable.Repeat("hcaerb eht otnu erom\n", 5)));
        string model = folder["model.safetensors"];
        StringWriter output = new();
        string[] arguments = Arguments(corpus, 120);
        arguments[Array.IndexOf(arguments, "--validate-every") + 1] = "10";
        CommandLine.Run([.. arguments, "--learning-rate", "0.05", "--keep", keep, "--json"], output, TextWriter.Null).ShouldBe(0);
        RunFolder run = new(folder["model.run"]);
        JsonElement result = JsonDocument.Parse(output.ToString()).RootElement;
        foreach (string key in (string[])["seconds", "steps", "parameters", "trainLoss", "validationLoss", "charactersPerSecond", "model"])
        {
            result.TryGetProperty(key, out _).ShouldBeTrue(key);
        }

        double best = result.GetProperty("best").GetProperty("loss").GetDouble();
        result.GetProperty("best").GetProperty("step").GetInt32().ShouldBeLessThan(120);
        if (keep == "best")
        {
            File.ReadAllBytes(model).ShouldBe(File.ReadAllBytes(run.Best));
            result.GetProperty("validationLoss").GetDouble().ShouldBe(best);
        }
        else
        {
            File.ReadAllBytes(model).ShouldNotBe(File.ReadAllBytes(run.Best));
            result.GetProperty("validationLoss").GetDouble().ShouldBeGreaterThan(best);
        }
    }

    [Fact]
    public void Lines_tell_the_loss_in_both_units_the_time_left_and_what_the_model_writes()
    {
        StringWriter output = new();
        string[] arguments = Arguments(Corpus(), 60);
        arguments[Array.IndexOf(arguments, "--validate-every") + 1] = "30";
        CommandLine.Run([.. arguments, "--layers", "2", "--residual", "--zoneout", "0.1"], output, TextWriter.Null).ShouldBe(0);
        string text = output.ToString();
        text.ShouldContain("2 layers of elman, hidden 8, residual, embedding 4");
        text.ShouldContain("zoneout 0.1");
        text.ShouldContain("AdamW, learning rate 0.004 (cosine to 0.01, warm-up 50), clip 1, weight decay 0.1");
        text.ShouldMatch(@"step 30/60  loss \d\.\d{3} nats \(\d\.\d{3} bits\)  validation \d\.\d{3} nats \(\d\.\d{3} bits\)  [\d,]+ characters/s  0:00 left");
        text.ShouldContain("│ ");
        text.ShouldNotContain("\u001b");
        StringWriter silent = new();
        CommandLine.Run([.. arguments, "--sample-length", "0"], silent, TextWriter.Null).ShouldBe(0);
        silent.ToString().ShouldNotContain("│ ");
    }

    [Fact]
    public void Help_gives_a_default_as_it_is_typed()
    {
        StringWriter output = new();
        CommandLine.Run(["train", "text", "--help"], output, TextWriter.Null).ShouldBe(0);
        output.ToString().ShouldContain("[default: cosine]", Case.Sensitive);
        output.ToString().ShouldNotContain("[default: Adam]", Case.Sensitive);
    }

    [Fact]
    public void Validation_within_the_steps_that_a_budget_times_is_refused() =>
        Refused("--validate-every takes 41 or more with a budget", "--validate-every", "5", "--budget", "1s");

    private static string[] Repeating(RunFolder run) => [.. File.ReadLines(run.LogTable).Select(line => line[..line.LastIndexOf(',')])];

    private static (int Code, string Error) Run(IReadOnlyList<string> arguments)
    {
        StringWriter error = new();
        int code = CommandLine.Run(arguments, TextWriter.Null, error);
        return (code, error.ToString());
    }

    private static void Refused(string sentence, params string[] arguments)
    {
        (int code, string error) = Run(["train", "text", .. arguments]);
        code.ShouldBe(2, error);
        error.ShouldContain(sentence);
        error.Trim().ShouldNotContain("\n");
    }

    private string Corpus()
    {
        string corpus = folder["corpus.txt"];
        File.WriteAllText(corpus, string.Concat(Enumerable.Repeat("once more unto the breach, dear friends, once more\n", 20)));
        return corpus;
    }

    private string[] Arguments(string corpus, int steps) =>
    [
        "train", "text", corpus, "--cell", "elman", "--hidden", "8", "--embedding", "4", "--batch", "2", "--window", "8", "--validate-every", "500", "--threads", "1",
        "--steps", steps.ToString(CultureInfo.InvariantCulture), "--out", folder["model.safetensors"],
    ];
}
