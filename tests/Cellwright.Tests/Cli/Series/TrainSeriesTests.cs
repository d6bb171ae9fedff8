using System.Globalization;
using System.Text.Json;
using Cellwright.Cli;
using Cellwright.Files;
using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli.Series;

/// <summary>From a CSV file to a model, its forecasts, its backtest and its explanation, through the command line.</summary>
public sealed class TrainSeriesTests : IDisposable
{
    private readonly SampleSeries sample = new();

    public void Dispose() => sample.Dispose();

    [Fact]
    public void Training_says_how_the_rows_are_split_what_was_chosen_and_who_won()
    {
        string output = sample.Train(sample.Write("sales.csv"));
        output.ShouldContain("split       rows: the first 160 to train, the next 40 from 2024-06-09 to choose the model and calibrate its intervals\n");
        output.ShouldMatch(@"scaling     \w+ \(.*\): after 10 steps of each, error on the validation rows last \d\.\d+, window \d\.\d+, none \d\.\d+\n");
        output.ShouldContain("season      7 rows (a week, from the step of day)\n");
        foreach (string method in (string[])["gru ", "naive ", "seasonal naive ", "nlinear "])
        {
            output.ShouldContain("\n" + method);
        }

        output.ShouldMatch(@"verdict     gru (won|did not beat|has)|verdict     No method clearly won");
        output.ShouldMatch(@"intervals   95 % held \d+\.\d %, 80 % held \d+\.\d % of the second half");
        output.ShouldContain($"saved       {sample.Model}; 'cellwright forecast {sample.Model}' goes on from the last row\n");
    }

    [Fact]
    public void A_model_goes_on_without_a_file_as_with_the_one_it_was_trained_on()
    {
        string file = sample.Write("sales.csv");
        sample.Train(file);
        SampleSeries.Succeed("forecast", sample.Model, "--out", sample.Folder["kept.csv"]);
        SampleSeries.Succeed("forecast", sample.Model, file, "--out", sample.Folder["read.csv"]);
        string[] kept = File.ReadAllLines(sample.Folder["kept.csv"]);
        kept.ShouldBe(File.ReadAllLines(sample.Folder["read.csv"]));
        kept[0].ShouldBe("time,sales,sales_q0.025,sales_q0.1,sales_q0.5,sales_q0.9,sales_q0.975");
        kept.Length.ShouldBe(8);
        kept[1].ShouldStartWith("2024-07-19,");
        foreach (string line in kept.Skip(1))
        {
            double[] values = [.. line.Split(',').Skip(1).Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
            values[1..].ShouldBeInOrder();
        }
    }

    [Fact]
    public void Newer_rows_are_read_as_those_of_training_and_forecast_from_their_end()
    {
        sample.Train(sample.Write("sales.csv"));
        string output = SampleSeries.Succeed("forecast", sample.Model, sample.Write("newer.csv", rows: 230), "--horizon", "3", "--json");
        JsonElement root = JsonDocument.Parse(output).RootElement;
        root.GetProperty("calibrated").GetBoolean().ShouldBeTrue();
        JsonElement series = root.GetProperty("series")[0];
        series.GetProperty("times").EnumerateArray().Select(time => time.GetString()).ShouldBe(["2024-08-18", "2024-08-19", "2024-08-20"]);
        series.GetProperty("targets")[0].GetProperty("quantiles").GetArrayLength().ShouldBe(5);
    }

    [Fact]
    public void A_forecast_is_drawn_and_written_as_a_page_that_needs_nothing_else()
    {
        sample.Train(sample.Write("stores.csv", stores: 2), "--id", "store");
        string page = sample.Folder["forecast.html"];
        string output = SampleSeries.Succeed("forecast", sample.Model, "--series", "S1", "--report", page);
        output.ShouldContain("series S1, sales\n");
        output.ShouldContain("● forecast   ▒ 80 %   ░ 95 %");
        string html = File.ReadAllText(page);
        html.Split("<svg ").Length.ShouldBe(3);
        html.ShouldContain("prefers-color-scheme: dark");
        html.ShouldNotContain("http");
        html.ShouldNotContain("NaN");
    }

    [Fact]
    public void Counted_rows_are_counted_from_the_forecast_and_the_series_asked_for_comes_first()
    {
        string file = sample.Folder["rows.csv"];
        File.WriteAllLines(file, Enumerable.Range(1, 26).Select(series => $"H{series}," + string.Join(',', Enumerable.Range(0, 60).Select(row => (series + (row % 4)).ToString(CultureInfo.InvariantCulture)))));
        SampleSeries.Succeed("train", "series", file, "--rows", "--horizon", "4", "--hidden", "4", "--steps", "12", "--scaling", "last", "--threads", "1", "--out", sample.Model);
        string page = sample.Folder["rows.html"];
        string output = SampleSeries.Succeed("forecast", sample.Model, "--series", "H26", "--report", page);
        output.ShouldContain("from        the rows that the model keeps; 26 series\n");
        output.ShouldMatch(@"\n +-11 +1 +4 *\n");
        string html = File.ReadAllText(page);
        html.IndexOf("<h2>H26: value</h2>", StringComparison.Ordinal).ShouldBeInRange(0, html.IndexOf("<h2>H1: value</h2>", StringComparison.Ordinal));
        html.ShouldContain("24 of 26; <code>--out</code> writes all as CSV.");
        SampleSeries.Succeed("forecast", sample.Model, file).ShouldContain($"from        {file}, up to row 60; 26 series\n");
    }

    [Fact]
    public void A_model_is_combined_with_a_linear_map_and_the_share_is_said()
    {
        string output = sample.Train(sample.Write("sales.csv"), "--combine");
        output.ShouldMatch(@"combined    \d+\.\d % of the way toward a linear map of the last \d+ rows: squared error on the validation rows \d\.\d{3} and \d\.\d{3} apart, \d\.\d{3} together\n");
        using Forecaster model = Forecaster.Load(sample.Model);
        model.Design.Linear.ShouldBeTrue();
        model.IsCalibrated.ShouldBeTrue();
        Refused(
            "a linear part needs windows, parallel decoding and targets that are read apart",
            "train", "series", sample.Folder["sales.csv"], "--target", "sales", "--horizon", "7", "--joint", "--combine", "--out", sample.Folder["other.safetensors"]);
    }

    [Theory]
    [InlineData("--dropout", "0.1", "--layers", "2")]
    [InlineData("--combine")]
    public void A_run_that_has_ended_writes_its_model_again(params string[] choices)
    {
        sample.Train(sample.Write("sales.csv"), choices);
        byte[] whole = File.ReadAllBytes(sample.Model);
        File.Delete(sample.Model);
        SampleSeries.Succeed("train", "series", "--resume", sample.Folder["model.run"]);
        File.ReadAllBytes(sample.Model).ShouldBe(whole);
    }

    [Fact]
    public void Killed_at_random_moments_and_resumed_training_ends_with_the_same_bits()
    {
        KilledTraining training = new(KilledCommand.Series, typeof(CommandLine).Assembly.Location, sample.Folder.Path, steps: 1000);
        training.Kill(times: 4, seed: 3);
        training.Ends.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void What_cannot_be_resumed_is_refused_in_one_sentence()
    {
        string file = sample.Write("sales.csv");
        sample.Train(file);
        string run = sample.Folder["model.run"];
        Refused("--resume goes on with a run as it was begun, so --hidden cannot change; leave it out", "train", "series", "--resume", run, "--hidden", "9");
        Refused("--resume reads the file that the run began with; give no other", "train", "series", file, "--resume", run);
        sample.Write("sales.csv", rows: 201);
        SampleSeries.Run("train", "series", "--resume", run).Error.ShouldContain($"the file '{file}' has changed since this run began");
    }

    [Fact]
    public void A_backtest_of_a_file_judges_all_methods_on_the_same_windows()
    {
        string file = sample.Write("sales.csv");
        string page = sample.Folder["backtest.html"];
        string output = SampleSeries.Succeed(
            "backtest", file, "--target", "sales", "--known", "promo", "--horizon", "7", "--windows", "5", "--hidden", "8", "--steps", "60", "--threads", "1", "--json", "--report", page);
        JsonElement root = JsonDocument.Parse(output).RootElement;
        root.GetProperty("methods").EnumerateArray().Select(row => row.GetProperty("method").GetString()).ShouldBe(["gru", "naive", "seasonal naive", "drift", "theta", "nlinear"]);
        foreach (JsonElement row in root.GetProperty("methods").EnumerateArray())
        {
            foreach (string figure in (string[])["mae", "rmse", "mase", "smape", "pinball"])
            {
                row.GetProperty(figure).GetDouble().ShouldBeGreaterThan(0);
            }

            row.GetProperty("coverage").GetArrayLength().ShouldBe(2);
        }

        root.GetProperty("verdict").GetString().ShouldNotBeNullOrEmpty();
        File.ReadAllText(page).ShouldContain("<svg ");
    }

    [Fact]
    public void A_backtest_trained_anew_before_each_window_says_how_often()
    {
        string output = SampleSeries.Succeed(
            "backtest", sample.Write("sales.csv", rows: 120), "--target", "sales", "--horizon", "14", "--windows", "2", "--hidden", "4", "--steps", "10", "--refit", "--scaling", "last", "--threads", "1");
        output.ShouldMatch(@"trained in 10 steps before each window, \d+ times\n");
    }

    [Fact]
    public void A_model_is_judged_only_on_rows_it_was_not_trained_on()
    {
        string file = sample.Write("sales.csv");
        sample.Train(file, "--hold-out", "30");
        string output = SampleSeries.Succeed("backtest", sample.Model, file, "--windows", "4");
        output.ShouldContain("4 windows, each 7 rows ahead, 7 apart, from 2024-06-21 to 2024-07-18");
        output.ShouldNotContain("note ");
        SampleSeries.Succeed("backtest", sample.Model, file, "--windows", "5").ShouldContain("note        1 of the 5 windows lie in rows that chose this model");
        Refused(
            "the series has 64 rows behind the 136 that the model was trained on, which is room for 9 windows of 7 rows, 7 apart, and 12 were asked for; ask for fewer, give newer rows, train with --hold-out, or give --refit",
            "backtest", sample.Model, file, "--windows", "12");
    }

    [Fact]
    public void Windows_that_overlap_are_calibrated_by_as_many_horizons_as_those_that_do_not()
    {
        string file = sample.Write("sales.csv", rows: 400);
        string Intervals(params string[] options) => SampleSeries.Succeed(["backtest", file, "--target", "sales", "--horizon", "7", "--simple", .. options])
            .Split('\n').Single(line => line.StartsWith("intervals", StringComparison.Ordinal));
        Intervals("--windows", "2").ShouldBe("intervals   calibrated on the 20 windows before the first");
        Intervals("--windows", "2", "--stride", "1").ShouldBe("intervals   calibrated on the 140 windows before the first");
        Intervals("--windows", "2", "--stride", "1", "--calibration", "30", "--intervals", "adaptive").ShouldBe("intervals   calibrated on the 30 windows before the first and on every outcome that has come since");
        Intervals("--windows", "2", "--stride", "1", "--refit").ShouldBe("intervals   calibrated on the 20 windows before the first");
        Intervals("--windows", "2", "--calibration", "0").ShouldBe("intervals   none");
        Refused(
            "there is room for 26 windows before the first one judged to calibrate intervals, and 50 were asked for; ask for fewer with --calibration",
            "backtest", file, "--target", "sales", "--horizon", "7", "--simple", "--windows", "2", "--calibration", "50");
    }

    [Fact]
    public void An_explanation_names_the_inputs_and_how_far_back_they_count()
    {
        sample.Train(sample.Write("sales.csv"));
        string output = SampleSeries.Succeed("explain", sample.Model);
        output.ShouldContain("\nsales ");
        output.ShouldContain("known, ahead");
        output.ShouldMatch(@"Half of it is in the last \d+ rows?, 90 % in the last \d+, 99 % in the last \d+ of \d+\.\n");
        JsonElement root = JsonDocument.Parse(SampleSeries.Succeed("explain", sample.Model, "--json", "--horizon", "1")).RootElement;
        root.GetProperty("steps").GetInt32().ShouldBe(1);
        root.GetProperty("inputs").EnumerateArray().Sum(input => input.GetProperty("share").GetDouble()).ShouldBe(1.0, 1e-9);
    }

    [Fact]
    public void What_does_not_go_with_a_model_is_refused_in_one_sentence()
    {
        string file = sample.Write("sales.csv");
        sample.Train(file);
        Refused("the model forecasts 7 rows ahead and --horizon asks for 8; train one with a longer horizon", "forecast", sample.Model, "--horizon", "8");
        Refused("there is no series 'north'; the model has one, without a name", "forecast", sample.Model, "--series", "north");
        string unknown = sample.Write("unknown.csv", ahead: 3);
        Refused(
            "the columns that are known ahead (promo) reach 3 rows behind the last one, and a forecast of 7 needs as many; add rows with them, in the file or with --future",
            "forecast", sample.Model, unknown);
        string hours = sample.Folder["hours.csv"];
        File.WriteAllText(hours, "date,sales,promo\n2024-01-01 00:00,1,0\n2024-01-01 01:00,2,0\n2024-01-01 02:00,2,0\n");
        Refused($"{hours}: rows come every hour where the model was trained on rows that come every day; give it such rows, or train a model on these", "forecast", sample.Model, hours);
        string other = sample.Folder["other.csv"];
        File.WriteAllText(other, "date,turnover,promo\n2024-01-01,1,0\n2024-01-02,2,0\n");
        Refused($"{other}: --target names a column 'sales' that is not there; it has date, turnover, promo", "forecast", sample.Model, other);
        Refused("say how many rows ahead to forecast with --horizon, such as --horizon 24", "train", "series", file, "--target", "sales");
        Refused("--loss learns points, --quantiles quantiles and --distribution a distribution; give one of them", "train", "series", file, "--target", "sales", "--horizon", "2", "--loss", "squared", "--quantiles", "0.1,0.9");
        SampleSeries.Run("train", "series", file, "--target", "sales", "--horizon", "2", "--quantiles", "0.9,0.1").Error.ShouldStartWith(
            "--quantiles takes levels between 0 and 1 in ascending order, such as 0.1,0.5,0.9, not '0.9,0.1'");
        Refused("a model is judged as it was trained, so --cell cannot change; leave it out, or give the CSV file alone to train another", "backtest", sample.Model, file, "--cell", "lstm");
        Refused($"'{file}' is no model, so '{other}' cannot be judged by it; give a CSV file alone, or a model and a CSV file", "backtest", file, other);
    }

    [Theory]
    [InlineData("points, by the squared error", "--loss", "squared")]
    [InlineData("points, by the absolute error", "--loss", "absolute")]
    [InlineData("points, by Huber's error", "--loss", "huber")]
    [InlineData("a normal distribution, by its likelihood", "--distribution", "gaussian")]
    [InlineData("Student's t distribution, by its likelihood", "--distribution", "student")]
    [InlineData("the quantiles 0.2, 0.5, 0.8, by the pinball loss", "--quantiles", "0.2,0.5,0.8")]
    public void What_is_learned_is_what_was_asked_for(string learned, params string[] choice) =>
        sample.Train(sample.Write("sales.csv"), ["--scaling", "last", .. choice]).ShouldContain($"learns {learned}\n");

    [Fact]
    public void Logarithms_and_the_unit_of_errors_are_said_kept_and_change_what_is_learned()
    {
        string file = sample.Write("sales.csv");
        string output = sample.Train(file, "--scaling", "last", "--logarithm", "--error-unit", "season");
        output.ShouldContain("by the pinball loss of logarithms; an error counts in mean changes of the series over a season\n");
        using (Forecaster model = Forecaster.Load(sample.Model))
        {
            model.Design.Logarithm.ShouldBeTrue();
        }

        float[] Head(params string[] more)
        {
            sample.Train(file, ["--logarithm", "--restart", .. more]);
            using SafetensorsFile saved = SafetensorsFile.Open(sample.Model);
            return saved.ReadSingles("head.W");
        }

        // One series with its last value taken out: a deviation weighs all windows alike, as their own unit does.
        float[] alike = Head("--scaling", "last");
        Head("--scaling", "last", "--error-unit", "series").ShouldBe(alike);
        Head("--scaling", "window", "--error-unit", "series").ShouldNotBe(Head("--scaling", "window"));
    }

    [Fact]
    public void A_value_without_a_logarithm_is_refused_where_it_stands()
    {
        string file = sample.Folder["zero.csv"];
        File.WriteAllText(file, "store,date,sales\n" + string.Concat(Enumerable.Range(0, 60).Select(day => FormattableString.Invariant(
            $"A,{new DateTime(2024, 1, 1).AddDays(day):yyyy-MM-dd},{day + 1}\nB,{new DateTime(2024, 1, 1).AddDays(day):yyyy-MM-dd},{(day == 40 ? "" : day == 50 ? -2 : 3)}\n"))));
        string[] before = Directory.GetFileSystemEntries(sample.Folder.Path);
        foreach (string command in (string[])["train series", "backtest"])
        {
            Refused(
                "series 'B', column 'sales': the value -2 of 2024-02-20 has no logarithm; leave --logarithm out, or leave the field empty if the value is missing",
                [.. command.Split(' '), file, "--horizon", "3", "--logarithm", "--steps", "5"]);
        }

        string counted = sample.Folder["counted.csv"];
        File.WriteAllText(counted, "y\n" + string.Concat(Enumerable.Range(0, 60).Select(row => FormattableString.Invariant($"{60 - row - 1}\n"))));
        Refused("column 'y': the value 0 of row 60 has no logarithm; leave --logarithm out, or leave the field empty if the value is missing", "train", "series", counted, "--horizon", "3", "--logarithm");
        SampleSeries.Run("train", "series", file, "--horizon", "3", "--error-unit", "percent").Error.ShouldStartWith("--error-unit takes window or series or season, not 'percent'");
        Directory.GetFileSystemEntries(sample.Folder.Path).ShouldBe([.. before, counted], ignoreOrder: true);
    }

    private static void Refused(string sentence, params string[] arguments)
    {
        (int code, _, string error) = SampleSeries.Run(arguments);
        error.ShouldBe(sentence + Environment.NewLine);
        code.ShouldBe(2);
    }
}
