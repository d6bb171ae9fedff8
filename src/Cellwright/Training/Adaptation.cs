using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>
/// The update of dynamic evaluation (Krause, Kahembwe, Murray and Renals, 2018): gradient descent that is drawn back to the
/// trained values, value ← value − rate · g + decay · (trained − value). With gradients known from training, both rates
/// are each element's own: the learning rate over √MS + ε, where MS is the mean square of its gradients, and the decay
/// times √MS over the mean of √MS, at most 1.
/// </summary>
internal sealed class Adaptation : Optimizer
{
    /// <summary>The ε that is added to √MS, as the authors' program has it.</summary>
    public const double Epsilon = 1e-3;

    private readonly ParameterSet parameters;
    private readonly float[][] trained;
    private readonly float[][] rates;
    private readonly float[][] decays;
    private float rate;

    /// <summary>An update that adapts values from what they are now.</summary>
    /// <param name="parameters">The parameters, with their trained values.</param>
    /// <param name="team">The workers that share the elements.</param>
    /// <param name="decay">The share of the way back to the trained values that an update goes, from 0 to 1.</param>
    /// <param name="meanSquares">The mean square of each element's gradients in training; null for one rate for all.</param>
    public Adaptation(ParameterSet parameters, WorkerTeam team, double decay, IReadOnlyList<double[]>? meanSquares = null)
        : base(parameters, team)
    {
        this.parameters = parameters;
        trained = [.. parameters.Parameters.Select(parameter => parameter.Values.ToArray())];
        double mean = meanSquares is null ? 1.0 : Math.Max(meanSquares.Sum(squares => squares.Sum(Math.Sqrt)) / parameters.Elements, double.Epsilon);
        rates = [.. trained.Select((values, i) => PerElement(values.Length, meanSquares?[i], root => 1.0 / (root + Epsilon)))];
        decays = [.. trained.Select((values, i) => PerElement(values.Length, meanSquares?[i], root => Math.Min(1.0, decay * root / mean), decay))];
    }

    /// <summary>Gives the parameters their trained values again.</summary>
    public void Restore()
    {
        for (int i = 0; i < trained.Length; i++)
        {
            trained[i].CopyTo(parameters.Parameters[i].Values);
        }
    }

    /// <inheritdoc/>
    private protected override void Begin(double learningRate, float scale) => rate = (float)learningRate * scale;

    /// <inheritdoc/>
    private protected override void Change(int parameter, int start, Span<float> values, ReadOnlySpan<float> gradients) => Change(
        values,
        gradients,
        trained[parameter].AsSpan(start, values.Length),
        rates[parameter].AsSpan(start, values.Length),
        decays[parameter].AsSpan(start, values.Length),
        rate);

    private static float[] PerElement(int length, double[]? meanSquares, Func<double, double> of, double forAll = 1.0)
    {
        float[] values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = (float)(meanSquares is null ? forAll : of(Math.Sqrt(meanSquares[i])));
        }

        return values;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Change(Span<float> values, ReadOnlySpan<float> gradients, ReadOnlySpan<float> trained, ReadOnlySpan<float> rates, ReadOnlySpan<float> decays, float learningRate)
    {
        ref float valueStart = ref MemoryMarshal.GetReference(values);
        ref float gradientStart = ref MemoryMarshal.GetReference(gradients);
        ref float trainedStart = ref MemoryMarshal.GetReference(trained);
        ref float rateStart = ref MemoryMarshal.GetReference(rates);
        ref float decayStart = ref MemoryMarshal.GetReference(decays);
        Vector256<float> down = Vector256.Create(-learningRate);
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            nuint at = (nuint)i;
            Vector256<float> value = Vector256.LoadUnsafe(ref valueStart, at);
            Vector256<float> back = Vector256.LoadUnsafe(ref trainedStart, at) - value;
            Vector256<float> step = down * Vector256.LoadUnsafe(ref rateStart, at);
            Vector256<float> moved = Vector256.FusedMultiplyAdd(step, Vector256.LoadUnsafe(ref gradientStart, at), value);
            Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref decayStart, at), back, moved).StoreUnsafe(ref valueStart, at);
        }

        for (; i < values.Length; i++)
        {
            float back = trained[i] - values[i];
            values[i] = MathF.FusedMultiplyAdd(decays[i], back, MathF.FusedMultiplyAdd(-learningRate * rates[i], gradients[i], values[i]));
        }
    }
}
