using System.Text.Json;
using System.Text.RegularExpressions;
using Cellwright.Cli;
using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Tasks.Memory;
using Cellwright.Tests.Files;
using Cellwright.Tests.House;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

/// <summary><c>probe memory</c>, and <c>probe gradients</c> on what it trained.</summary>
public sealed partial class ProbeCommandTests : IDisposable
{
    private static readonly string[] Small = ["--hidden", "6", "--batch", "4", "--steps", "4", "--validate-every", "2", "--threads", "1"];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Tasks => [.. MemoryTask.All.Select(task => task.Name)];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Tasks))]
    public void Every_task_gives_a_table_a_chart_and_what_papers_say(string task)
    {
        string output = Answer(["probe", "memory", task, "--cells", "elman,lstm", "--lengths", "12,14", "--html", folder["chart.html"], .. Small]);
        string table = output[output.IndexOf("cell  ", StringComparison.Ordinal)..];
        Regex.Count(table, @"^(elman|lstm) +1[24] +1 +\d", RegexOptions.Multiline).ShouldBe(4);
        table.ShouldContain(MemoryTask.Named(task).Create(12).Published[0].Result);
        table.ShouldContain("Solved: ");
        table.ShouldContain("sequences\n", Case.Sensitive);
        output.ShouldNotContain("NaN");

        string page = File.ReadAllText(folder["chart.html"]);
        Regex.Count(page, "<polyline").ShouldBe(4);
        page.ShouldNotContain("http");
        page.ShouldNotContain("<script");
        page.ShouldNotContain("NaN");
    }

    [Fact]
    public void Json_has_every_run_with_its_curve_and_no_figure_depends_on_threads()
    {
        string[] Runs(string threads)
        {
            string[] words = ["probe", "memory", "adding", "--cells", "gru", "--lengths", "9", "--seeds", "2", "--seed", "5", "--json", .. Small[..^1], threads];
            using JsonDocument json = JsonDocument.Parse(Answer(words));
            json.RootElement.GetProperty("task").GetString().ShouldBe("adding");
            json.RootElement.GetProperty("settings").GetProperty("hidden").GetInt32().ShouldBe(6);
            JsonElement[] runs = [.. json.RootElement.GetProperty("runs").EnumerateArray()];
            runs.Select(run => run.GetProperty("seed").GetInt32()).ShouldBe([5, 6]);
            runs.ShouldAllBe(run => run.GetProperty("sequences").GetInt64() == 16 && run.GetProperty("curve").GetArrayLength() == 3);
            return [.. runs.Select(run => run.GetProperty("test").GetRawText() + run.GetProperty("curve").GetRawText())];
        }

        string[] one = Runs("1");
        Runs("3").ShouldBe(one);
        one[0].ShouldNotBe(one[1]);
    }

    [Fact]
    public void A_trained_model_is_written_and_its_gradient_followed_beside_an_untrained_cell_s()
    {
        string model = folder["adding.safetensors"];
        Answer(["probe", "memory", "adding", "--cells", "lstm", "--lengths", "20", "--out", model, .. Small]);
        MemoryModel.IsIn(model).ShouldBeTrue();

        string output = Answer("probe", "gradients", "--cells", $"lstm,{model}", "--length", "20");
        output.ShouldMatch(@"lstm +as it says +c ");
        output.ShouldMatch(@"adding\.safetensors +as trained +layer0\.c ");
        output.ShouldContain("Untrained: parameters drawn");
        output.ShouldContain("Trained: as in the file");
        using JsonDocument json = JsonDocument.Parse(Answer("probe", "gradients", "--cells", model, "--length", "12", "--json"));
        json.RootElement.GetProperty("cells")[0].GetProperty("trained").GetBoolean().ShouldBeTrue();

        Refused("a sequence of the task 'adding' has 20 steps, and the gradient goes back 21; take a length of at most 20", "probe", "gradients", "--cells", model, "--length", "21");
        using (LayerStack layers = new([new Layer(Cell.Named("gru"), new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 4 })]))
        {
            layers.Initialize(1);
            layers.Save(folder["layers.safetensors"]);
        }

        Answer("probe", "gradients", "--cells", folder["layers.safetensors"], "--length", "30").ShouldContain("as trained");
    }

    [Fact]
    public void A_bound_is_kept_and_said()
    {
        string model = folder["bounded.safetensors"];
        Answer(["probe", "memory", "adding", "--cells", "indrnn", "--lengths", "20", "--layers", "2", "--bound", "u=0.25", "--out", model, .. Small]).ShouldContain("Bounded: u by 0.25.");
        using (MemoryModel read = MemoryModel.Open(model))
        {
            read.Layers.Parameters.Where(parameter => parameter.Name.EndsWith(".u", StringComparison.Ordinal)).Max(parameter => parameter.Values.ToArray().Max(Math.Abs)).ShouldBe(0.25f);
        }

        Answer(["probe", "memory", "adding", "--cells", "lstm,indrnn", "--lengths", "20", "--bound", "u", .. Small]).ShouldContain("Bounded: u by 2^(1/T).");
    }

    [Fact]
    public void Help_says_what_tasks_there_are()
    {
        string help = Regex.Replace(Answer("probe", "memory", "--help"), @"\s+", " ");
        foreach (MemoryTask task in MemoryTask.All)
        {
            help.ShouldContain($"{task.Name}: {task.Title}");
        }
    }

    [Theory]
    [InlineData("there is no memory task 'sums'; there are adding, copy, order, reber, anbncn, noisy", "sums")]
    [InlineData("there is no cell `lsmt` in the zoo; did you mean `lstm`? ('cellwright cells' lists all)", "adding", "--cells", "lsmt")]
    [InlineData("the task 'adding' has a length of 4 to 100000 (steps), not 3", "adding", "--lengths", "3")]
    [InlineData("the task 'anbncn' has a length of 1 to 1000 (largest n trained), not 1001", "anbncn", "--lengths", "10,1001")]
    [InlineData("--lengths takes a whole number from 1 up, or several with commas between, not '0'; 'cellwright probe memory --help' shows how it is used", "adding", "--lengths", "100,0")]
    [InlineData("--cells takes a cell, or several with commas between, not 'lstm,'; 'cellwright probe memory --help' shows how it is used", "adding", "--cells", "lstm,")]
    [InlineData("the cell 'augru' has 2 inputs, and a memory task gives one", "adding", "--cells", "augru")]
    [InlineData("these cells, lengths and seeds are 300 trainings; ask for at most 200 at once", "adding", "--seeds", "100")]
    [InlineData("--out writes one model, and these are 3 trainings; give one cell, one length and one seed", "adding", "--out", "adding.safetensors")]
    [InlineData("none of the cells has a parameter 'u' to bound; 'cellwright cell show CELL' lists a cell's", "adding", "--cells", "gru", "--bound", "u=1")]
    [InlineData("--bound takes a parameter's name, or a name and a number above 0 such as u=1, each name once, not 'u=0'; 'cellwright probe memory --help' shows how it is used", "adding", "--bound", "u=0")]
    [InlineData("none of the cells names a size 'rank'", "adding", "--cells", "gru", "--size", "rank=3")]
    [InlineData("--budget takes a time such as 90s, 10m or 1h30m, not 'soon'; 'cellwright probe memory --help' shows how it is used", "adding", "--budget", "soon")]
    [InlineData("--steps takes a whole number from 1 up, not '0'; 'cellwright probe memory --help' shows how it is used", "adding", "--steps", "0")]
    public void What_cannot_be_probed_is_refused_in_a_sentence(string sentence, params string[] words) => Refused(sentence, ["probe", "memory", .. words]);

    [Fact]
    public void A_file_that_is_no_model_or_not_there_is_refused()
    {
        string missing = folder["missing.safetensors"];
        Error("probe", "gradients", "--cells", missing).ShouldStartWith($"{missing}: there is no such file");
        File.WriteAllText(folder["text.safetensors"], "no tensors at all");
        Error("probe", "gradients", "--cells", folder["text.safetensors"]).ShouldContain("not a safetensors file");
        Error("probe", "memory", "adding", "--cells", "lstm", "--out", folder.Path).ShouldContain("is a folder; give the name of the file to write");
    }

    // The pages' commands with few steps, narrow layers and files elsewhere: all else as it stands there.
    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/memory.md")]
    [InlineData("docs/studio.md")]
    public void The_commands_of_a_page_run(string page)
    {
        MatchCollection commands = ProbeLine().Matches(Repository.Text(page));
        commands.Count.ShouldBeGreaterThan(0);
        foreach (Match command in commands)
        {
            string[] words = [.. command.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            List<string> run = [.. words.Select((word, place) => place == 0 ? word : words[place - 1] switch
            {
                "--steps" => "2",
                "--validate-every" or "--seeds" => "1",
                "--hidden" => "4",
                "--lengths" or "--length" => "12",
                "--out" or "--html" => folder[word],
                "--cells" => string.Join(',', word.Split(',').Select(cell => cell.EndsWith(".safetensors", StringComparison.Ordinal) ? folder[cell] : cell)),
                _ => word,
            })];
            if (words[1] == "memory")
            {
                run.AddRange(new[] { ("--steps", "2"), ("--hidden", "4"), ("--lengths", "12") }.Where(option => !run.Contains(option.Item1)).SelectMany(option => new[] { option.Item1, option.Item2 }));
            }

            Answer([.. run]).ShouldNotBeEmpty();
        }
    }

    private static string Answer(params string[] words)
    {
        (int code, string output, string error) = Run(words);
        error.ShouldBeEmpty(string.Join(' ', words));
        code.ShouldBe(0);
        return output;
    }

    private static string Error(params string[] words)
    {
        (int code, string output, string error) = Run(words);
        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.TrimEnd().ShouldNotContain("\n");
        return error;
    }

    private static void Refused(string sentence, params string[] words) => Error(words).TrimEnd().ShouldBe(sentence);

    private static (int Code, string Output, string Error) Run(string[] words)
    {
        (StringWriter output, StringWriter error) = (new(), new());
        int code = CommandLine.Run(words, output, error);
        return (code, output.ToString(), error.ToString());
    }

    [GeneratedRegex(@"^cellwright (probe .+?)(?:\s+#.*)?$", RegexOptions.Multiline)]
    private static partial Regex ProbeLine();
}
