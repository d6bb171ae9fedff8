using System.Diagnostics;
using System.Globalization;
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
        KilledTraining training = new(Tool, folder.Path, steps: 1200);
        training.Kill(times: 5, seed: 11);
        training.Ends.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Ctrl_C_keeps_the_run_and_says_how_to_go_on()
    {
        string corpus = Corpus();
        ProcessStartInfo start = new("dotnet", [Tool, .. Arguments(corpus, 1_000_000)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        try
        {
            // The line is printed when the run can be stopped.
            string? line = process.StandardOutput.ReadLine();
            while (line?.Contains("step ", StringComparison.Ordinal) == false)
            {
                line = process.StandardOutput.ReadLine();
            }

            using (Process signal = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]))
            {
                signal.WaitForExit();
            }

            string error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            error.ShouldMatch(@"^stopped after step \d+ of 1000000, and nothing is lost: 'cellwright train text --resume .*model\.run' goes on\r?\n$");
            process.ExitCode.ShouldBe(130);
        }
        finally
        {
            process.Kill();
        }

        File.Exists(folder["model.safetensors"]).ShouldBeFalse();
        (int code, string refusal) = Run(Arguments(corpus, 20));
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
        Refused("there is no run to resume", "--resume", folder["nowhere"]);
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
