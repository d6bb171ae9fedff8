using System.Numerics.Tensors;

namespace Cellwright.Tasks.Series;

/// <summary>
/// Weighted sums over windows of products of inputs and outcomes: all that least squares needs of the windows.
/// </summary>
internal sealed class RegressionSums
{
    /// <summary>No windows yet.</summary>
    /// <param name="inputs">The inputs of a window.</param>
    /// <param name="outcomes">Its outcomes.</param>
    public RegressionSums(int inputs, int outcomes)
    {
        Inputs = [.. Enumerable.Range(1, inputs).Select(length => new double[length])];
        Outcomes = [.. Enumerable.Range(0, outcomes).Select(_ => new double[inputs])];
        OutcomeSquares = new double[outcomes];
        InputSums = new double[inputs];
        OutcomeSums = new double[outcomes];
    }

    /// <summary>How many windows were added.</summary>
    public long Windows { get; set; }

    /// <summary>The sum of their weights.</summary>
    public double Weight { get; set; }

    /// <summary>Σ w zᵢ zⱼ for j ≤ i: row i has i + 1 elements.</summary>
    public double[][] Inputs { get; }

    /// <summary>Σ w yₕ zᵢ, [outcomes, inputs].</summary>
    public double[][] Outcomes { get; }

    /// <summary>Σ w yₕ², [outcomes].</summary>
    public double[] OutcomeSquares { get; }

    /// <summary>Σ w zᵢ, [inputs].</summary>
    public double[] InputSums { get; }

    /// <summary>Σ w yₕ, [outcomes].</summary>
    public double[] OutcomeSums { get; }

    /// <summary>Adds windows. The result does not depend on the threads: each sum is taken by one, in the windows' order.</summary>
    /// <param name="count">How many.</param>
    /// <param name="inputs">Their inputs, [windows, inputs].</param>
    /// <param name="outcomes">Their outcomes, [windows, outcomes].</param>
    /// <param name="weights">What the square of an error of each counts, [windows].</param>
    /// <param name="threads">The threads; 0 for one per processor.</param>
    public void Add(int count, double[] inputs, double[] outcomes, double[] weights, int threads)
    {
        (int width, int steps) = (InputSums.Length, OutcomeSums.Length);
        Parallel.For(0, width + steps, new ParallelOptions { MaxDegreeOfParallelism = threads > 0 ? threads : -1 }, row =>
        {
            int step = row - width;
            double[] products = step < 0 ? Inputs[row] : Outcomes[step];
            for (int window = 0; window < count; window++)
            {
                double value = step < 0 ? inputs[(window * width) + row] : outcomes[(window * steps) + step];
                double weighted = weights[window] * value;
                TensorPrimitives.MultiplyAdd(inputs.AsSpan(window * width, products.Length), weighted, products, products);
                if (step < 0)
                {
                    InputSums[row] += weighted;
                }
                else
                {
                    OutcomeSums[step] += weighted;
                    OutcomeSquares[step] += weighted * value;
                }
            }
        });
        Windows += count;
        for (int window = 0; window < count; window++)
        {
            Weight += weights[window];
        }
    }

    /// <summary>Adds the windows of other sums of the same sizes.</summary>
    public void Add(RegressionSums other)
    {
        for (int i = 0; i < Inputs.Length; i++)
        {
            AddTo(Inputs[i], other.Inputs[i]);
        }

        for (int step = 0; step < Outcomes.Length; step++)
        {
            AddTo(Outcomes[step], other.Outcomes[step]);
        }

        AddTo(OutcomeSquares, other.OutcomeSquares);
        AddTo(InputSums, other.InputSums);
        AddTo(OutcomeSums, other.OutcomeSums);
        Windows += other.Windows;
        Weight += other.Weight;
    }

    private static void AddTo(double[] sums, double[] other) => TensorPrimitives.Add(sums, other, sums);
}
