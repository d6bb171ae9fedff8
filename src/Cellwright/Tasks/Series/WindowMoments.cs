namespace Cellwright.Tasks.Series;

/// <summary>
/// Sums over all windows of a column, with the last value of the window's input subtracted: of products of two inputs, of
/// an input and an outcome, of squares of outcomes, and of each. They are all that least squares needs of the windows.
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
        Inputs = Matrix(window - 1, window - 1);
        Outcomes = Matrix(horizon, window - 1);
        OutcomeSquares = new double[horizon];
        InputSums = new double[window - 1];
        OutcomeSums = new double[horizon];
    }

    /// <summary>How many windows were added.</summary>
    public long Windows { get; private set; }

    /// <summary>Σ zᵢ zⱼ, [window − 1, window − 1]; the last input is 0 and left out.</summary>
    public double[][] Inputs { get; }

    /// <summary>Σ yₕ zᵢ, [horizon, window − 1].</summary>
    public double[][] Outcomes { get; }

    /// <summary>Σ yₕ², [horizon].</summary>
    public double[] OutcomeSquares { get; }

    /// <summary>Σ zᵢ, [window − 1].</summary>
    public double[] InputSums { get; }

    /// <summary>Σ yₕ, [horizon].</summary>
    public double[] OutcomeSums { get; }

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
        double[] sums = Sums(rows, count);
        double square = products[last][0];
        for (int i = 0; i < last; i++)
        {
            InputSums[i] += sums[i] - sums[last];
            double shared = square - products[i][last - i];
            for (int j = i; j < last; j++)
            {
                double product = products[i][j - i] - products[j][last - j] + shared;
                Inputs[i][j] += product;
                Inputs[j][i] = Inputs[i][j];
            }

            for (int h = 0; h < horizon; h++)
            {
                Outcomes[h][i] += products[i][window + h - i] - products[last][h + 1] + shared;
            }
        }

        for (int h = 0; h < horizon; h++)
        {
            OutcomeSums[h] += sums[window + h] - sums[last];
            double own = 0;
            foreach (double value in rows.Slice(window + h, count))
            {
                own += value * value;
            }

            OutcomeSquares[h] += own - (2 * products[last][h + 1]) + square;
        }

        Windows += count;
    }

    /// <summary>Adds the windows of other sums.</summary>
    public void Add(WindowMoments other)
    {
        for (int i = 0; i < window - 1; i++)
        {
            AddTo(Inputs[i], other.Inputs[i]);
        }

        for (int h = 0; h < horizon; h++)
        {
            AddTo(Outcomes[h], other.Outcomes[h]);
        }

        AddTo(OutcomeSquares, other.OutcomeSquares);
        AddTo(InputSums, other.InputSums);
        AddTo(OutcomeSums, other.OutcomeSums);
        Windows += other.Windows;
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

    private double[] Sums(ReadOnlySpan<double> rows, int count)
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

    private static void AddTo(double[] sums, double[] other)
    {
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += other[i];
        }
    }

    private static double[][] Matrix(int rows, int columns) => [.. Enumerable.Range(0, rows).Select(_ => new double[columns])];
}
