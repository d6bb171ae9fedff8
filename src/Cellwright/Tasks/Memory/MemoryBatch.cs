using System.Numerics;
using Cellwright.Randomness;

namespace Cellwright.Tasks.Memory;

/// <summary>
/// Sequences of a memory task side by side, time-major: inputs [T, B, input width], and for each step what is to be
/// said. Filling it allocates nothing.
/// </summary>
public sealed class MemoryBatch
{
    private readonly IMemoryTask task;
    private readonly float[] inputs;
    private readonly float[] values;
    private readonly int[] classes;
    private readonly uint[] allowed;
    private readonly int[] lengths;

    /// <summary>An empty batch.</summary>
    /// <param name="task">The task; it has at most 32 outputs.</param>
    /// <param name="sequences">B, from 1.</param>
    public MemoryBatch(IMemoryTask task, int sequences)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sequences);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(task.OutputWidth, 32);
        this.task = task;
        Sequences = sequences;
        int positions = checked(task.MostSteps * sequences);
        inputs = new float[checked(positions * task.InputWidth)];
        values = task.Targets == MemoryTargets.Classes ? [] : new float[checked(positions * task.OutputWidth)];
        classes = task.Targets == MemoryTargets.Classes ? new int[positions] : [];
        allowed = task.Targets == MemoryTargets.Values ? [] : new uint[positions];
        lengths = new int[sequences];
    }

    /// <summary>B.</summary>
    public int Sequences { get; }

    /// <summary>T, the steps of the longest sequence.</summary>
    public int Steps { get; private set; }

    /// <summary>The inputs, [T, B, input width].</summary>
    public ReadOnlySpan<float> Inputs => inputs.AsSpan(0, Steps * Sequences * task.InputWidth);

    /// <summary>The steps of each sequence.</summary>
    public ReadOnlySpan<int> Lengths => lengths;

    /// <summary>With <see cref="MemoryTargets.Classes"/>, the class of each step, [T, B]; -1 for none.</summary>
    public ReadOnlySpan<int> Classes => ClassMemory.Span;

    /// <summary>Else the number or 0 or 1 for each output, [T, B, output width]; NaN for none.</summary>
    public ReadOnlySpan<float> Values => ValueMemory.Span;

    /// <summary>The symbols that may come, a bit each, by which a step is judged, [T, B]; 0 where it is not. Numbers have none.</summary>
    public ReadOnlySpan<uint> Allowed => allowed.AsSpan(0, allowed.Length == 0 ? 0 : Steps * Sequences);

    internal ReadOnlyMemory<int> ClassMemory => classes.AsMemory(0, classes.Length == 0 ? 0 : Steps * Sequences);

    internal ReadOnlyMemory<float> ValueMemory => values.AsMemory(0, values.Length == 0 ? 0 : Steps * Sequences * task.OutputWidth);

    internal ReadOnlyMemory<int> LengthMemory => lengths;

    /// <summary>Draws sequences with consecutive numbers. The same stream and number give the same sequence in any batch.</summary>
    /// <param name="stream">The draws of one seed and purpose.</param>
    /// <param name="first">The number of the first sequence.</param>
    public void Fill(RandomStream stream, ulong first)
    {
        Clear();
        for (int lane = 0; lane < Sequences; lane++)
        {
            SetLength(lane, task.Write(stream, first + (ulong)lane, this, lane));
        }
    }

    /// <summary>Sets a number of a step's input.</summary>
    public void SetInput(int step, int lane, int column, float value) => inputs[(At(step, lane) * task.InputWidth) + column] = value;

    /// <summary>Asks for a number at a step.</summary>
    public void SetValue(int step, int lane, int column, float value) => values[(At(step, lane) * task.OutputWidth) + column] = value;

    /// <summary>Asks for a class at a step.</summary>
    /// <param name="step">The step.</param>
    /// <param name="lane">The sequence.</param>
    /// <param name="symbol">The class that is learned.</param>
    /// <param name="mayCome">The classes that are right, a bit each; 0 for a step that is not judged.</param>
    public void SetClass(int step, int lane, int symbol, uint mayCome)
    {
        classes[At(step, lane)] = symbol;
        allowed[At(step, lane)] = mayCome;
    }

    /// <summary>Asks at a step which symbols may come next.</summary>
    /// <param name="step">The step.</param>
    /// <param name="lane">The sequence.</param>
    /// <param name="mayCome">The symbols, a bit each.</param>
    public void SetSet(int step, int lane, uint mayCome)
    {
        allowed[At(step, lane)] = mayCome;
        for (int column = 0; column < task.OutputWidth; column++)
        {
            SetValue(step, lane, column, (mayCome >> column) & 1);
        }
    }

    /// <summary>Empties the batch for sequences that are set by hand, each then with <see cref="SetLength"/>.</summary>
    internal void Clear()
    {
        Array.Clear(inputs);
        Array.Fill(values, float.NaN);
        Array.Fill(classes, -1);
        Array.Clear(allowed);
        Array.Clear(lengths);
        Steps = 0;
    }

    /// <summary>Takes a sequence out: it asks for nothing and is not read.</summary>
    internal void Drop(int lane)
    {
        lengths[lane] = 0;
        for (int step = 0; step < Steps && classes.Length > 0; step++)
        {
            classes[At(step, lane)] = -1;
        }
    }

    internal void SetLength(int lane, int length)
    {
        lengths[lane] = length;
        Steps = Math.Max(Steps, length);
    }

    /// <summary>Whether outputs are right at a step of a sequence; null where it is not judged.</summary>
    /// <remarks>
    /// A number is right within the task's tolerance, a set where the scores above 0 are those of its symbols, and a class
    /// where of all outputs the largest are those of the classes that may come (Hochreiter and Schmidhuber, 1997).
    /// </remarks>
    /// <param name="step">The step.</param>
    /// <param name="lane">The sequence.</param>
    /// <param name="outputs">The outputs, [output width].</param>
    public bool? Judge(int step, int lane, ReadOnlySpan<float> outputs)
    {
        if (step >= lengths[lane])
        {
            return null;
        }

        return task.Targets switch
        {
            MemoryTargets.Values => JudgeValues(values.AsSpan(At(step, lane) * task.OutputWidth, task.OutputWidth), outputs),
            _ when allowed[At(step, lane)] == 0 => null,
            MemoryTargets.Sets => Above(outputs, 0f) == allowed[At(step, lane)],
            _ => Largest(outputs, BitOperations.PopCount(allowed[At(step, lane)])) == allowed[At(step, lane)],
        };
    }

    private int At(int step, int lane) => (step * Sequences) + lane;

    private bool? JudgeValues(ReadOnlySpan<float> targets, ReadOnlySpan<float> outputs)
    {
        bool? right = null;
        for (int column = 0; column < targets.Length; column++)
        {
            if (!float.IsNaN(targets[column]))
            {
                right = right != false && Math.Abs((double)outputs[column] - targets[column]) < task.Tolerance;
            }
        }

        return right;
    }

    private static uint Above(ReadOnlySpan<float> outputs, float bound)
    {
        uint found = 0;
        for (int column = 0; column < outputs.Length; column++)
        {
            found |= outputs[column] > bound ? 1u << column : 0;
        }

        return found;
    }

    private static uint Largest(ReadOnlySpan<float> outputs, int count)
    {
        uint found = 0;
        for (int taken = 0; taken < count; taken++)
        {
            int best = -1;
            for (int column = 0; column < outputs.Length; column++)
            {
                if (((found >> column) & 1) == 0 && (best < 0 || outputs[column] > outputs[best]))
                {
                    best = column;
                }
            }

            found |= 1u << best;
        }

        return found;
    }
}
