namespace Cellwright.Tasks.Series;

/// <summary>
/// The sums that least squares needs of all windows of a column, with the last value of the window's input subtracted.
/// </summary>
/// <remarks>
/// Along a diagonal, the sum of products of two places in the window differs from the one before by two products, so that
/// the cost is the windows times one window and not its square.
/// </remarks>
internal sealed class WindowMoments
{
    private readonly int window;
    private readonly int horizon;

    /// <summary>No windows yet.</summary>
    /// <param name="window">The rows of an input, at least 2.</param>
    /// <param name="horizon">The rows of an outcome.</param>
    public WindowMoments(int window, int horizon)
    {
        (this.window, this.horizon) = (window, horizon);
        Sums = new RegressionSums(window - 1, horizon);
    }

    /// <summary>The sums; the window's last input is 0 and left out.</summary>
    public RegressionSums Sums { get; }

    /// <summary>Adds all windows whose outcomes begin in [first, end) and end within the column.</summary>
    /// <param name="values">The column, none missing.</param>
    /// <param name="first">The row of the first outcome of the first window, at least the window's length.</param>
    /// <param name="end">Behind the last such row.</param>
    public void Add(ReadOnlySpan<double> values, int first, int end)
    {
        first = Math.Max(first, window);
        int count = Math.Min(end, values.Length - horizon + 1) - first;
        if (count <= 0)
        {
            return;
        }

        ReadOnlySpan<double> rows = values.Slice(first - window, count + window + horizon - 1);
        int last = window - 1;
        double[][] products = Products(rows, count);
        double[] sums = RowSums(rows, count);
        double square = products[last][0];
        for (int i = 0; i < last; i++)
        {
            Sums.InputSums[i] += sums[i] - sums[last];
            double shared = square - products[i][last - i];
            for (int j = i; j < last; j++)
            {
                Sums.Inputs[j][i] += products[i][j - i] - products[j][last - j] + shared;
            }

            for (int h = 0; h < horizon; h++)
            {
                Sums.Outcomes[h][i] += products[i][window + h - i] - products[last][h + 1] + shared;
            }
        }

        for (int h = 0; h < horizon; h++)
        {
            Sums.OutcomeSums[h] += sums[window + h] - sums[last];
            double own = 0;
            foreach (double value in rows.Slice(window + h, count))
            {
                own += value * value;
            }

            Sums.OutcomeSquares[h] += own - (2 * products[last][h + 1]) + square;
        }

        Sums.Windows += count;
        Sums.Weight += count;
    }

    // [i][d] = Σ over windows s of x[s + i] x[s + i + d], for inputs i and all places i + d of the window and its outcome.
    private double[][] Products(ReadOnlySpan<double> rows, int count)
    {
        int places = window + horizon;
        double[][] products = new double[window][];
        for (int i = 0; i < window; i++)
        {
            products[i] = new double[places - i];
        }

        for (int distance = 0; distance < places; distance++)
        {
            double sum = 0;
            for (int s = 0; s < count; s++)
            {
                sum += rows[s] * rows[s + distance];
            }

            products[0][distance] = sum;
            for (int i = 1; i < window && i + distance < places; i++)
            {
                sum += (rows[count + i - 1] * rows[count + i - 1 + distance]) - (rows[i - 1] * rows[i - 1 + distance]);
                products[i][distance] = sum;
            }
        }

        return products;
    }

    private double[] RowSums(ReadOnlySpan<double> rows, int count)
    {
        double[] sums = new double[window + horizon];
        for (int s = 0; s < count; s++)
        {
            sums[0] += rows[s];
        }

        for (int i = 1; i < sums.Length; i++)
        {
            sums[i] = sums[i - 1] + rows[count + i - 1] - rows[i - 1];
        }

        return sums;
    }
}
