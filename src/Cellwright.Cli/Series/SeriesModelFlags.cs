using System.CommandLine;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>The options that say what a forecaster is made of, and the defaults that follow from the data.</summary>
internal static class SeriesModelFlags
{
    private const int MostWindow = 720;
    private const int MostSteps = 32;
    private const string Auto = "auto";

    private static readonly Option<int?> HorizonOption = Options.OptionalWhole("--horizon", "How many rows ahead to forecast; has to be given.", 1, 100_000);
    private static readonly LayerFlags Layers = new("gru", 64, "series");
    private static readonly Option<int?> WindowOption = Options.OptionalWhole(
        "--window", "The rows that are read for a forecast. [default: three horizons and some seasons, at most 720 and a third of the rows]", 1, 100_000);

    private static readonly Option<int?> SegmentOption = Options.OptionalWhole("--segment", "How many rows one step of the layers reads. [default: such that a window is at most 32 steps; step by step 1]", 1, 100_000);
    private static readonly Option<ForecastDecoding> DecodingOption = Options.Choice("--decoding", "How the rows ahead are made: all at once, or segment by segment, each read as the next input.", ForecastDecoding.Parallel);
    private static readonly Option<string> ResidualOption = Word("--residual", "The simple forecast that the model corrects. [default: none; with --carried last]", "none", "last", "seasonal");
    private static readonly Option<string> ScalingOption = Word(
        "--scaling", "What is taken out of a window and put back into its forecast: nothing, its last value, or its mean and deviation. [default: the one with the least error in short trials on the validation rows]", Auto, "none", "last", "window");

    private static readonly Option<bool> LogarithmOption = new("--logarithm") { Description = "Read and forecast the targets' logarithms, so that changes count in proportion to the level; all values have to be above 0." };
    private static readonly Option<int?> SeasonOption = Options.OptionalWhole("--season", "The rows of a season. [default: from the step or the autocorrelation]", 1, 100_000);
    private static readonly Option<bool> CarriedOption = new("--carried") { Description = "Carry the state on from window to window, so that an event outside the window still counts." };
    private static readonly Option<bool> JointOption = new("--joint") { Description = "Read all targets together as one sequence; otherwise each is one of its own, with the same parameters." };
    private static readonly Option<bool> LinearOption = new("--linear") { Description = "Add a linear map from the window to the rows ahead." };
    private static readonly Option<bool> CombineOption = new("--combine") { Description = "Combine the trained model with a linear map of the window that is fitted in closed form; the validation rows choose its share." };
    private static readonly Option<double> DropoutOption = Options.Real("--dropout", "The share of elements dropped at random between layers and before the output; less than 1.", 0.0, zeroToo: true);
    private static readonly Option<string> LossOption = Word("--loss", "Learn points by this error, instead of quantiles.", "squared", "absolute", "huber");
    private static readonly Option<string> DistributionOption = Word("--distribution", "Learn a distribution by its likelihood, instead of quantiles.", "gaussian", "student");
    private static readonly Option<double[]?> QuantilesOption = new("--quantiles")
    {
        Description = "Learn these quantiles by the pinball loss. [default: 0.025,0.1,0.5,0.9,0.975]",
        HelpName = "levels",
        CustomParser = result =>
        {
            string text = string.Join(',', result.Tokens.Select(token => token.Value));
            double[] levels = [.. text.Split(',').Select(word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out double level) ? level : double.NaN)];
            if (levels.Where((level, i) => !(level > (i == 0 ? 0 : levels[i - 1]) && level < 1)).Any())
            {
                result.AddError($"--quantiles takes levels between 0 and 1 in ascending order, such as 0.1,0.5,0.9, not '{text}'");
            }

            return levels;
        },
    };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            HorizonOption, .. Layers.All, WindowOption, SegmentOption, DecodingOption, ResidualOption, ScalingOption, LogarithmOption, SeasonOption,
            CarriedOption, JointOption, LinearOption, CombineOption, DropoutOption, LossOption, QuantilesOption, DistributionOption])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The rows to forecast.</summary>
    /// <exception cref="UsageException">They were not given.</exception>
    public static int Horizon(ParseResult parsed) => parsed.GetValue(HorizonOption)
        ?? throw new UsageException("say how many rows ahead to forecast with --horizon, such as --horizon 24");

    /// <summary>Whether the trained model is combined with a linear map.</summary>
    public static bool Combines(ParseResult parsed) => parsed.GetValue(CombineOption);

    /// <summary>The season that was given, or that the series have.</summary>
    public static Season Season(ParseResult parsed, SeriesSet set) => parsed.GetValue(SeasonOption) is { } rows ? new Season(rows, "as asked for") : Tasks.Series.Season.Of(set);

    /// <summary>The designs that were asked for: one, or one for each scaling that is to be tried.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="set">The series that are trained on.</param>
    /// <param name="season">Their season.</param>
    /// <param name="trained">The rows of a typical series that are trained on.</param>
    /// <exception cref="UsageException">A cell cannot be found or does not fit, or two options do not go together.</exception>
    public static IReadOnlyList<ForecasterDesign> Designs(ParseResult parsed, SeriesSet set, Season season, int trained)
    {
        Cell[] cells = Layers.Cells(parsed);
        int horizon = Horizon(parsed);
        bool carried = parsed.GetValue(CarriedOption);
        ForecastDecoding decoding = parsed.GetValue(DecodingOption);
        (int window, int segment) = Window(parsed, horizon, season.Length, trained, decoding);
        ForecasterDesign design = new()
        {
            Cells = cells,
            Hidden = Layers.Hidden(parsed),
            Sizes = Sizes(parsed, cells),
            Window = window,
            Horizon = horizon,
            Segment = segment,
            Decoding = decoding,
            Joint = parsed.GetValue(JointOption),
            Linear = parsed.GetValue(LinearOption),
            Logarithm = parsed.GetValue(LogarithmOption),
            Carried = carried,
            Baseline = parsed.GetValue(ResidualOption) switch { "none" => ForecastBaseline.None, "last" => ForecastBaseline.LastValue, "seasonal" => ForecastBaseline.SeasonalNaive, _ => carried ? ForecastBaseline.LastValue : ForecastBaseline.None },
            Period = season.Length,
            Dropout = parsed.GetValue(DropoutOption),
            MarksMissing = set.Series.Any(series => Enumerable.Range(0, series.Columns.Targets).Any(target => series.Target(target).Contains(double.NaN))),
            Head = Head(parsed),
        };
        if (design.Logarithm)
        {
            CheckPositive(set);
        }

        WindowScaling[] scalings = (parsed.GetValue(ScalingOption), carried) switch
        {
            ("none", _) or (null or Auto, true) => [WindowScaling.None],
            ("last", _) => [WindowScaling.LastValue],
            ("window", _) => [WindowScaling.MeanDeviation],
            _ => [WindowScaling.LastValue, WindowScaling.MeanDeviation, WindowScaling.None],
        };
        ForecasterDesign[] designs = [.. scalings.Select(scaling => design with { Scaling = scaling })];
        ForecasterDesign result = designs[0] with { Linear = designs[0].Linear || Combines(parsed) };
        return (designs[0].Problem() ?? result.Problem()) is { } problem ? throw new UsageException(problem) : designs;
    }

    /// <summary>What a model is made of, in a few words.</summary>
    public static string Describe(ForecasterDesign design)
    {
        string steps = design.Segment == 1 ? "1 row a step" : FormattableString.Invariant($"{design.Segment} rows a step");
        string decoding = design.Decoding == ForecastDecoding.Parallel ? "all at once" : "step by step";
        string more = string.Concat(
            design.Carried ? ", carried state" : string.Empty,
            design.Joint ? ", targets together" : string.Empty,
            design.Linear ? ", with a linear part" : string.Empty,
            design.Dropout > 0 ? FormattableString.Invariant($", dropout {design.Dropout}") : string.Empty);
        return FormattableString.Invariant($"{LayerFlags.Describe(design.Cells)}, hidden {design.Hidden}, window {design.Window} ({steps}), {design.Horizon} {(design.Horizon == 1 ? "row" : "rows")} ahead {decoding}{more}");
    }

    /// <summary>What a model learns, in a few words.</summary>
    public static string DescribeHead(ForecastHead head) => head.Kind switch
    {
        ForecastHeadKind.SquaredError => "points, by the squared error",
        ForecastHeadKind.AbsoluteError => "points, by the absolute error",
        ForecastHeadKind.Huber => "points, by Huber's error",
        ForecastHeadKind.Gaussian => "a normal distribution, by its likelihood",
        ForecastHeadKind.Student => "Student's t distribution, by its likelihood",
        _ => $"the quantiles {string.Join(", ", head.Levels.Select(level => level.ToString(CultureInfo.InvariantCulture)))}, by the pinball loss",
    };

    /// <summary>A scaling as the option spells it, with what it does.</summary>
    public static string Describe(WindowScaling scaling) => scaling switch
    {
        WindowScaling.LastValue => "last (the window's last value taken out)",
        WindowScaling.MeanDeviation => "window (the window's mean and deviation taken out)",
        _ => "none (nothing taken out of a window)",
    };

    /// <summary>The simple forecast that a model corrects.</summary>
    public static string Describe(ForecastBaseline baseline) => baseline switch
    {
        ForecastBaseline.LastValue => "the last value",
        ForecastBaseline.SeasonalNaive => "the seasonal naive forecast",
        _ => "nothing",
    };

    private static ForecastHead Head(ParseResult parsed)
    {
        (string? loss, string? distribution, double[]? levels) = (parsed.GetValue(LossOption), parsed.GetValue(DistributionOption), parsed.GetValue(QuantilesOption));
        if ((loss is null ? 0 : 1) + (distribution is null ? 0 : 1) + (levels is null or [] ? 0 : 1) > 1)
        {
            throw new UsageException("--loss learns points, --quantiles quantiles and --distribution a distribution; give one of them");
        }

        return (loss, distribution) switch
        {
            ("squared", _) => ForecastHead.Mean,
            ("absolute", _) => ForecastHead.Median,
            ("huber", _) => new ForecastHead { Kind = ForecastHeadKind.Huber },
            (_, "gaussian") => ForecastHead.Distribution(ForecastHeadKind.Gaussian),
            (_, "student") => ForecastHead.Distribution(ForecastHeadKind.Student),
            _ => ForecastHead.Quantiles(levels ?? []),
        };
    }

    private static void CheckPositive(SeriesSet set)
    {
        foreach (TimeSeries series in set.Series)
        {
            for (int target = 0; target < set.TargetNames.Count; target++)
            {
                ReadOnlySpan<double> values = series.Target(target);
                if (values.IndexOfAnyInRange(double.NegativeInfinity, 0.0) is >= 0 and int row)
                {
                    string of = series.Id.Length > 0 ? $"series '{series.Id}', " : string.Empty;
                    string at = series.Start is { } start && set.Step.Unit != TimeUnit.Row ? SeriesTime.Text(set.Step.Add(start, row), set.Step) : FormattableString.Invariant($"row {row + 1}");
                    throw new UsageException(FormattableString.Invariant(
                        $"{of}column '{set.TargetNames[target]}': the value {values[row]} of {at} has no logarithm; leave --logarithm out, or leave the field empty if the value is missing"));
                }
            }
        }
    }

    // A window of some seasons and three horizons, read in segments that divide a season.
    private static (int Window, int Segment) Window(ParseResult parsed, int horizon, int season, int trained, ForecastDecoding decoding)
    {
        int? givenSegment = parsed.GetValue(SegmentOption);
        if (parsed.GetValue(WindowOption) is { } given)
        {
            return (given, givenSegment ?? (decoding == ForecastDecoding.Recursive ? 1 : Divisor(given, given)));
        }

        int wanted = Math.Max(3 * horizon, season is > 1 and <= 24 ? 7 * season : 3 * season);
        int window = Math.Max(1, Math.Min(Math.Min(Math.Max(wanted, 20), MostWindow), trained / 3));
        int segment = givenSegment ?? (decoding == ForecastDecoding.Recursive ? 1 : Divisor(season > 1 ? season : window, window));
        return (Math.Max(segment, window / segment * segment), segment);
    }

    // The smallest divisor of some rows by which a window has few steps; the whole window where only that does.
    private static int Divisor(int rows, int window) =>
        Enumerable.Range(1, rows).FirstOrDefault(divisor => rows % divisor == 0 && window / divisor <= MostSteps, rows);

    // The widths of inputs follow from the series; the other sizes do not.
    private static Dictionary<string, int> Sizes(ParseResult parsed, Cell[] cells)
    {
        Dictionary<string, int> sizes = [];
        foreach (Cell cell in cells)
        {
            foreach ((string name, int size) in Layers.SizesOf(parsed, cell, cells, input: 1).Where(size => size.Key is not ("input" or "hidden")))
            {
                sizes.TryAdd(name, size);
            }
        }

        return sizes;
    }

    private static Option<string> Word(string name, string description, params string[] words) => SeriesFlags.Word(name, description, words)!;
}
