namespace Cellwright.Tasks.Series;

/// <summary>
/// Intervals that follow a series as it drifts: adaptive conformal inference (Gibbs and Candès, 2021). Each outcome that
/// falls outside its interval widens the next ones, each inside narrows them, so that coverage over time approaches the
/// nominal one whatever the series does.
/// </summary>
/// <remarks>
/// For each step, target and pair of levels there is a working level α, moved by α ← α + γ (α* − miss) when an outcome
/// arrives, and the latest errors, whose quantile 1 − α is the width. Forecasts are issued and outcomes observed in the order
/// of time, so that no interval can know an outcome that came after it. Where α falls to 0 the largest error is the width.
/// One series; not to be used by two threads at once.
/// </remarks>
public sealed class AdaptiveConformal
{
    private readonly QuantilePairs pairs;
    private readonly int horizon;
    private readonly int targets;
    private readonly AdaptiveConformalOptions options;
    private readonly LatestScores[] scores;
    private readonly double[] alphas;
    private readonly Queue<Issued> pending = new();

    /// <summary>No forecast issued yet.</summary>
    /// <param name="horizon">The steps of a forecast, at least 1.</param>
    /// <param name="targets">The targets, at least 1.</param>
    /// <param name="levels">The levels of the quantiles: ascending, in pairs around 0.5.</param>
    /// <param name="options">The rate and the memory; null for the defaults.</param>
    public AdaptiveConformal(int horizon, int targets, IReadOnlyList<double> levels, AdaptiveConformalOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(targets, 1);
        ArgumentNullException.ThrowIfNull(levels);
        (this.horizon, this.targets, this.options, pairs) = (horizon, targets, options ?? new AdaptiveConformalOptions(), new QuantilePairs(levels));
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.Memory, 1, nameof(options));
        int count = horizon * targets * pairs.Count;
        scores = [.. Enumerable.Range(0, count).Select(_ => new LatestScores(this.options.Memory))];
        alphas = [.. Enumerable.Range(0, count).Select(i => 1 - pairs.Coverage(i % pairs.Count))];
    }

    /// <summary>Gives a forecast its intervals and remembers it until its outcomes have come. Infinite where no outcome of a step has come yet.</summary>
    /// <param name="origin">The row of the forecast's first step; rows before it may have been observed, and none from it on.</param>
    /// <param name="scales">The unit of each target's errors, such as its recent mean change; all 1 where errors are compared as they are.</param>
    /// <param name="quantiles">The method's quantiles, or its point for each, [horizon, targets, levels]; receives the intervals.</param>
    public void Issue(long origin, ReadOnlySpan<double> scales, Span<double> quantiles)
    {
        int levels = pairs.Levels.Length;
        if (scales.Length != targets || quantiles.Length != horizon * targets * levels)
        {
            throw new ArgumentException("the quantiles are not [horizon, targets, levels], or the scales not [targets]", nameof(quantiles));
        }

        double[] basis = quantiles.ToArray();
        for (int i = 0; i < scores.Length; i++)
        {
            (int cell, int pair) = Math.DivRem(i, pairs.Count);
            pairs.Widen(pair, scores[i].Quantile(1 - alphas[i]) * scales[cell % targets], quantiles.Slice(cell * levels, levels));
        }

        pairs.Sort(quantiles);
        pending.Enqueue(new Issued(origin, scales.ToArray(), basis, quantiles.ToArray()));
    }

    /// <summary>Learns from the outcomes of a row, for every forecast that reached it.</summary>
    /// <param name="row">The row; rows come in ascending order.</param>
    /// <param name="outcomes">What came, [targets]; what is missing (NaN) teaches nothing.</param>
    public void Observe(long row, ReadOnlySpan<double> outcomes)
    {
        foreach (Issued forecast in pending)
        {
            long step = row - forecast.Origin;
            if (step >= 0 && step < horizon)
            {
                Learn(forecast, (int)step, outcomes);
            }
        }

        while (pending.TryPeek(out Issued? first) && row >= first.Origin + horizon - 1)
        {
            pending.Dequeue();
        }
    }

    private void Learn(Issued forecast, int step, ReadOnlySpan<double> outcomes)
    {
        int levels = pairs.Levels.Length;
        for (int target = 0; target < targets; target++)
        {
            if (double.IsNaN(outcomes[target]))
            {
                continue;
            }

            int cell = (step * targets) + target;
            ReadOnlySpan<double> basis = forecast.Basis.AsSpan(cell * levels, levels);
            ReadOnlySpan<double> issued = forecast.Quantiles.AsSpan(cell * levels, levels);
            for (int pair = 0; pair < pairs.Count; pair++)
            {
                int i = (cell * pairs.Count) + pair;

                // An infinite interval was no claim, and being right about it no merit.
                if (double.IsFinite(issued[pair]))
                {
                    bool miss = outcomes[target] < issued[pair] || outcomes[target] > issued[pairs.Upper(pair)];
                    alphas[i] += options.Rate * (1 - pairs.Coverage(pair) - (miss ? 1 : 0));
                }

                scores[i].Add(pairs.Score(pair, outcomes[target], basis, forecast.Scales[target]));
            }
        }
    }

    private sealed record Issued(long Origin, double[] Scales, double[] Basis, double[] Quantiles);
}
