using System.Globalization;

namespace Cellwright.Cli.Benchmarks;

/// <summary>Measured cases as a table, for the terminal and for a page.</summary>
/// <remarks>A peer's place holds its time and how many times as fast ours is.</remarks>
internal sealed class SpeedTable
{
    private readonly IReadOnlyList<BenchmarkResult> results;

    /// <summary>A table with a row for each case.</summary>
    /// <param name="results">At least one case, all of one mode.</param>
    public SpeedTable(IReadOnlyList<BenchmarkResult> results)
    {
        this.results = results;
        bool isStep = results[0].Mode == "step";
        bool hasCells = results.Any(result => result.Cell != results[0].Cell);
        // A step takes one thread unless more are asked for.
        bool hasThreads = !isStep || results.Any(result => result.Threads != 1);
        string[] peers = [.. results.SelectMany(result => result.Peers.Keys).Distinct()];
        Headings =
        [
            .. hasCells ? new[] { "cell" } : [],
            isStep ? "H" : "B×H",
            .. hasThreads ? new[] { "threads" } : [],
            .. isStep ? new[] { "one step", "weights, GB/s" } : ["ms", "GFLOP/s", "of peak"],
            .. peers.Select(peer => isStep ? peer : $"{peer}, ms"),
        ];
        Rows = [.. results.Select(result => (string[])
        [
            .. hasCells ? new[] { result.Cell } : [],
            isStep ? result.Hidden.ToString(CultureInfo.InvariantCulture) : $"{result.Batch}×{result.Hidden}",
            .. hasThreads ? new[] { result.Threads.ToString(CultureInfo.InvariantCulture) } : [],
            .. isStep ? StepCells(result) : BatchCells(result),
            .. peers.Select(peer => result.Peers.TryGetValue(peer, out double theirs)
                ? $"{(isStep ? Time(theirs) : Number(theirs))} ({(theirs / result.Milliseconds).ToString("0.00", CultureInfo.InvariantCulture)}×)"
                : string.Empty),
        ])];
    }

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Headings { get; }

    /// <summary>A row for each case.</summary>
    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>The peak and the memory that go with the figures.</summary>
    public string Remark
    {
        get
        {
            IEnumerable<string> peaks = results.GroupBy(result => result.Threads).OrderBy(group => group.Key).Select(group =>
            {
                string[] ends = [.. new[] { group.Min(result => result.PeakGflops), group.Max(result => result.PeakGflops) }.Select(peak => peak.ToString("0", CultureInfo.InvariantCulture)).Distinct()];
                return $"{string.Join(" to ", ends)} GFLOP/s with {group.Key} {(group.Key == 1 ? "thread" : "threads")}";
            });
            return string.Create(
                CultureInfo.InvariantCulture,
                $"Multiply-add peak between the repetitions: {string.Join(", ", peaks)}. Managed memory allocated by the timed passes: {results.Max(result => result.AllocatedBytes)} bytes.");
        }
    }

    /// <summary>The table in Markdown, with its remark.</summary>
    public string Markdown()
    {
        static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";
        return string.Join('\n', [Line(Headings), Line(Headings.Select(_ => "---")), .. Rows.Select(Line), string.Empty, Remark]);
    }

    private static string[] BatchCells(BenchmarkResult result) =>
    [
        Number(result.Milliseconds),
        Number(result.Gflops),
        result.ShareOfPeak.ToString("P0", CultureInfo.InvariantCulture).Replace(" ", string.Empty, StringComparison.Ordinal),
    ];

    // A step reads each weight, 4 bytes, for one multiply-add, 2 operations.
    private static string[] StepCells(BenchmarkResult result) => [Time(result.Milliseconds), Number(2 * result.Gflops)];

    private static string Time(double milliseconds) => milliseconds switch
    {
        < 0.001 => $"{Number(milliseconds * 1e6)} ns",
        < 1 => $"{Number(milliseconds * 1e3)} µs",
        _ => $"{Number(milliseconds)} ms",
    };

    // Three digits; whole numbers in full.
    private static string Number(double value) => value switch
    {
        >= 100 => value.ToString("0", CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.00", CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.000", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0000", CultureInfo.InvariantCulture),
    };
}
