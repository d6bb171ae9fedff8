using System.CommandLine;
using Cellwright.Cli.Series;
using Cellwright.Tests.Files;
using Cellwright.Tests.House;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli.Series;

/// <summary>What docs/series.md says of files that are not as they should be, through the command line: each refusal in its words, each rule in its values.</summary>
public sealed class SeriesRulesTests : IDisposable
{
    private const double Missing = double.NaN;
    private static readonly string Days = string.Concat(Enumerable.Range(1, 9).Select(day => $"2024-01-0{day},{day}\n"));

    // In the order of the page.
    private static readonly (string Text, string[] Options)[] RefusedFiles =
    [
        ("date,y\n2024-01-01,1\n2024-01-02,fast\n", []),
        ("date,y\n2024-01-01,1\n2024-01-02,inf\n", []),
        ("date,y\n2024-01-01,1\n2024-01-32,2\n", []),
        ("date,y\n2024-01-01,1\n,2\n", []),
        ("date,y\n03/04/2024,1\n04/04/2024,2\n", []),
        ("date,y\n13/04/2024,1\n04/14/2024,2\n", []),
        ("date,y\n2024-01-01T00:00Z,1\n2024-01-01T01:00,2\n", []),
        ("date,y\n2024-01-01,1\n2024-01-01,2\n", []),
        ("date,y\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n2024-01-03 07:00,4\n" + string.Concat(Enumerable.Range(4, 6).Select(day => $"2024-01-0{day},{day}\n")), []),
        ("date,y\n2024-01-01 00:00,1\n2024-01-01 00:01,2\n2042-01-01 00:02,3\n", []),
        ("date,y\n2024-01-01,1\n2024-01-02\n", []),
        ("date,y\n2024-01-01,\"1\n2024-01-02,2\n", []),
        ("date;y\n2024-01-01;1,5\n2024-01-02;2.5\n", []),
        ("id,date,y\nA,2024-01-01,1\n,2024-01-02,2\n", ["--id", "id"]),
        ("id,date,y,area\nA,2024-01-01,1,5\nA,2024-01-02,2,6\n", ["--id", "id", "--static", "area"]),
        ("id,date,y,area\nA,2024-01-01,1,\nA,2024-01-02,2,\nB,2024-01-01,1,6\nB,2024-01-02,2,6\n", ["--id", "id", "--static", "area"]),
        ("date,y,z\n2024-01-01,,1\n2024-01-02,,2\n", ["--target", "y"]),
        ("date,y,p\n2024-01-01,1,\n2024-01-02,2,\n", ["--past", "p"]),
        ("date,y,k\n2024-01-01,1,\n2024-01-02,2,\n", ["--known", "k"]),
    ];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<int> Refusals => [.. Enumerable.Range(0, RefusedFiles.Length)];

    private string File => folder["data.csv"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_page_names_every_refusal_that_is_tried_here() => Sentences().Length.ShouldBe(RefusedFiles.Length);

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_file_is_refused_in_the_words_of_the_page_and_nothing_is_written(int refusal)
    {
        (string text, string[] options) = RefusedFiles[refusal];
        System.IO.File.WriteAllText(File, text);
        foreach (string command in (string[])["train series", "backtest"])
        {
            string[] arguments = [.. command.Split(' '), File, "--horizon", "1", .. command == "backtest" ? (string[])[] : ["--out", folder["model.safetensors"]], .. options];
            (int code, string output, string error) = SampleSeries.Run(arguments);
            error.ShouldBe(Sentences()[refusal].Replace("data.csv", File, StringComparison.Ordinal) + Environment.NewLine);
            code.ShouldBe(2);
            output.ShouldBeEmpty();
            Directory.GetFileSystemEntries(folder.Path).ShouldBe([File]);
            System.IO.File.ReadAllText(File).ShouldBe(text);
        }
    }

    [Theory]
    [InlineData("1 series sorted by time", new[] { 1.0, 2, 3 }, "2024-01-03,3\n2024-01-01,1\n2024-01-02,2\n")]
    [InlineData("1 row with the time of another joined", new[] { 1.0, 2, 3 }, "2024-01-01,1\n2024-01-02,2\n2024-01-02,2\n2024-01-03,3\n")]
    [InlineData("1 row with the time of another joined", new[] { 1.0, 2, 3 }, "2024-01-01,1\n2024-01-02,2\n2024-01-02,5\n2024-01-03,3\n", "--duplicates", "first")]
    [InlineData("1 row with the time of another joined", new[] { 1.0, 5, 3 }, "2024-01-01,1\n2024-01-02,2\n2024-01-02,5\n2024-01-03,3\n", "--duplicates", "last")]
    [InlineData("1 row with the time of another joined", new[] { 1.0, 3.5, 3 }, "2024-01-01,1\n2024-01-02,2\n2024-01-02,5\n2024-01-03,3\n", "--duplicates", "mean")]
    [InlineData("2 rows missing in gaps put in", new[] { 1.0, 2, Missing, Missing, 5 }, "2024-01-01,1\n2024-01-02,2\n2024-01-05,5\n")]
    [InlineData("2 rows missing in gaps put in", new[] { 1.0, 2, 2, 2, 5 }, "2024-01-01,1\n2024-01-02,2\n2024-01-05,5\n", "--missing", "carry")]
    [InlineData("2 rows missing in gaps put in", new[] { 1.0, 2, 3, 4, 5 }, "2024-01-01,1\n2024-01-02,2\n2024-01-05,5\n", "--missing", "interpolate")]
    [InlineData("1 row averaged with others of the same step", new[] { 1.0, 2.5, 4 }, "2024-01-01,1\n2024-01-02,2\n2024-01-02 07:00,3\n2024-01-03,4\n", "--step", "day")]
    [InlineData("2 rows before the first target value left out", new[] { 3.0, 4 }, "2024-01-01,\n2024-01-02,NA\n2024-01-03,3\n2024-01-04,4\n")]
    public void A_file_is_mended_by_the_rule_of_the_page_which_is_said(string said, double[] values, string rows, params string[] options)
    {
        System.IO.File.WriteAllText(File, "date,y\n" + rows);
        Check(options).Split('\n').ShouldContain($"rows        {said}");
        Read(options).Prepared.Set.Series.ShouldHaveSingleItem().Target(0).ToArray().ShouldBe(values);
    }

    [Theory]
    [InlineData("1 value, at most 1 in sequence: masked", new[] { 1.0, Missing, 5 })]
    [InlineData("1 value, at most 1 in sequence: the last value before them stands for them", new[] { 1.0, 1, 5 }, "--missing", "carry")]
    [InlineData("1 value, at most 1 in sequence: interpolated", new[] { 1.0, 3, 5 }, "--missing", "interpolate")]
    public void A_missing_value_follows_the_rule_which_is_said(string said, double[] values, params string[] options)
    {
        System.IO.File.WriteAllText(File, "date,y\n2024-01-01,1\n2024-01-02,-\n2024-01-03,5\n");
        Check(options).Split('\n').ShouldContain($"missing     {said}");
        Read(options).Prepared.Set.Series.ShouldHaveSingleItem().Target(0).ToArray().ShouldBe(values);
    }

    [Fact]
    public void Rows_ahead_hold_what_is_known_and_a_past_value_keeps_its_row()
    {
        System.IO.File.WriteAllText(File, "date,y,p,k\n2024-01-01,1,5,0\n2024-01-02,2,6,0\n2024-01-03,,7,1\n2024-01-04,,,1\n2024-01-05,,,2\n");
        Check("--past", "p", "--known", "k").ShouldContain("known       k, 2 rows ahead\n");
        SeriesReading reading = Read("--past", "p", "--known", "k");
        reading.Prepared.Set.Series[0].Target(0).ToArray().ShouldBe([1, 2, Missing]);
        reading.Prepared.Set.Series[0].Known(0).ToArray().ShouldBe([0, 0, 1, 1, 2]);
    }

    [Fact]
    public void What_says_nothing_is_left_out_or_kept_and_named()
    {
        System.IO.File.WriteAllText(File, "id,date,y,same,empty\nA,2024-01-01,1,4,\nA,2024-01-02,2,4,\nB,2024-01-01,,4,\nB,2024-01-02,,4,\n");
        string output = Check("--id", "id", "--target", "y", "--past", "same");
        output.ShouldContain("rows        1 series without a target value left out (B)\n");
        output.ShouldContain("past        same (never changes)\n");
        output.ShouldContain("left out    empty (empty)\n");
        Read("--id", "id", "--target", "y", "--past", "same").Prepared.Set.Series.ShouldHaveSingleItem().Past(0).ToArray().ShouldBe([4, 4]);
    }

    [Fact]
    public void A_whole_file_is_said_to_be_whole()
    {
        System.IO.File.WriteAllText(File, "date,y\n" + Days);
        string output = Check();
        output.ShouldContain("missing     no value\n");
        output.ShouldNotContain("rows        ");
    }

    private static string[] Sentences()
    {
        string page = Repository.Text("docs/series.md");
        return [.. page[page.IndexOf("## What is refused", StringComparison.Ordinal)..].Split("```")[1].Split('\n').Where(line => line.Length > 0)];
    }

    private string Check(params string[] options) => SampleSeries.Succeed(["train", "series", File, "--check", .. options]).ReplaceLineEndings("\n");

    private SeriesReading Read(params string[] options)
    {
        Command command = new("read");
        SeriesFlags.AddTo(command);
        return SeriesReading.Of(File, SeriesFlags.Of(command.Parse(options)));
    }
}
