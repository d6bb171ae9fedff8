using System.Globalization;

namespace Cellwright.Tasks.Series;

/// <summary>What a backtest found: a row for each method, and who won.</summary>
public sealed class BacktestResult
{
    private readonly double[][] errors;
    private readonly int overlap;
    private readonly string measure;
    private readonly string unit;

    internal BacktestResult(IReadOnlyList<BacktestRow> rows, double[][] errors, string measure, string unit, int overlap, Season season, int series, int windows)
    {
        (Rows, this.errors, this.measure, this.unit, this.overlap) = (rows, errors, measure, unit, overlap);
        (Season, Series, Windows) = (season, series, windows);
    }

    /// <summary>A row for each method, in the order they were given.</summary>
    public IReadOnlyList<BacktestRow> Rows { get; }

    /// <summary>The season that MASE, MSIS and Naive2 were taken with.</summary>
    public Season Season { get; }

    /// <summary>How many series were judged.</summary>
    public int Series { get; }

    /// <summary>How many windows of each.</summary>
    public int Windows { get; }

    /// <summary>The method with the smallest error: MASE, or MAE where no series has a scale.</summary>
    public string Winner => Rows[Best(except: -1)].Method;

    /// <summary>One sentence on who won, by how much, and whether that is more than noise.</summary>
    public string Verdict
    {
        get
        {
            int best = Best(except: -1);
            return Rows.Count == 1 ? $"{Rows[0].Method} was judged alone: its {measure} is {Number(Error(0))}." : Compare(best, Best(best));
        }
    }

    /// <summary>One sentence on how a method stands against the best of the others.</summary>
    /// <param name="method">Its name.</param>
    /// <exception cref="ArgumentException">No row, or no other, has this name.</exception>
    public string VerdictOn(string method)
    {
        int at = Index(method);
        int other = Best(at);
        return other < 0 ? throw new ArgumentException("there is no other method to compare with", nameof(method)) : Error(at) <= Error(other) ? Compare(at, other) : Lost(at, other);
    }

    /// <summary>The difference of two methods' errors, first less second, on the same windows.</summary>
    /// <exception cref="ArgumentException">No row has such a name.</exception>
    public PairedDifference Difference(string first, string second) => Difference(Index(first), Index(second));

    private string Compare(int winner, int other)
    {
        PairedDifference difference = Difference(winner, other);
        string figures = $"{measure} {Number(Error(winner))} against {Number(Error(other))}";
        return difference.BeyondNoise
            ? $"{Rows[winner].Method} won: {figures} of {Rows[other].Method}, {Size(difference, other)} less; more than noise ({Noise(difference)})."
            : $"No method clearly won: {Rows[winner].Method} has the smallest error, {figures} of {Rows[other].Method}, but {Size(difference, other)} less is within noise ({Noise(difference)}).";
    }

    private string Lost(int loser, int other)
    {
        PairedDifference difference = Difference(loser, other);
        string figures = $"{measure} {Number(Error(loser))} against {Number(Error(other))}, {Size(difference, other)} more";
        return difference.BeyondNoise
            ? $"{Rows[loser].Method} did not beat {Rows[other].Method}: {figures}; more than noise ({Noise(difference)})."
            : $"{Rows[loser].Method} did not beat {Rows[other].Method}: {figures}, which is within noise ({Noise(difference)}).";
    }

    private string Noise(PairedDifference difference) => difference.Units < 2
        ? $"one {unit} says nothing of it"
        : $"standard error {Number(difference.StandardError)} over {difference.Units.ToString(CultureInfo.InvariantCulture)} {(unit == "series" ? unit : unit + "s")}";

    private string Size(PairedDifference difference, int other) => string.Create(CultureInfo.InvariantCulture, $"{Number(Math.Abs(difference.Mean))} ({Math.Abs(difference.Mean) / Error(other):0.0%})");

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private PairedDifference Difference(int first, int second) => PairedDifference.Of(errors[first], errors[second], overlap);

    private double Error(int method) => measure == "MASE" ? Rows[method].Mase : Rows[method].Mae;

    private int Best(int except) => Enumerable.Range(0, Rows.Count).Where(each => each != except).OrderBy(Error).FirstOrDefault(-1);

    private int Index(string method)
    {
        int at = Rows.Select(row => row.Method).ToList().IndexOf(method);
        return at >= 0 ? at : throw new ArgumentException($"no method was called '{method}'; there are {string.Join(", ", Rows.Select(row => row.Method))}", nameof(method));
    }
}
