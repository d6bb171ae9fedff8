using System.Numerics.Tensors;

namespace Cellwright.Tasks.Series;

/// <summary>The factor L of a symmetric positive definite matrix, A = L Lᵀ, to solve equations with.</summary>
internal sealed class Cholesky
{
    private readonly double[][] rows;

    private Cholesky(double[][] rows) => this.rows = rows;

    /// <summary>The factor of a matrix, [n, n], of which the lower half is read; null where it is not positive definite.</summary>
    public static Cholesky? Factor(double[][] matrix)
    {
        double[][] rows = new double[matrix.Length][];
        for (int i = 0; i < rows.Length; i++)
        {
            double[] row = rows[i] = matrix[i][..(i + 1)];
            for (int j = 0; j <= i; j++)
            {
                double rest = row[j] - Products(row.AsSpan(0, j), rows[j].AsSpan(0, j));
                if (j < i)
                {
                    row[j] = rest / rows[j][j];
                }
                else if (rest > 0)
                {
                    row[i] = Math.Sqrt(rest);
                }
                else
                {
                    return null;
                }
            }
        }

        return new Cholesky(rows);
    }

    /// <summary>Solves A x = b in place.</summary>
    public void Solve(Span<double> b)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            b[i] = (b[i] - Products(rows[i].AsSpan(0, i), b[..i])) / rows[i][i];
        }

        for (int i = rows.Length - 1; i >= 0; i--)
        {
            double value = b[i] /= rows[i][i];
            TensorPrimitives.MultiplyAdd(rows[i].AsSpan(0, i), -value, b[..i], b[..i]);
        }
    }

    // In index order, so that every machine gives the same bits.
    private static double Products(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
