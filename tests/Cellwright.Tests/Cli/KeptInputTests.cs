using Cellwright.Cli;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Cellwright.Tests.Files;
using Cellwright.Tests.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

/// <summary>No command writes over what it reads, or over what is somebody else's.</summary>
public sealed class KeptInputTests : IDisposable
{
    private static readonly string[] Small = ["--hidden", "6", "--embedding", "4", "--batch", "2", "--window", "8", "--steps", "2"];
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_model_is_not_written_over_its_corpus()
    {
        string corpus = Corpus("corpus.txt");
        Refused(corpus, ["train", "text", corpus, .. Small, "--out", corpus]);
        Refused(corpus, ["train", "text", folder.Path, .. Small, "--out", corpus]);
        Refused(corpus, ["train", "text", corpus, .. Small, "--out", Path.Combine(folder.Path, "other", "..", "corpus.txt")]);
        Refused(corpus, ["compare", "text", corpus, "--cells", "elman", .. Small, "--run", folder["runs"], "--report", corpus]);
        if (!OperatingSystem.IsWindows())
        {
            File.CreateSymbolicLink(folder["link"], corpus);
            Refused(corpus, ["train", "text", corpus, .. Small, "--out", folder["link"]]);
            Refused(corpus, ["train", "text", folder["link"], .. Small, "--out", corpus]);
            Directory.CreateSymbolicLink(folder["linked"], Directory.CreateDirectory(folder["real"]).FullName);
            string inside = Corpus(Path.Combine("real", "inside.txt"));
            Refused(inside, ["train", "text", folder["linked"], .. Small, "--out", Path.Combine(folder["linked"], "inside.txt")]);
            Refused(inside, ["train", "text", folder["real"], .. Small, "--out", Path.Combine(folder["linked"], "inside.txt")]);
        }
    }

    [Fact]
    public void A_text_is_not_written_over_the_model_that_writes_it()
    {
        string model = Model("abcd .\n");

        Refused(model, ["generate", model, "--length", "4", "--out", model]);
        Refused(model, ["export", "onnx", model, "--out", model]);
        Refused(model, ["export", "torch", model, "--out", model]);
        Run(["generate", model, "--length", "4", "--out", folder["text"]]).Code.ShouldBe(0);
        Run(["generate", model, "--length", "4", "--out", folder["text"]]).Code.ShouldBe(0, "what was written before may be written again");
    }

    [Fact]
    public void A_file_that_an_option_names_is_kept_too()
    {
        string cell = folder["my.cell"];
        File.WriteAllText(cell, "h = tanh(W x + U h[t-1] + b)");
        Refused(cell, ["train", "text", Corpus("corpus.txt"), "--cell", cell, .. Small, "--out", cell]);
        Refused(cell, ["compare", "text", Corpus("corpus.txt"), "--cells", "lstm," + cell, .. Small, "--run", folder["runs"], "--report", cell]);
        Refused(cell, ["cell", "run", "lstm", "--tensors", cell, "--out", cell]);
    }

    [Fact]
    public void A_run_begins_in_no_folder_with_files_of_its_names_that_no_run_wrote()
    {
        string corpus = Corpus("corpus.txt");
        string[] train = ["train", "text", corpus, .. Small, "--out", folder["model"], "--run", folder["log"]];
        Directory.CreateDirectory(folder["log"]);
        File.WriteAllText(Path.Combine(folder["log"], "notes.txt"), "other files are nobody's concern");
        string table = Path.Combine(folder["log"], "log.csv");
        File.WriteAllText(table, "mine");
        (int code, string error) = Run(train);
        code.ShouldBe(2);
        error.ShouldBe($"'{folder["log"]}' holds 'log.csv', which no run wrote and a run would replace; give --run another folder{Environment.NewLine}");
        File.ReadAllText(table).ShouldBe("mine");
        Run([.. train, "--restart"]).Code.ShouldBe(2);
        File.WriteAllText(Path.Combine(folder["log"], "config.json"), "{}");
        Run([.. train, "--restart"]).Code.ShouldBe(2);
        File.ReadAllText(table).ShouldBe("mine");
        File.Delete(Path.Combine(folder["log"], "config.json"));

        File.Delete(table);
        Run(train).Code.ShouldBe(0);
        Run(train).Code.ShouldBe(0, "a run that has ended makes room for the next");
    }

    [Fact]
    public void A_size_that_is_not_given_is_a_quarter_of_hidden()
    {
        string corpus = Corpus("corpus.txt");
        string[] small = ["--hidden", "8", "--embedding", "4", "--batch", "2", "--window", "8", "--steps", "2"];
        Run(["train", "text", corpus, "--cell", "lstm-projected", .. small, "--out", folder["implied"]]).ShouldBe((0, string.Empty));
        Run(["train", "text", corpus, "--cell", "lstm-projected", .. small, "--size", "projection=2", "--out", folder["given"]]).ShouldBe((0, string.Empty));
        File.ReadAllBytes(folder["implied"]).ShouldBe(File.ReadAllBytes(folder["given"]));
        Run(["evaluate", folder["implied"], corpus]).Code.ShouldBe(0);
        Run(["compare", "text", corpus, "--cells", "fast-grnn,lstm-projected", .. small, "--run", folder["runs"]]).ShouldBe((0, string.Empty));
        Run(["compare", "text", corpus, "--cells", "elman,lstm-projected", "--parameters", "2000", .. small[2..], "--run", folder["runs2"]]).ShouldBe((0, string.Empty));
    }

    [Fact]
    public void An_average_over_steps_that_are_not_there_is_refused()
    {
        string corpus = Corpus("corpus.txt");
        (int code, string error) = Run(["train", "text", corpus, "--hidden", "6", "--steps", "50", "--average", "tail", "--out", folder["model"]]);
        code.ShouldBe(2);
        error.ShouldContain("of 50 steps a warm-up of 50 leaves none");
        Run(["train", "text", corpus, "--hidden", "6", "--embedding", "4", "--batch", "2", "--window", "8", "--steps", "4", "--warm-up", "2", "--average", "tail", "--out", folder["model"]]).ShouldBe((0, string.Empty));
    }

    [Fact]
    public void Characters_unknown_outside_the_held_out_tenth_are_not_said_to_be_in_it()
    {
        string model = Model("ab\n");

        File.WriteAllText(folder["text"], "xyz" + string.Concat(Enumerable.Repeat("ab\n", 20)));
        StringWriter output = new();
        CommandLine.Run(["evaluate", model, folder["text"], "--held-out"], output, new StringWriter()).ShouldBe(0);
        output.ToString().ShouldContain("3 characters that the model never saw were left out of the whole text before its last tenth was taken: 'x' U+0078");
    }

    [Fact]
    public void What_adapts_at_too_great_a_rate_is_told_in_one_sentence()
    {
        string model = Model("ab\n");

        File.WriteAllText(folder["text"], string.Concat(Enumerable.Repeat("ab\n", 60)));
        (int code, string error) = Run(["evaluate", model, folder["text"], "--dynamic", "sgd", "--dynamic-rate", "1e300"]);
        code.ShouldBe(1);
        error.ShouldStartWith("the loss of dynamic evaluation is not a finite number at step ");
    }

    private string Model(string alphabet)
    {
        using TextModel made = TextModel.Create(
            Cell.Named("elman"), new Dictionary<string, int> { ["input"] = 4, ["hidden"] = 9 }, CharacterVocabulary.Of(alphabet), seed: 1, threads: 1);
        made.Save(folder["model.safetensors"]);
        return folder["model.safetensors"];
    }

    private string Corpus(string name)
    {
        File.WriteAllText(folder[name], SmallTextRuns.Text);
        return folder[name];
    }

    private void Refused(string input, string[] arguments)
    {
        byte[] before = File.ReadAllBytes(input);
        (int code, string error) = Run(arguments);
        code.ShouldBe(2, error);
        error.ShouldContain("is read by this command and would be lost; give the file to write another name");
        File.ReadAllBytes(input).ShouldBe(before);
    }

    private static (int Code, string Error) Run(string[] arguments)
    {
        StringWriter error = new();
        return (CommandLine.Run(arguments, new StringWriter(), error), error.ToString());
    }
}
