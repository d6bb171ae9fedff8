using Shouldly;

namespace Cellwright.Tests.Zoo;

/// <summary>A cell's parameters by name, for the hand-written references.</summary>
/// <param name="matrices">Matrices, row by row.</param>
/// <param name="vectors">Biases and elementwise vectors.</param>
internal sealed class ReferenceWeights(
    IReadOnlyDictionary<string, double[,]> matrices, IReadOnlyDictionary<string, double[]> vectors)
{
    public IReadOnlyDictionary<string, double[,]> Matrices => matrices;

    public IReadOnlyDictionary<string, double[]> Vectors => vectors;

    /// <summary>Element <paramref name="k"/> of a vector.</summary>
    public double this[string vector, int k] => vectors[vector][k];

    /// <summary>Row <paramref name="k"/> of a matrix times the operands, one behind the other.</summary>
    public double Dot(string matrix, int k, params ReadOnlySpan<double[]> operands)
    {
        double[,] values = matrices[matrix];
        double sum = 0;
        int column = 0;
        foreach (double[] operand in operands)
        {
            foreach (double element in operand)
            {
                sum += values[k, column++] * element;
            }
        }

        column.ShouldBe(values.GetLength(1), $"the operands of {matrix} are together as wide as its columns");
        return sum;
    }

    /// <summary>Column <paramref name="k"/> of a matrix times a vector: element k of Mᵀ v.</summary>
    public double DotColumn(string matrix, int k, double[] operand)
    {
        double[,] values = matrices[matrix];
        operand.Length.ShouldBe(values.GetLength(0));
        double sum = 0;
        for (int row = 0; row < operand.Length; row++)
        {
            sum += values[row, k] * operand[row];
        }

        return sum;
    }

    /// <summary>Parameters of a cell drawn from a seed, uniform in ±<paramref name="scale"/>.</summary>
    public static ReferenceWeights Random(ReferenceCell cell, int input, int hidden, int seed, double scale = 0.6)
    {
        Random random = new(seed);
        Dictionary<string, double[,]> matrices = [];
        Dictionary<string, double[]> vectors = [];
        double Draw() => ((2 * random.NextDouble()) - 1) * scale;
        foreach ((string name, int rows, int columns) in cell.Parameters(input, hidden))
        {
            if (columns == 0)
            {
                vectors[name] = [.. Enumerable.Range(0, rows).Select(_ => Draw())];
                continue;
            }

            double[,] matrix = matrices[name] = new double[rows, columns];
            for (int element = 0; element < matrix.Length; element++)
            {
                matrix[element / columns, element % columns] = Draw();
            }
        }

        return new ReferenceWeights(matrices, vectors);
    }
}
