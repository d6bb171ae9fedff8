using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cellwright.Kernels;
using Cellwright.Layers;

namespace Cellwright.Training;

/// <summary>
/// The Adam optimizer (Kingma and Ba, 2015, algorithm 1, with bias correction); with <see cref="WeightDecay"/> it is
/// AdamW (Loshchilov and Hutter, 2019), whose decay stands beside the gradient and is not divided by its size.
/// </summary>
public sealed class Adam : Optimizer
{
    private readonly float[][] means;
    private readonly float[][] squares;
    private double meanPower = 1.0;
    private double squarePower = 1.0;
    private float gradientScale;
    private float stepSize;
    private float inverseCorrection;
    private float weightChange;

    /// <summary>An optimizer at its first step.</summary>
    /// <param name="parameters">The parameters that it changes.</param>
    /// <param name="threads">How many threads share an update, 0 for one per processor; no result depends on it.</param>
    public Adam(IReadOnlyList<Parameter> parameters, int threads = 0)
        : this(new ParameterSet(parameters), WorkerTeam.Default(threads))
    {
    }

    /// <inheritdoc cref="Optimizer(ParameterSet, WorkerTeam)"/>
    internal Adam(ParameterSet parameters, WorkerTeam team)
        : base(parameters, team)
    {
        means = AddBuffers("mean");
        squares = AddBuffers("square");
    }

    /// <summary>The decay of the running mean of gradients.</summary>
    public double MeanDecay { get; init; } = 0.9;

    /// <summary>The decay of the running mean of squared gradients.</summary>
    public double SquareDecay { get; init; } = 0.999;

    /// <summary>What keeps the quotient finite.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>The share of itself, times the learning rate, that a value loses in each update; biases lose nothing.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    private protected override void Begin(double learningRate, float scale)
    {
        meanPower *= MeanDecay;
        squarePower *= SquareDecay;
        stepSize = (float)(learningRate / (1.0 - meanPower));
        inverseCorrection = (float)(1.0 / Math.Sqrt(1.0 - squarePower));
        gradientScale = scale;

        // Never −0, with which the value −0 would lose its sign.
        weightChange = (float)(0.0 - (learningRate * WeightDecay));
    }

    /// <inheritdoc/>
    private protected override void Resumed()
    {
        // Multiplied one by one, as the updates did, so that not a bit is different.
        meanPower = 1.0;
        squarePower = 1.0;
        for (int update = 0; update < Updates; update++)
        {
            meanPower *= MeanDecay;
            squarePower *= SquareDecay;
        }
    }

    /// <inheritdoc/>
    private protected override void Change(int parameter, int start, Span<float> values, ReadOnlySpan<float> gradients) =>
        Change(
            values,
            gradients,
            means[parameter].AsSpan(start, values.Length),
            squares[parameter].AsSpan(start, values.Length),
            IsBias(parameter) ? 0f : weightChange);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Change(Span<float> values, ReadOnlySpan<float> gradients, Span<float> mean, Span<float> square, float change)
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

        // Times this and added: 1 less a small share would be rounded to few digits of the share. 0 leaves every bit.
        Vector256<float> decay = Vector256.Create(change);
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
            Vector256<float> value = Vector256.LoadUnsafe(ref valueStart, at);
            (Vector256.FusedMultiplyAdd(value, decay, value) - (step * m / denominator)).StoreUnsafe(ref valueStart, at);
        }

        for (; i < values.Length; i++)
        {
            float gradient = gradients[i] * gradientScale;
            float m = MathF.FusedMultiplyAdd(mean[i], keepMean, gradient * takeMean);
            float v = MathF.FusedMultiplyAdd(square[i], keepSquare, gradient * gradient * takeSquare);
            mean[i] = m;
            square[i] = v;
            values[i] = MathF.FusedMultiplyAdd(values[i], change, values[i]) - (stepSize * m / MathF.FusedMultiplyAdd(MathF.Sqrt(v), inverseCorrection, Epsilon));
        }
    }
}
