using System.IO.Compression;
using System.Text;
using Cellwright.Cli;
using Cellwright.Cli.Series;
using Cellwright.Tasks.Series;
using Cellwright.Tests.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli.Series;

/// <summary>What is understood of a file, and what it becomes.</summary>
public sealed class SeriesFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("date,load\n2024-01-01,1.5\n2024-01-02,2.5\n", "comma", "point")]
    [InlineData("date;load\r\n2024-01-01;1,5\r\n2024-01-02;2,5\r\n", "semicolon", "comma")]
    [InlineData("date;load\n01.01.2024;1.001,5\n02.01.2024;2,5", "semicolon", "comma")]
    [InlineData("date\tload\n2024-01-01\t1.5\n2024-01-02\t2.5\n", "tab", "point")]
    [InlineData("date|load\n2024-01-01|\"1.5\"\n2024-01-02|2.5\n", "bar", "point")]
    [InlineData("sep=;\ndate;load\n2024-01-01;1,5\n2024-01-02;2,5\n", "semicolon", "comma")]
    [InlineData("\"date\",\"load\"\n\"2024-01-01\",\"1,5\"\n\"2024-01-02\",\"2,5\"\n", "comma", "comma")]
    [InlineData("date , load\n\n2024-01-01 , 1.5\n2024-01-02, 2.5\n\n", "comma", "point")]
    [InlineData("\ufeffdate,load\r2024-01-01,+1.5e0\r2024-01-02,2.5", "comma", "point")]
    public void Separator_and_decimal_mark_are_found(string text, string separator, string mark)
    {
        SeriesReading reading = Read(text);
        reading.Format.SeparatorName.ShouldBe(separator);
        reading.Format.MarkName.ShouldBe(mark);
        TimeSeries series = reading.Prepared.Set.Series.ShouldHaveSingleItem();
        series.Start.ShouldBe(new DateTime(2024, 1, 1));
        series.Target(0)[^1].ShouldBe(2.5);
        series.Length.ShouldBe(2);
        reading.Prepared.Set.TargetNames.ShouldBe(["load"]);
    }

    [Theory]
    [InlineData("2024-02-29 18:30", "2024-02-29 19:30", "2024-02-29 18:30")]
    [InlineData("2024-02-29T18:30:00", "2024-02-29T19:30:00", "2024-02-29 18:30")]
    [InlineData("2024-02-29T18:30:00.000Z", "2024-02-29T19:30:00.000Z", "2024-02-29 18:30")]
    [InlineData("2024/02/29 06:30 PM", "2024/02/29 07:30 PM", "2024-02-29 18:30")]
    [InlineData("29.02.2024 18:30", "29.02.2024 19:30", "2024-02-29 18:30")]
    [InlineData("2/29/2024 18:30", "2/29/2024 19:30", "2024-02-29 18:30")]
    [InlineData("29/02/24 18:30", "29/02/24 19:30", "2024-02-29 18:30")]
    [InlineData("2024-03-31T01:30+01:00", "2024-03-31T03:30+02:00", "2024-03-31 00:30")]
    [InlineData("2024-02-29T18:30-05:00", "2024-02-29T19:30-05:00", "2024-02-29 18:30")]
    [InlineData("1709231400", "1709235000", "2024-02-29 18:30")]
    [InlineData("1709231400000", "1709235000000", "2024-02-29 18:30")]
    [InlineData("20240229", "20240301", "2024-02-29")]
    [InlineData("2024-02", "2024-03", "2024-02-01")]
    [InlineData("202402", "202403", "2024-02-01")]
    [InlineData("Feb 2024", "Mar 2024", "2024-02-01")]
    [InlineData("29 Feb 2024", "1 Mar 2024", "2024-02-29")]
    [InlineData("2024Q2", "2024Q3", "2024-04-01")]
    [InlineData("2024-W09", "2024-W10", "2024-02-26")]
    [InlineData("2024", "2025", "2024-01-01")]
    public void Times_are_read_as_files_write_them(string first, string second, string start) =>
        SeriesTime.Text(Read($"date,load\n{first},1\n{second},2\n").Prepared.Set.Series[0].Start!.Value).ShouldBe(start);

    [Fact]
    public void A_date_with_two_meanings_is_read_as_the_others_of_its_file()
    {
        Read("date,y\n03/01/2024,1\n04/01/2024,2\n13/01/2024,3\n").Prepared.Set.Series[0].Start.ShouldBe(new DateTime(2024, 1, 3));
        Read("date,y\n01/03/2024,1\n01/04/2024,2\n01/13/2024,3\n").Prepared.Set.Series[0].Start.ShouldBe(new DateTime(2024, 1, 3));
        Read("date,y\n01/03/2024,1\n01/04/2024,2\n", new SeriesReadingOptions { Order = DateOrder.Day }).Prepared.Set.Step.Unit.ShouldBe(TimeUnit.Month);
    }

    [Fact]
    public void Local_days_stay_days_where_clocks_are_set_forward()
    {
        SeriesReading reading = Read("date,y\n2024-03-30T00:00+01:00,1\n2024-03-31T00:00+01:00,2\n2024-04-01T00:00+02:00,3\n");
        reading.Prepared.Set.Step.ShouldBe(new TimeStep(TimeUnit.Day));
        reading.Time!.Clock.ShouldBe("local days; their offsets from UTC differ and were left out");
    }

    [Fact]
    public void An_hour_that_clocks_leave_out_is_a_gap() =>
        Read("date,y\n2024-03-31 00:00,1\n2024-03-31 01:00,2\n2024-03-31 03:00,4\n2024-03-31 04:00,5\n").Prepared.GapRows.ShouldBe(1);

    [Theory]
    [InlineData("")]
    [InlineData("NA")]
    [InlineData("n/a")]
    [InlineData("NaN")]
    [InlineData("null")]
    [InlineData("-")]
    [InlineData("\"\"")]
    public void A_missing_value_may_be_written_in_several_ways(string text)
    {
        PreparedSeries prepared = Read($"date,y\n2024-01-01,1\n2024-01-02,{text}\n2024-01-03,3\n").Prepared;
        prepared.MissingValues.ShouldBe(1);
        prepared.Set.Series[0].Target(0).ToArray().ShouldBe([1, double.NaN, 3]);
    }

    [Fact]
    public void A_gzip_file_is_known_by_its_first_bytes()
    {
        using (GZipStream packed = new(File.Create(folder["packed.csv"]), CompressionLevel.Fastest))
        {
            packed.Write(Encoding.UTF8.GetBytes("\ufeffdate,y\n2024-01-01,1\n2024-01-02,2\n"));
        }

        SeriesReading.Of(folder["packed.csv"], new()).Prepared.Set.TargetNames.ShouldBe(["y"]);
    }

    [Fact]
    public void Rows_of_many_series_are_told_apart_by_the_column_of_text()
    {
        SeriesReading reading = Read("store,date,sales,area,promo\nB,2024-01-02,4,20,0\nA,2024-01-01,1,10,0\nB,2024-01-01,3,20,1\nA,2024-01-02,2,10,0\n", new()
        {
            Static = ["area"],
            Known = ["promo"],
        });
        reading.Id.ShouldBe("store");
        SeriesSet set = reading.Prepared.Set;
        set.Series.Select(series => series.Id).ShouldBe(["B", "A"]);
        set.Series[0].Target(0).ToArray().ShouldBe([3, 4]);
        set.Series[0].Known(0).ToArray().ShouldBe([1, 0]);
        set.Series[0].Constants.ToArray().ShouldBe([20]);
        set.TargetNames.ShouldBe(["sales"]);
        reading.Prepared.SeriesSorted.ShouldBe(1);
    }

    [Fact]
    public void An_id_of_digits_stays_as_it_is_written() =>
        Read("id,date,y\n007,2024-01-01,1\n007,2024-01-02,2\n08,2024-01-01,3\n", new() { Id = "id" }).Prepared.Set.Series.Select(series => series.Id).ShouldBe(["007", "08"]);

    [Fact]
    public void Each_column_of_a_wide_file_is_a_series()
    {
        SeriesSet set = Read("date,a,b,tariff\n2024-01-01,1,3,0\n2024-01-02,2,4,0\n2024-01-03,,,1\n", new() { Wide = true, Known = ["tariff"] }).Prepared.Set;
        set.Series.Select(series => series.Id).ShouldBe(["a", "b"]);
        set.TargetNames.ShouldBe(["value"]);
        set.Series[1].Target(0).ToArray().ShouldBe([3, 4]);
        set.Series[1].Known(0).ToArray().ShouldBe([0, 0, 1]);
    }

    [Fact]
    public void Each_row_of_a_file_of_rows_is_a_series()
    {
        SeriesReading reading = Read("\"V1\",\"V2\",\"V3\",\"V4\"\n\"H1\",\"1\",\"2\",\"3\"\n\"H2\",\"4\",,\n\"H3\",\"5\",NA,\"7\"\n", new() { Rows = true });
        reading.Prepared.Set.Series.Select(series => series.Length).ShouldBe([3, 1, 3]);
        reading.Prepared.Set.Series[2].Target(0).ToArray().ShouldBe([5, double.NaN, 7]);
        Read("H1,1,2,3\nH2,4\n", new() { Rows = true }).Prepared.Set.Series.Select(series => series.Length).ShouldBe([3, 1]);
    }

    [Fact]
    public void A_second_file_gives_what_is_known_ahead()
    {
        File.WriteAllText(folder["future.csv"], "date,tariff\n2024-01-02,5\n2024-01-03,1\n2024-01-04,1\n");
        SeriesReading reading = Read("date,y,tariff\n2024-01-01,1,0\n2024-01-02,2,0\n", new() { Known = ["tariff"], Future = folder["future.csv"] });
        reading.Future.ShouldBe((2, 1));
        reading.Prepared.Set.Series[0].Known(0).ToArray().ShouldBe([0, 0, 1, 1]);
        reading.Prepared.Set.Series[0].Length.ShouldBe(2);
    }

    [Fact]
    public void A_covariate_of_texts_is_a_column_for_each()
    {
        SeriesSet set = Read("date,y,event\n2024-01-01,1,none at all\n2024-01-02,2,strike\n2024-01-03,3,\n", new() { Past = ["event"] }).Prepared.Set;
        set.PastNames.ShouldBe(["event=none at all", "event=strike"]);
        set.Series[0].Past(1).ToArray().ShouldBe([0, 1, double.NaN]);
        Read("date,y,event\n2024-01-01,1,fair\n2024-01-02,2,strike\n", new() { Past = ["event=strike", "event=fair"] }).Prepared.Set.Series[0].Past(1).ToArray().ShouldBe([1, 0]);
    }

    [Fact]
    public void Columns_without_a_part_are_left_out_and_named()
    {
        SeriesReading reading = Read("date,y,z,comment,nothing\n2024-01-01,1,5,fine,\n2024-01-02,2,6,fair,\n", new() { Targets = ["Y"] });
        reading.LeftOut.ShouldBe(["z (no part was named)", "comment (text)", "nothing (empty)"]);
        Read("date,y,z,comment\n2024-01-01,1,5,fine\n2024-01-02,2,6,fair\n", new() { Targets = ["y"], Past = ["rest"] }).Prepared.Set.PastNames.ShouldBe(["z"]);
    }

    [Fact]
    public void A_file_without_names_or_times_counts_its_rows()
    {
        SeriesReading reading = Read("1\n2\n4\n");
        reading.Prepared.Set.Step.Unit.ShouldBe(TimeUnit.Row);
        reading.Prepared.Set.TargetNames.ShouldBe(["column1"]);
        reading.Prepared.Set.Series[0].Target(0).ToArray().ShouldBe([1, 2, 4]);
    }

    [Fact]
    public void The_report_says_what_was_understood_in_at_most_twelve_lines()
    {
        File.WriteAllText(folder["sales.csv"], """
            store,day,sales,visits,promo,area,comment
            A,2024-01-02,,5,0,10,x
            A,2024-01-03,1,5,0,10,x
            A,2024-01-05,3,5,1,10,x
            A,2024-01-05,3,5,1,10,x
            A,2024-01-06,4,5,1,10,y
            A,2024-01-07,,,1,10,y
            B,2024-01-04,1,2,0,20,x
            B,2024-01-03,1,2,0,20,x
            """);
        string[] arguments = ["train", "series", folder["sales.csv"], "--check", "--past", "visits", "--known", "promo", "--static", "area", "--id", "store", "--missing", "interpolate"];
        StringWriter output = new();
        CommandLine.Run(arguments, output, TextWriter.Null).ShouldBe(0);
        output.ToString().ReplaceLineEndings("\n").ShouldBe($"""
            file        {folder["sales.csv"]}: 8 rows of 7 columns, the separator is a comma, numbers have a decimal point
            series      2 series by store of 2 to 4 rows
            time        day: a row every day, 2024-01-03 to 2024-01-06
            targets     sales
            past        visits
            known       promo, 0 to 1 row ahead
            static      area
            calendar    weekday, day of the month, day of the year (each as sine and cosine), known ahead
            left out    comment (text)
            rows        1 series sorted by time; 1 row with the time of another joined; 1 row before the first target value left out; 1 row missing in gaps put in
            missing     3 values, at most 1 in sequence: interpolated

            """);
        output = new();
        CommandLine.Run([.. arguments, "--json"], output, TextWriter.Null).ShouldBe(0);
        System.Text.Json.JsonElement json = System.Text.Json.JsonDocument.Parse(output.ToString()).RootElement;
        json.GetProperty("gapRows").GetInt32().ShouldBe(1);
        json.GetProperty("targets")[0].GetString().ShouldBe("sales");
        json.GetProperty("last").GetString().ShouldBe("2024-01-06");
    }

    private SeriesReading Read(string text, SeriesReadingOptions? options = null)
    {
        File.WriteAllText(folder["data.csv"], text);
        return SeriesReading.Of(folder["data.csv"], options ?? new());
    }
}
