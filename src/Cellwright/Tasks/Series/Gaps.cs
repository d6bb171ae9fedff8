namespace Cellwright.Tasks.Series;

/// <summary>What simple methods do about missing values: linear between the neighbours, at the ends the nearest one.</summary>
internal static class Gaps
{
    /// <summary>The values with none missing, of which at least one is there.</summary>
    public static double[] Fill(ReadOnlySpan<double> values)
    {
        double[] filled = values.ToArray();
        int before = -1;
        for (int i = 0; i < filled.Length; i++)
        {
            if (double.IsNaN(filled[i]))
            {
                continue;
            }

            for (int gap = before + 1; gap < i; gap++)
            {
                filled[gap] = before < 0 ? filled[i] : filled[before] + ((filled[i] - filled[before]) * (gap - before) / (i - before));
            }

            before = i;
        }

        filled.AsSpan(before + 1).Fill(filled[before]);
        return filled;
    }
}
