using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cellwright.Kernels;
using Cellwright.Layers;

namespace Cellwright.Training;

/// <summary>
/// Stochastic gradient descent with momentum (Polyak, 1964): v ← momentum · v + g, value ← value − rate · v. The rate
/// is no part of v, so a change of it takes hold at once. Weight decay stands beside the gradient and is no part of v
/// either (SGDW: Loshchilov and Hutter, 2019).
/// </summary>
public sealed class GradientDescent : Optimizer
{
    private readonly float[][] velocities;
    private float gradientScale;
    private float stepSize;
    private float weightChange;

    /// <summary>An optimizer at its first step.</summary>
    /// <param name="parameters">The parameters that it changes.</param>
    /// <param name="threads">How many threads share an update, 0 for one per processor; no result depends on it.</param>
    public GradientDescent(IReadOnlyList<Parameter> parameters, int threads = 0)
        : this(new ParameterSet(parameters), WorkerTeam.Default(threads))
    {
    }

    /// <inheritdoc cref="Optimizer(ParameterSet, WorkerTeam)"/>
    internal GradientDescent(ParameterSet parameters, WorkerTeam team)
        : base(parameters, team)
    {
        velocities = AddBuffers("velocity");
    }

    /// <summary>The share of the last velocity that stays; 0 for plain gradient descent.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>The share of itself, times the learning rate, that a value loses in each update; biases lose nothing.</summary>
    public double WeightDecay { get; init; }

    /// <inheritdoc/>
    private protected override void Begin(double learningRate, float scale)
    {
        stepSize = (float)learningRate;
        gradientScale = scale;

        // Never −0, with which the value −0 would lose its sign.
        weightChange = (float)(0.0 - (learningRate * WeightDecay));
    }

    /// <inheritdoc/>
    private protected override void Change(int parameter, int start, Span<float> values, ReadOnlySpan<float> gradients) =>
        Change(values, gradients, velocities[parameter].AsSpan(start, values.Length), IsBias(parameter) ? 0f : weightChange);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Change(Span<float> values, ReadOnlySpan<float> gradients, Span<float> velocity, float change)
    {
        float keep = (float)Momentum;
        ref float valueStart = ref MemoryMarshal.GetReference(values);
        ref float gradientStart = ref MemoryMarshal.GetReference(gradients);
        ref float velocityStart = ref MemoryMarshal.GetReference(velocity);
        Vector256<float> scale = Vector256.Create(gradientScale);
        Vector256<float> momentum = Vector256.Create(keep);
        Vector256<float> step = Vector256.Create(-stepSize);
        Vector256<float> decay = Vector256.Create(change);
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            nuint at = (nuint)i;
            Vector256<float> v = Vector256.FusedMultiplyAdd(
                Vector256.LoadUnsafe(ref velocityStart, at), momentum, Vector256.LoadUnsafe(ref gradientStart, at) * scale);
            v.StoreUnsafe(ref velocityStart, at);
            Vector256<float> value = Vector256.LoadUnsafe(ref valueStart, at);
            Vector256.FusedMultiplyAdd(step, v, Vector256.FusedMultiplyAdd(value, decay, value)).StoreUnsafe(ref valueStart, at);
        }

        for (; i < values.Length; i++)
        {
            velocity[i] = MathF.FusedMultiplyAdd(velocity[i], keep, gradients[i] * gradientScale);
            values[i] = MathF.FusedMultiplyAdd(-stepSize, velocity[i], MathF.FusedMultiplyAdd(values[i], change, values[i]));
        }
    }
}
