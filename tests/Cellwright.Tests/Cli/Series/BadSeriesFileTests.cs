using System.Text;
using Cellwright.Cli;
using Cellwright.Tests.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli.Series;

/// <summary>What can be wrong with a file of series: one sentence that says where and what to do, exit code 2.</summary>
public sealed class BadSeriesFileTests : IDisposable
{
    private const string Days = "date,y\n2024-01-01,1\n2024-01-02,2\n";

    private readonly TemporaryFolder folder = new();

    private string File => folder["data.csv"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("date,y\n2024-01-01,1\n2024-01-02,fast\n", "line 3, column 'y': 'fast' is not a number; correct it, leave it empty if it is missing, or choose columns with --target")]
    [InlineData("date,y\n2024-01-01,1.5\n2024-01-02,\"2,5,1\"\n", "line 3, column 'y': '2,5,1' is not a number; correct it, leave it empty if it is missing, or choose columns with --target")]
    [InlineData("date,y\n2024-01-01,1\n2024-01-02,12%\n", "line 3, column 'y': '12%' is not a number; correct it, leave it empty if it is missing, or choose columns with --target")]
    [InlineData("date,y\n2024-01-01,1\n2024-01-02,inf\n", "line 3, column 'y': the value is infinite; correct it, or leave it empty if it is missing")]
    [InlineData("date,y\n2024-01-01,1\n2024-01-02,1e999\n", "line 3, column 'y': the value is infinite; correct it, or leave it empty if it is missing")]
    [InlineData("date,y\n2024-01-01,1\n2024-01-32,2\n", "line 3, column 'date': '2024-01-32' is not a time that is understood; write times as 2024-02-29 or 2024-02-29 18:30")]
    [InlineData("date,y\nyesterday,1\ntoday,2\n", "line 2, column 'date': 'yesterday' is not a time that is understood; write times as 2024-02-29 or 2024-02-29 18:30, or name another column with --time")]
    [InlineData("date,y\n2024-01-01,1\n,2\n", "line 3, column 'date': there is no time; give the row one, or remove it")]
    [InlineData("date,y\n03/04/2024,1\n04/04/2024,2\n", "line 2, column 'date': '03/04/2024' may have its day or its month first, and no date of the file decides it; say --dates day or --dates month")]
    [InlineData("date,y\n13/04/2024,1\n04/14/2024,2\n", "line 3, column 'date': '04/14/2024' has its month first where line 2 has its day first; write all dates in one order")]
    [InlineData("date,y\n2024-01-01T00:00Z,1\n2024-01-01T01:00,2\n", "line 3, column 'date': this time has no offset from UTC where line 2 has one; give it to all or to none")]
    [InlineData("date,y\n2024-01-01,1\n2024-01-01,2\n", "line 3: a second row for 2024-01-01, which line 2 has with other values; remove one, name the column that tells series apart with --id, or give --duplicates first, last or mean")]
    [InlineData("date,y\n2024-01-01,1\n2024-01-02,2\n2024-01-03,3\n2024-01-03 07:00,4\n2024-01-04,5\n2024-01-05,6\n2024-01-06,6\n2024-01-07,6\n2024-01-08,6\n2024-01-09,6\n2024-01-10,6\n", "line 5: 2024-01-03 07:00 comes 7 hours after 2024-01-03 (line 4), where rows come every day; correct the time, or give a step such as --step week, and rows within one become their mean")]
    [InlineData("date,y\n2024-01-01,1,2\n2024-01-02,2\n", "line 2 has 3 fields where the first line has 2 (the separator is a comma); put it right, or say --separator")]
    [InlineData("date,y\n2024-01-01,1\n2024-01-02\n", "line 3 has 1 field where the first line has 2 (the separator is a comma); put it right, or say --separator")]
    [InlineData("date,y\n2024-01-01,\"1\n2024-01-02,2\n", "line 2: a quote is opened and never closed; close it, or remove it")]
    [InlineData("date,y\n2024-01-01,\"1\"5\n2024-01-02,2\n", "line 2: text follows a closing quote; write a quote inside a quoted field twice")]
    [InlineData("date,y,y\n2024-01-01,1,2\n", "line 1: columns 2 and 3 are both named 'y'; rename one")]
    [InlineData("date;y\n2024-01-01;1,5\n2024-01-02;2.5\n", "line 3 has '2.5' and line 2 has '1,5', so the decimal mark is not clear; say --decimal point or --decimal comma")]
    [InlineData("date;y\n2024-01-01;1,500\n2024-01-02;2,500\n", "line 2 has '1,500', whose comma may be a decimal comma or separate thousands; say --decimal comma or --decimal point")]
    [InlineData("date,y\n2024-01-01,\n2024-01-02,\n", "no column of numbers is left to be forecast among date, y; name one with --target")]
    [InlineData("date,y\n2024-01-01,north\n2024-01-02,south\n", "no column of numbers is left to be forecast among date, y; name one with --target")]
    [InlineData("date,a,b,y\n2024-01-01,n,x,1\n2024-01-01,s,z,1\n", "times come more than once, and 'a', 'b' may tell series apart; name the column that does with --id")]
    public void A_line_that_cannot_be_used_is_named(string text, string sentence) => Refused($"{File}: {sentence}", text);

    [Fact]
    public void A_file_without_rows() => Refused($"{File} has a line of names and no rows; give at least one row", "date,y\n");

    [Theory]
    [InlineData("")]
    [InlineData(" \r\n\n")]
    public void An_empty_file(string text) => Refused($"there is nothing in '{File}'; give a CSV file with a line of names and at least one row", text);

    [Fact]
    public void A_file_that_is_not_there() => Says($"there is no file '{folder["gone.csv"]}'", "train", "series", folder["gone.csv"]);

    [Fact]
    public void A_folder() => Says($"'{folder.Path}' is a folder; give a CSV file", "train", "series", folder.Path);

    [Fact]
    public void Text_in_another_encoding()
    {
        RefusedBytes($"'{File}' is not UTF-8 text: line 2 has bytes that are no character; save it as UTF-8, for example with iconv", Encoding.Latin1.GetBytes("date,y\n2024-01-01,1 \u00a3\n"));
        RefusedBytes($"'{File}' is UTF-16 text; save it as UTF-8", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Days)]);
        RefusedBytes($"'{File}' is no CSV file: line 2 has a zero byte; give a text file with separated columns", Encoding.UTF8.GetBytes("date,y\n2024\0"));
    }

    [Fact]
    public void A_damaged_gzip_file()
    {
        System.IO.File.WriteAllBytes(File, [0x1F, 0x8B, 0x08, 0, 1, 2, 3]);
        string sentence = Run("train", "series", File).Error;
        sentence.ShouldStartWith($"'{File}' begins as a gzip file does but cannot be unpacked: ");
        sentence.TrimEnd().ShouldEndWith("; it is cut short or damaged");
    }

    [Theory]
    [InlineData("--target names a column 'x' that is not there; it has date, y", "--target", "x")]
    [InlineData("--time names a column 'when' that is not there; it has date, y", "--time", "when")]
    [InlineData("line 2, column 'y': '1' is not a time that is understood; write times as 2024-02-29 or 2024-02-29 18:30", "--time", "y")]
    [InlineData("line 2, column 'date': '2024-01-01' is not a number; a target has numbers only; correct it, or name others with --target", "--target", "date")]
    public void An_option_that_does_not_fit_the_file(string sentence, params string[] options) => Refused($"{File}: {sentence}", Days, options);

    [Theory]
    [InlineData("column 'y' is named by both --target and --past; give it one part", "--target", "y", "--past", "y")]
    [InlineData("--past rest takes the columns that no other option names; name the targets with --target", "--past", "rest")]
    [InlineData("--future gives columns that are known ahead; name them with --known", "--future", "FILE")]
    [InlineData("with --rows each row is a name and values, and there are no columns to name; leave --time, --id, --target, --past, --known, --static, --wide and --future out", "--rows", "--target", "y")]
    [InlineData("with --wide each target column is a series, and all share the other columns; leave --id and --static out", "--wide", "--id", "y")]
    [InlineData("--step takes a step such as hour, 15min, day, businessday, 2weeks, month, quarter or year, not 'fortnight'; 'cellwright train series --help' shows how it is used", "--step", "fortnight")]
    [InlineData("--missing takes mask or carry or interpolate, not 'guess'; 'cellwright train series --help' shows how it is used", "--missing", "guess")]
    [InlineData("--separator takes comma or semicolon or tab or bar, not 'space'; 'cellwright train series --help' shows how it is used", "--separator", "space")]
    public void Options_that_do_not_go_together(string sentence, params string[] options) =>
        Refused(sentence, Days, Array.ConvertAll(options, option => option == "FILE" ? File : option));

    [Fact]
    public void A_decimal_comma_that_comes_late() => Refused(
        $"{File}: line 1102, column 'y': '2,5' is not a number (numbers were read with a decimal point; --decimal comma reads it); correct it, leave it empty if it is missing, or choose columns with --target",
        "y;z\n" + string.Concat(Enumerable.Repeat("1;2\n", 1100)) + "2,5;1\n");

    [Fact]
    public void A_static_value_that_changes() => Refused(
        $"{File}: line 3, column 'area': the value differs from that of line 2 of the same series 'A'; a static column has one value for a series, others are --past or --known",
        "id,date,y,area\nA,2024-01-01,1,5\nA,2024-01-02,2,6\n",
        "--id",
        "id",
        "--static",
        "area");

    [Fact]
    public void A_row_without_an_id() =>
        Refused($"{File}: line 3, column 'id': there is no id; give the row one, or remove it", "id,date,y\nA,2024-01-01,1\n,2024-01-02,2\n", "--id", "id");

    [Fact]
    public void A_future_of_a_series_that_is_not_there()
    {
        System.IO.File.WriteAllText(folder["future.csv"], "id,date,k\nC,2024-01-03,1\n");
        Refused($"{folder["future.csv"]}: line 2, column 'id': there is no series 'C' in {File}; remove the row", "id,date,y,k\nA,2024-01-01,1,0\nA,2024-01-02,2,0\n", "--id", "id", "--known", "k", "--future", folder["future.csv"]);
    }

    [Fact]
    public void A_series_that_comes_twice_in_a_file_of_rows() => Refused($"{File}: line 2 is a second series 'A' beside that of line 1; rename one", "A,1,2\nA,3,4\n", "--rows");

    [Fact]
    public void A_text_in_a_file_of_rows() =>
        Refused($"{File}: line 3, field 3: 'x' is not a number; with --rows each row is a series, its name and then its values", "id,first,second\nA,1,2\nB,3,x\n", "--rows");

    [Fact]
    public void Too_many_texts_for_a_covariate() => Refused(
        $"{File}: column 'note' has 51 different texts, the first in line 2; a column of texts may have 50; leave it out of --past",
        "y,note\n" + string.Concat(Enumerable.Range(0, 51).Select(i => FormattableString.Invariant($"{i},note {i}\n"))),
        "--past",
        "note");

    private void Refused(string sentence, string text, params string[] options)
    {
        System.IO.File.WriteAllText(File, text);
        Says(sentence, ["train", "series", File, .. options]);
    }

    private void RefusedBytes(string sentence, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File, bytes);
        Says(sentence, "train", "series", File);
    }

    private void Says(string sentence, params string[] arguments)
    {
        string[] before = Directory.GetFileSystemEntries(folder.Path);
        (int code, string output, string error) = Run(arguments);
        error.ShouldBe(sentence + Environment.NewLine);
        code.ShouldBe(2);
        output.ShouldBeEmpty();
        Directory.GetFileSystemEntries(folder.Path).ShouldBe(before, ignoreOrder: true);
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        return (CommandLine.Run(arguments, output, error), output.ToString(), error.ToString());
    }
}
