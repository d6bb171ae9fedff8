using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>The Euclidean norm of all gradients together, summed in double precision in one fixed order.</summary>
internal sealed class GradientNorm
{
    private readonly ParameterSet parameters;
    private readonly WorkerTeam team;
    private readonly Action<int> work;
    private readonly double[] squares;

    /// <summary>The norm over the gradients of these parameters.</summary>
    public GradientNorm(ParameterSet parameters, WorkerTeam team)
    {
        this.parameters = parameters;
        this.team = team;
        work = Work;
        squares = new double[parameters.Blocks.Length];
    }

    /// <summary>Computes the norm; it is not finite where a gradient is not.</summary>
    public double Compute()
    {
        team.Run(work);
        return Math.Sqrt(PartialSums.Sum(squares));
    }

    /// <summary>
    /// The name of the first parameter, from the last on as the backward pass goes, with a gradient that is not finite;
    /// null where all are.
    /// </summary>
    public string? FirstNonFinite()
    {
        ReadOnlySpan<(int Parameter, int Start, int Length)> blocks = parameters.Blocks;
        for (int block = blocks.Length - 1; block >= 0; block--)
        {
            if (!double.IsFinite(squares[block]))
            {
                return parameters.Parameters[blocks[block].Parameter].Name;
            }
        }

        return null;
    }

    private void Work(int worker)
    {
        (int first, int length) = parameters.Share(worker, team.Count).GetOffsetAndLength(squares.Length);
        for (int block = first; block < first + length; block++)
        {
            (int parameter, int start, int count) = parameters.Blocks[block];
            squares[block] = SumOfSquares(parameters.Parameters[parameter].Gradient.Slice(start, count));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        ref float start = ref MemoryMarshal.GetReference(values);
        Vector256<double> first = Vector256<double>.Zero;
        Vector256<double> second = Vector256<double>.Zero;
        Vector256<double> third = Vector256<double>.Zero;
        Vector256<double> fourth = Vector256<double>.Zero;
        int i = 0;
        for (; i <= values.Length - PartialSums.Count; i += PartialSums.Count)
        {
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.LoadUnsafe(ref start, (nuint)i));
            (Vector256<double> c, Vector256<double> d) = Vector256.Widen(Vector256.LoadUnsafe(ref start, (nuint)(i + 8)));
            first = Vector256.FusedMultiplyAdd(a, a, first);
            second = Vector256.FusedMultiplyAdd(b, b, second);
            third = Vector256.FusedMultiplyAdd(c, c, third);
            fourth = Vector256.FusedMultiplyAdd(d, d, fourth);
        }

        Span<double> sums = stackalloc double[PartialSums.Count];
        first.CopyTo(sums);
        second.CopyTo(sums[4..]);
        third.CopyTo(sums[8..]);
        fourth.CopyTo(sums[12..]);
        for (int lane = 0; i < values.Length; i++, lane++)
        {
            sums[lane] = Math.FusedMultiplyAdd(values[i], values[i], sums[lane]);
        }

        return PartialSums.Total(sums);
    }
}
