using Cellwright.Randomness;

namespace Cellwright.Tasks.Series;

/// <summary>All windows of some series whose outcomes lie in a range of rows, and the order in which training goes through them.</summary>
internal sealed class SeriesWindows
{
    private readonly ScaledSeries[] series;
    private readonly int sequences;
    private readonly int stride;
    private readonly (int First, int Limit)[] ends;
    private readonly int[] firsts;
    private readonly int[] order;
    private readonly RandomStream random;
    private int shuffled = -1;

    /// <summary>The windows.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="series">The series.</param>
    /// <param name="outcomes">For each, the first row that may be an outcome, and the one behind the last.</param>
    /// <param name="stride">The rows from one window to the next.</param>
    /// <param name="seed">The seed of the order.</param>
    public SeriesWindows(ForecastShape shape, ScaledSeries[] series, IReadOnlyList<(int First, int Limit)> outcomes, int stride, ulong seed)
    {
        (this.series, this.stride) = (series, stride);
        sequences = shape.SequencesPerSeries;
        random = new RandomStream(seed, "windows");
        int horizon = shape.Design.Horizon;

        // A series too short for one whole window and what follows has windows that begin before it, with rows that are missing.
        ends =
        [
            .. outcomes.Select(range => (range.First > 0 ? range.First : Math.Clamp(range.Limit - horizon, 1, shape.Design.Window), range.Limit))
                .Select(range => (First: range.Item1, Limit: Math.Max(range.Limit - horizon + 1, Math.Min(range.Item1 + 1, range.Limit)))),
        ];
        firsts = new int[series.Length + 1];
        for (int i = 0; i < series.Length; i++)
        {
            int count = (Math.Max(0, ends[i].Limit - ends[i].First) + stride - 1) / stride;
            firsts[i + 1] = checked(firsts[i] + (count * sequences));
        }

        order = [.. Enumerable.Range(0, Count)];
    }

    /// <summary>How many there are.</summary>
    public int Count => firsts[^1];

    /// <summary>Takes some windows, in order.</summary>
    /// <param name="batch">Receives them; places past the last window are empty.</param>
    /// <param name="first">The first.</param>
    /// <param name="limit">The row of each series from which on nothing is known; null for its end.</param>
    public void Fill(WindowBatch batch, int first, IReadOnlyList<int>? limit)
    {
        for (int i = 0; i < batch.Windows; i++)
        {
            if (first + i >= Count)
            {
                batch.Clear(i);
                continue;
            }

            int at = order[first + i];
            int source = Array.BinarySearch(firsts, at);
            source = source < 0 ? ~source - 1 : source;
            while (firsts[source + 1] == firsts[source])
            {
                source++;
            }

            int own = at - firsts[source];
            batch.Fill(i, series[source], own % sequences, ends[source].First + (own / sequences * stride), limit is null ? series[source].Length : limit[source]);
        }
    }

    /// <summary>Puts the windows in the order of an epoch, which follows from the seed.</summary>
    public void Shuffle(int epoch)
    {
        if (shuffled == epoch)
        {
            return;
        }

        shuffled = epoch;
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
        }

        for (int i = order.Length - 1; i > 0; i--)
        {
            int other = random.Below((ulong)epoch, (ulong)i, i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
    }
}
