using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Randomness;
using Cellwright.Tasks.Memory;

namespace Cellwright.Studio.Models;

/// <summary>A model of a memory task.</summary>
/// <param name="name">What people call it.</param>
/// <param name="model">The model, which is disposed with this.</param>
/// <param name="cell">Its cell.</param>
/// <param name="sizes">The sizes it was made with.</param>
/// <param name="seed">The seed its first values were drawn from.</param>
internal sealed class OpenMemoryModel(string name, MemoryModel model, Cell cell, IReadOnlyDictionary<string, int> sizes, ulong seed) : OpenModel(name)
{
    private const int Drawn = 16;

    /// <summary>The model.</summary>
    public MemoryModel Model { get; } = model;

    /// <inheritdoc/>
    public override ModelKind Kind => ModelKind.Memory;

    /// <inheritdoc/>
    public override Cell Cell { get; } = cell;

    /// <inheritdoc/>
    public override string About { get; } = string.Create(
        CultureInfo.InvariantCulture, $"{cell.Name}; hidden {sizes["hidden"]}, {model.ParameterCount:N0} parameters, the task {model.Task.Name} {model.Task.Length}");

    /// <summary>The sequences that are looked at.</summary>
    public static RandomStream Sequences { get; } = new(1, "studio sequence");

    /// <inheritdoc/>
    public override GradientFlow Flow(int length, bool isTrained)
    {
        if (isTrained)
        {
            return Measure(Model, length);
        }

        using MemoryModel drawn = MemoryModel.Create(Cell, sizes, Model.Task, seed, threads: 1);
        return Measure(drawn, length);
    }

    /// <summary>How the gradient flows through a model back from the ends of the longest of some sequences.</summary>
    public static GradientFlow Measure(MemoryModel model, int length)
    {
        MemoryBatch batch = new(model.Task, Drawn);
        batch.Fill(Sequences, 0);
        int[] lengths = batch.Lengths.ToArray();
        int[] lanes = [.. Enumerable.Range(0, Drawn).Where(lane => lengths[lane] >= batch.Steps * 3 / 4)];
        int steps = Math.Min(length, lanes.Min(lane => lengths[lane]));
        int width = model.Task.InputWidth;
        float[] x = new float[steps * lanes.Length * width];
        for (int step = 0; step < steps; step++)
        {
            for (int i = 0; i < lanes.Length; i++)
            {
                int source = lengths[lanes[i]] - steps + step;
                batch.Inputs.Slice(((source * Drawn) + lanes[i]) * width, width).CopyTo(x.AsSpan(((step * lanes.Length) + i) * width));
            }
        }

        return new GradientProbe { Length = steps, Batch = lanes.Length }.Measure(model.Layers, x);
    }

    /// <inheritdoc/>
    public override void Dispose() => Model.Dispose();
}
