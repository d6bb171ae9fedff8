using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cellwright.Files;
using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>
/// The Adam optimizer (Kingma and Ba, 2015, algorithm 1, with bias correction). Every element is changed by itself with
/// correctly rounded operations, so the result does not depend on threads or vector width.
/// </summary>
internal sealed class Adam
{
    private readonly ParameterSet parameters;
    private readonly WorkerTeam team;
    private readonly Action<int> work;
    private readonly float[][] means;
    private readonly float[][] squares;
    private double meanPower = 1.0;
    private double squarePower = 1.0;
    private float gradientScale;
    private float stepSize;
    private float inverseCorrection;

    /// <summary>An optimizer at its first step.</summary>
    public Adam(ParameterSet parameters, WorkerTeam team)
    {
        this.parameters = parameters;
        this.team = team;
        work = Work;
        means = [.. parameters.Parameters.Select(parameter => new float[parameter.Rows * parameter.Columns])];
        squares = [.. parameters.Parameters.Select(parameter => new float[parameter.Rows * parameter.Columns])];
    }

    /// <summary>The decay of the running mean of gradients.</summary>
    public double MeanDecay { get; init; } = 0.9;

    /// <summary>The decay of the running mean of squared gradients.</summary>
    public double SquareDecay { get; init; } = 0.999;

    /// <summary>What keeps the quotient finite.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>The number of updates so far.</summary>
    public int Updates { get; private set; }

    /// <summary>Changes the values of all parameters by one update.</summary>
    /// <param name="learningRate">The rate of this update.</param>
    /// <param name="scale">What each gradient is multiplied by first: less than 1 where the norm is clipped.</param>
    public void Update(double learningRate, float scale)
    {
        Updates++;
        meanPower *= MeanDecay;
        squarePower *= SquareDecay;
        stepSize = (float)(learningRate / (1.0 - meanPower));
        inverseCorrection = (float)(1.0 / Math.Sqrt(1.0 - squarePower));
        gradientScale = scale;
        team.Run(work);
    }

    /// <summary>Adds what the next update depends on to a checkpoint. The values are read when it is written.</summary>
    public void AddTo(SafetensorsWriter checkpoint)
    {
        checkpoint.Add("optimizer.updates", [], new long[] { Updates });
        checkpoint.Add("optimizer.powers", [2], new[] { meanPower, squarePower });
        for (int i = 0; i < means.Length; i++)
        {
            checkpoint.Add(MeanName(i), [means[i].Length], means[i]);
            checkpoint.Add(SquareName(i), [squares[i].Length], squares[i]);
        }
    }

    /// <summary>Goes back to where a checkpoint was written.</summary>
    /// <exception cref="InvalidFileException">The checkpoint is of other parameters.</exception>
    public void ReadFrom(SafetensorsFile checkpoint)
    {
        double[] powers = checkpoint.ReadDoubles("optimizer.powers");
        long[] updates = checkpoint.ReadInt64s("optimizer.updates");
        if (powers.Length != 2 || updates is not [>= 0 and <= int.MaxValue])
        {
            throw new InvalidFileException(checkpoint.Name, "it holds no state of this optimizer; start the run again");
        }

        for (int i = 0; i < means.Length; i++)
        {
            checkpoint.ReadSingles(MeanName(i), means[i]);
            checkpoint.ReadSingles(SquareName(i), squares[i]);
        }

        (meanPower, squarePower) = (powers[0], powers[1]);
        Updates = (int)updates[0];
    }

    private static string MeanName(int parameter) => string.Create(CultureInfo.InvariantCulture, $"optimizer.{parameter}.mean");

    private static string SquareName(int parameter) => string.Create(CultureInfo.InvariantCulture, $"optimizer.{parameter}.square");

    private void Work(int worker)
    {
        ReadOnlySpan<(int Parameter, int Start, int Length)> blocks = parameters.Blocks[parameters.Share(worker, team.Count)];
        foreach ((int parameter, int start, int length) in blocks)
        {
            Update(
                parameters.Parameters[parameter].Values.Slice(start, length),
                parameters.Parameters[parameter].Gradient.Slice(start, length),
                means[parameter].AsSpan(start, length),
                squares[parameter].AsSpan(start, length));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Update(Span<float> values, ReadOnlySpan<float> gradients, Span<float> mean, Span<float> square)
    {
        float keepMean = (float)MeanDecay;
        float takeMean = (float)(1.0 - MeanDecay);
        float keepSquare = (float)SquareDecay;
        float takeSquare = (float)(1.0 - SquareDecay);
        ref float valueStart = ref MemoryMarshal.GetReference(values);
        ref float gradientStart = ref MemoryMarshal.GetReference(gradients);
        ref float meanStart = ref MemoryMarshal.GetReference(mean);
        ref float squareStart = ref MemoryMarshal.GetReference(square);
        Vector256<float> scale = Vector256.Create(gradientScale);
        Vector256<float> correction = Vector256.Create(inverseCorrection);
        Vector256<float> epsilon = Vector256.Create(Epsilon);
        Vector256<float> step = Vector256.Create(stepSize);
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            nuint at = (nuint)i;
            Vector256<float> gradient = Vector256.LoadUnsafe(ref gradientStart, at) * scale;
            Vector256<float> m = Vector256.FusedMultiplyAdd(
                Vector256.LoadUnsafe(ref meanStart, at), Vector256.Create(keepMean), gradient * Vector256.Create(takeMean));
            Vector256<float> v = Vector256.FusedMultiplyAdd(
                Vector256.LoadUnsafe(ref squareStart, at), Vector256.Create(keepSquare), gradient * gradient * Vector256.Create(takeSquare));
            m.StoreUnsafe(ref meanStart, at);
            v.StoreUnsafe(ref squareStart, at);
            Vector256<float> denominator = Vector256.FusedMultiplyAdd(Vector256.Sqrt(v), correction, epsilon);
            (Vector256.LoadUnsafe(ref valueStart, at) - (step * m / denominator)).StoreUnsafe(ref valueStart, at);
        }

        for (; i < values.Length; i++)
        {
            float gradient = gradients[i] * gradientScale;
            float m = MathF.FusedMultiplyAdd(mean[i], keepMean, gradient * takeMean);
            float v = MathF.FusedMultiplyAdd(square[i], keepSquare, gradient * gradient * takeSquare);
            mean[i] = m;
            square[i] = v;
            values[i] -= stepSize * m / MathF.FusedMultiplyAdd(MathF.Sqrt(v), inverseCorrection, Epsilon);
        }
    }
}
