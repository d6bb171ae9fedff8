namespace Cellwright.Tasks.Series;

/// <summary>Puts values in the place of those that are missing.</summary>
internal static class MissingValues
{
    /// <summary>Fills a column by a rule.</summary>
    /// <param name="column">The values, NaN where one is missing.</param>
    /// <param name="rule">The rule.</param>
    public static void Fill(Span<double> column, MissingRule rule)
    {
        if (rule == MissingRule.Mask)
        {
            return;
        }

        for (int last = First(column, 0); last < column.Length;)
        {
            int next = First(column, last + 1);
            double slope = rule == MissingRule.Carry || next == column.Length ? 0.0 : (column[next] - column[last]) / (next - last);
            for (int row = last + 1; row < next; row++)
            {
                column[row] = column[last] + (slope * (row - last));
            }

            last = next;
        }
    }

    /// <summary>The values with none missing, of which at least one is there: linear between the neighbours, at the ends the nearest one.</summary>
    public static double[] Filled(ReadOnlySpan<double> column)
    {
        double[] filled = column.ToArray();
        Fill(filled, MissingRule.Interpolate);
        int first = First(filled, 0);
        filled.AsSpan(0, first).Fill(filled[first]);
        return filled;
    }

    /// <summary>How many values are missing, and the length of the longest run of them.</summary>
    public static (int Count, int Longest) Count(ReadOnlySpan<double> column)
    {
        int count = 0;
        int longest = 0;
        int run = 0;
        foreach (double value in column)
        {
            run = double.IsNaN(value) ? run + 1 : 0;
            count += Math.Sign(run);
            longest = Math.Max(longest, run);
        }

        return (count, longest);
    }

    /// <summary>The first row from one on with a value; the length where there is none.</summary>
    public static int First(ReadOnlySpan<double> column, int from)
    {
        int row = from;
        while (row < column.Length && double.IsNaN(column[row]))
        {
            row++;
        }

        return row;
    }
}
