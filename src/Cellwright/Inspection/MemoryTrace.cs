using Cellwright.Tasks.Memory;

namespace Cellwright.Inspection;

/// <summary>One sequence of a memory task through a model: every signal of every layer, and what it said at each step.</summary>
/// <example><code>
/// MemoryBatch batch = new(model.Task, sequences: 1);
/// batch.Fill(new RandomStream(1, "look"), first: 0);
/// MemoryTrace trace = MemoryTrace.Of(model, batch);
/// float unit = trace.Layers[0].At("c", step: 9)[17];
/// </code></example>
public sealed class MemoryTrace
{
    private readonly float[] outputs;
    private readonly int outputWidth;

    private MemoryTrace(IReadOnlyList<Trace> layers, IReadOnlyList<bool?> right, float[] outputs, int outputWidth)
    {
        Layers = layers;
        Right = right;
        this.outputs = outputs;
        this.outputWidth = outputWidth;
    }

    /// <summary>The number of steps.</summary>
    public int Steps => Right.Count;

    /// <summary>The traces of the recurrent layers, the lowest first.</summary>
    public IReadOnlyList<Trace> Layers { get; }

    /// <summary>Whether the answer of each step is right; null where none is asked for.</summary>
    public IReadOnlyList<bool?> Right { get; }

    /// <summary>What the model said at a step, [<see cref="IMemoryTask.OutputWidth"/>]: numbers, or scores before the softmax or the logistic function.</summary>
    /// <param name="step">The step, counted from 0.</param>
    public ReadOnlySpan<float> Outputs(int step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Steps);
        return outputs.AsSpan(step * outputWidth, outputWidth);
    }

    /// <summary>Runs the sequence of a batch of one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">The sequence, of the model's task.</param>
    /// <exception cref="ArgumentException">The batch has several sequences.</exception>
    public static MemoryTrace Of(MemoryModel model, MemoryBatch batch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Sequences != 1)
        {
            throw new ArgumentException($"the batch has {batch.Sequences} sequences, and one is traced", nameof(batch));
        }

        int width = model.Task.OutputWidth;
        ReadOnlySpan<float> scores = model.Forward(batch).Span;
        float[] outputs = new float[batch.Steps * width];
        bool?[] right = new bool?[batch.Steps];
        for (int step = 0; step < right.Length; step++)
        {
            scores.Slice(step * model.Head.Stride, width).CopyTo(outputs.AsSpan(step * width));
            right[step] = batch.Judge(step, 0, outputs.AsSpan(step * width, width));
        }

        return new MemoryTrace(StackTrace.Of(model.Layers, batch.Inputs.ToArray(), initial: null, out _), right, outputs, width);
    }
}
