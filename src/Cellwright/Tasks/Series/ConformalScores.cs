namespace Cellwright.Tasks.Series;

/// <summary>How far outcomes of held-out windows lay outside, for each step, target and pair of levels: what intervals are calibrated by.</summary>
internal sealed class ConformalScores
{
    private readonly QuantilePairs pairs;
    private readonly int targets;
    private readonly List<double>[] scores;
    private bool sorted;

    public ConformalScores(QuantilePairs pairs, int horizon, int targets)
    {
        (this.pairs, this.targets) = (pairs, targets);
        scores = [.. Enumerable.Range(0, horizon * targets * pairs.Count).Select(_ => new List<double>())];
    }

    /// <summary>The fewest outcomes that any step and target has.</summary>
    public int Fewest => scores.Length == 0 ? 0 : scores.Min(each => each.Count);

    /// <summary>Adds a window; outcomes that are missing do not count.</summary>
    /// <param name="quantiles">What was said, [horizon, targets, levels].</param>
    /// <param name="series">The series with the outcomes.</param>
    /// <param name="origin">The row of the first outcome.</param>
    /// <param name="scales">The scales, [targets].</param>
    public void Add(ReadOnlySpan<double> quantiles, TimeSeries series, int origin, ReadOnlySpan<double> scales)
    {
        sorted = false;
        int levels = pairs.Levels.Length;
        for (int cell = 0; cell < scores.Length / Math.Max(1, pairs.Count); cell++)
        {
            int target = cell % targets;
            double outcome = series.Target(target)[origin + (cell / targets)];
            for (int pair = 0; pair < pairs.Count && !double.IsNaN(outcome); pair++)
            {
                scores[(cell * pairs.Count) + pair].Add(pairs.Score(pair, outcome, quantiles.Slice(cell * levels, levels), scales[target]));
            }
        }
    }

    /// <summary>Makes quantiles as wide as the outcomes ask for: by the ⌈(n + 1) · coverage⌉-th smallest of n scores, or the largest where there is no such one.</summary>
    /// <param name="quantiles">The quantiles, [steps, targets, levels], of no more steps than the scores have.</param>
    /// <param name="scales">The scales, [targets].</param>
    public void Widen(Span<double> quantiles, ReadOnlySpan<double> scales)
    {
        Sort();
        int levels = pairs.Levels.Length;
        for (int cell = 0; cell < quantiles.Length / levels; cell++)
        {
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                List<double> own = scores[(cell * pairs.Count) + pair];
                double score = own.Count == 0 ? double.PositiveInfinity : own[Rank(own.Count, pairs.Coverage(pair)) - 1];
                pairs.Widen(pair, score * scales[cell % targets], quantiles.Slice(cell * levels, levels));
            }
        }

        pairs.Sort(quantiles);
    }

    /// <summary>The widths of the intervals.</summary>
    /// <param name="season">The rows of a season, for the unit.</param>
    public IntervalWidths ToWidths(int season)
    {
        Sort();
        return new IntervalWidths(
            pairs, [.. scores.Select((own, i) => own.Count == 0 ? double.PositiveInfinity : own[Rank(own.Count, pairs.Coverage(i % pairs.Count)) - 1])], targets, season);
    }

    /// <summary>Sorts what was added, after which threads may share the scores.</summary>
    public void Sort()
    {
        if (!sorted)
        {
            foreach (List<double> each in scores)
            {
                each.Sort();
            }

            sorted = true;
        }
    }

    /// <summary>The rank among n scores, 1 to n, that covers a share: ⌈(n + 1) · coverage⌉ and no more than n.</summary>
    public static int Rank(int count, double coverage) =>
        // Below the next whole number by more than rounding.
        Math.Clamp((int)Math.Ceiling(((count + 1) * coverage) - 1e-9), 1, count);
}
