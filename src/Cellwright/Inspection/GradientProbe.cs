using System.Numerics.Tensors;
using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tasks.Memory;

namespace Cellwright.Inspection;

/// <summary>
/// Gradient flow in an untrained cell: parameters drawn as the cell says, inputs drawn from the standard normal
/// distribution, and a loss that is the last output's component in a random direction. Or in trained layers, and in a
/// trained model of a memory task over the task's own sequences.
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
        return GradientFlow.Of(layer, x, Length, Batch, OfLengthOne(dy));
    }

    /// <summary>
    /// Measures a model of a memory task with the parameters it has, over the first steps of the task's sequences; the loss
    /// is the component of its answer in a random direction.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">A sequence of the task is shorter than <see cref="Length"/>.</exception>
    public GradientFlow Measure(MemoryModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        MemoryBatch sequences = new(model.Task, Batch);
        sequences.Fill(new RandomStream(Seed, "probe sequences"), first: 0);
        if (sequences.Lengths.ToArray().Min() is int shortest && shortest < Length)
        {
            throw new ArgumentException(FormattableString.Invariant($"a sequence of the task '{model.Task.Name}' has {shortest} steps, and the gradient goes back {Length}; take a length of at most {shortest}"), nameof(model));
        }

        (int outputs, int width) = (model.Head.Weights.Rows, model.Head.Weights.Columns);
        float[] direction = new float[Batch * outputs];
        new RandomStream(Seed, "probe direction").FillNormal(direction, step: 0, firstElement: 0);
        float[] dy = new float[Batch * width];
        for (int i = 0; i < direction.Length; i++)
        {
            (int sequence, int output) = (i / outputs, i % outputs);
            Span<float> row = dy.AsSpan(sequence * width, width);
            TensorPrimitives.MultiplyAdd(model.Head.Weights.Values.Slice(output * width, width), direction[i], row, row);
        }

        return GradientFlow.Of(model.Layers, sequences.Inputs[..(Length * Batch * model.Task.InputWidth)], Length, Batch, OfLengthOne(dy));
    }

    // Each sequence's direction scaled to length 1.
    private float[] OfLengthOne(float[] directions)
    {
        int width = directions.Length / Batch;
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            Span<float> direction = directions.AsSpan(sequence * width, width);
            TensorPrimitives.Divide(direction, MathF.Sqrt(TensorPrimitives.SumOfSquares<float>(direction)), direction);
        }

        return directions;
    }
}
