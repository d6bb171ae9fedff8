using System.Globalization;
using System.Text.Json;
using Cellwright.Cli;
using Cellwright.Tests.Files;
using Cellwright.Tests.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class CompareTextTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Each_cell_is_trained_as_train_text_trains_it()
    {
        (int code, string output, string error) = Run(["compare", "text", Corpus(), "--cells", "lstm,gru", .. Small, "--steps", "30", "--run", folder["all"], "--json", "--report", folder["page.html"]]);
        error.ShouldBeEmpty();
        code.ShouldBe(0);
        JsonElement[] cells = [.. JsonDocument.Parse(output).RootElement.GetProperty("cells").EnumerateArray()];
        cells.Length.ShouldBe(2);
        cells[0].GetProperty("nats").GetDouble().ShouldBeLessThanOrEqualTo(cells[1].GetProperty("nats").GetDouble(), "the best stands first");
        foreach (JsonElement cell in cells)
        {
            string name = cell.GetProperty("cell").GetString()!;
            JsonElement alone = JsonDocument.Parse(Run(["train", "text", Corpus(), "--cell", name, .. Small, "--steps", "30", "--out", folder[name], "--json"]).Output).RootElement;
            cell.GetProperty("nats").GetDouble().ShouldBe(alone.GetProperty("validationLoss").GetDouble());
            cell.GetProperty("parameters").GetInt64().ShouldBe(alone.GetProperty("parameters").GetInt64());
            cell.GetProperty("steps").GetInt32().ShouldBe(30);
            JsonElement[] curve = [.. cell.GetProperty("curve").EnumerateArray()];
            curve.Select(point => point.GetProperty("step").GetInt32()).ShouldBe([10, 20, 30]);
            curve.Select(point => point.GetProperty("seconds").GetDouble()).ShouldBeInOrder();
        }

        string page = File.ReadAllText(folder["page.html"]);
        page.ShouldContain("<polyline");
        page.ShouldContain("<td>lstm</td>");
        page.ShouldContain("<td>gru</td>");
    }

    [Fact]
    public void A_budget_of_parameters_gives_each_cell_the_greatest_width_within_it()
    {
        (int code, string output, _) = Run(["compare", "text", Corpus(), "--cells", "elman,lstm", "--embedding", "4", "--batch", "2", "--window", "10", "--steps", "2", "--parameters", "3000", "--run", folder["all"], "--json"]);
        code.ShouldBe(0);
        JsonElement[] cells = [.. JsonDocument.Parse(output).RootElement.GetProperty("cells").EnumerateArray()];
        foreach (JsonElement cell in cells)
        {
            cell.GetProperty("parameters").GetInt64().ShouldBeInRange(2700, 3000);
            int hidden = cell.GetProperty("hidden").GetInt32();
            string wider = (hidden + 1).ToString(CultureInfo.InvariantCulture);
            JsonElement alone = JsonDocument.Parse(Run([
                "train", "text", Corpus(), "--cell", cell.GetProperty("cell").GetString()!, "--hidden", wider, "--embedding", "4", "--batch", "2", "--window", "10", "--steps", "1", "--out", folder["wider"], "--json"]).Output).RootElement;
            alone.GetProperty("parameters").GetInt64().ShouldBeGreaterThan(3000);
        }
    }

    [Fact]
    public void The_table_has_the_cells_and_the_chart_their_losses()
    {
        (int code, string output, _) = Run(["compare", "text", Corpus(), "--cells", "gru-update-only,elman", .. Small, "--steps", "40", "--run", folder["all"]]);
        code.ShouldBe(0);
        output.ShouldContain("best at step");
        output.ShouldContain("validation loss, nats a character");
        output.ShouldContain("  a  gru-update-only");
        output.ShouldContain("  b  elman");
    }

    [Fact]
    public async Task Ctrl_C_prints_what_there_is()
    {
        (int code, string output, string error) = await InterruptedCommand.Run(
            ["compare", "text", Corpus(), "--cells", "elman,gru", .. Small[..^2], "--steps", "1000000", "--validate-every", "20", "--run", folder["all"]]);
        code.ShouldBe(130);
        error.ShouldContain("stopped; what there was is above");
        output.ShouldMatch(@"elman +\d+ +[\d,]+ +\d\.\d{4}");
        output.ShouldContain(" of 1,000,000");
        output.ShouldContain("validation loss, nats a character");

        // What was stopped is kept, as that of train text is.
        Run(["compare", "text", Corpus(), "--cells", "elman", .. Small, "--steps", "4", "--run", folder["all"]]).Error.ShouldContain("holds a run that stopped at step");
        Run(["compare", "text", Corpus(), "--cells", "elman", .. Small, "--steps", "4", "--run", folder["all"], "--restart"]).Code.ShouldBe(0);
    }

    [Fact]
    public void Bad_use_is_answered_in_one_sentence()
    {
        Refused("did you mean `gru`", "--cells", "lstm,grru");
        Refused("more than once", "--cells", "lstm,lstm");
        Refused("leave --hidden out", "--hidden", "8", "--parameters", "1000");
        Refused("as few as 10 parameters", "--parameters", "10");
        Refused("give one of them", "--steps", "4", "--budget", "3s");
    }

    private static string[] Small => ["--hidden", "12", "--embedding", "4", "--batch", "2", "--window", "16", "--validate-every", "10"];

    private void Refused(string sentence, params string[] arguments)
    {
        (int code, string output, string error) = Run(["compare", "text", Corpus(), "--run", folder["none"], .. arguments]);
        code.ShouldBe(2, error);
        output.ShouldBeEmpty();
        error.ShouldContain(sentence);
        error.Trim().ShouldNotContain("\n");
        Directory.Exists(folder["none"]).ShouldBeFalse();
    }

    private string Corpus()
    {
        File.WriteAllText(folder["corpus.txt"], SmallTextRuns.Text);
        return folder["corpus.txt"];
    }

    private static (int Code, string Output, string Error) Run(string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        return (CommandLine.Run(arguments, output, error), output.ToString(), error.ToString());
    }
}
