using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Randomness;

namespace Cellwright.Inspection;

/// <summary>
/// Gradient flow in an untrained cell: parameters drawn as the cell says, inputs drawn from the standard normal
/// distribution, and a loss that is the last output's component in a random direction.
/// </summary>
public sealed record GradientProbe
{
    /// <summary>T, the number of steps. Default: 200.</summary>
    public int Length { get; init; } = 200;

    /// <summary>Sequences, over which the norms are root mean squares. Default: 8.</summary>
    public int Batch { get; init; } = 8;

    /// <summary>The seed of parameters, inputs and directions. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>What every <see cref="Inspection.ForgetBias"/> is set to; null, the default, leaves what the cell says.</summary>
    public double? ForgetBias { get; init; }

    /// <summary>Measures a cell.</summary>
    /// <param name="cell">The cell, with one input.</param>
    /// <param name="sizes">A value for each size the cell names.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or the cell has several inputs.</exception>
    public GradientFlow Measure(Cell cell, IReadOnlyDictionary<string, int> sizes)
    {
        ArgumentNullException.ThrowIfNull(cell);
        if (cell.Graph.Inputs.Count != 1)
        {
            throw new ArgumentException($"the cell '{cell.Name}' has {cell.Graph.Inputs.Count} inputs; gradients are probed with one", nameof(cell));
        }

        using Layer layer = new(cell, sizes, threads: 1);
        layer.Initialize(Seed);
        if (ForgetBias is { } value)
        {
            foreach (ForgetBias bias in Inspection.ForgetBias.Of(cell.Graph))
            {
                bias.Set(layer, value);
            }

            layer.Load();
        }

        return Measure(layer);
    }

    /// <summary>Measures a layer or stack with the parameters it has.</summary>
    /// <param name="layer">The layer, with one input.</param>
    public GradientFlow Measure(SequenceLayer layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        float[] x = new float[Length * Batch * layer.InputWidth];
        new RandomStream(Seed, "probe input").FillNormal(x, step: 0, firstElement: 0);
        return Measure(layer, x);
    }

    /// <summary>Measures a layer or stack with the parameters it has, over given inputs instead of drawn ones.</summary>
    /// <param name="layer">The layer, with one input.</param>
    /// <param name="x">The input, [<see cref="Length"/>, <see cref="Batch"/>, width].</param>
    public GradientFlow Measure(SequenceLayer layer, ReadOnlySpan<float> x)
    {
        ArgumentNullException.ThrowIfNull(layer);
        float[] dy = new float[Batch * layer.OutputWidth];
        new RandomStream(Seed, "probe direction").FillNormal(dy, step: 0, firstElement: 0);
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            Span<float> direction = dy.AsSpan(sequence * layer.OutputWidth, layer.OutputWidth);
            float length = MathF.Sqrt(System.Numerics.Tensors.TensorPrimitives.SumOfSquares(direction));
            System.Numerics.Tensors.TensorPrimitives.Divide(direction, length, direction);
        }

        return GradientFlow.Of(layer, x, Length, Batch, dy);
    }
}
