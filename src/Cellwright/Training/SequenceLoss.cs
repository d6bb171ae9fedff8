using Cellwright.Kernels;
using Cellwright.Tensors;

namespace Cellwright.Training;

/// <summary>
/// The mean of an error between outputs and the numbers that came, and its gradient. Steps past the end of a sequence
/// count for nothing: they are not read, and their gradient is 0. Nor does a target that is NaN, which means missing.
/// </summary>
public abstract class SequenceLoss
{
    private const int MostOnStack = 64;

    private readonly WorkerTeam team;
    private readonly Action<int> work;
    private readonly AlignedBuffer given = new();
    private double[] losses = [];
    private float[] givenTargets = [];
    private int[] givenLengths = [];
    private AlignedBuffer predictions = null!;
    private ReadOnlyMemory<float> targets;
    private ReadOnlyMemory<int> lengths;
    private int batch;
    private int width;
    private int stride;
    private double scale;
    private bool withGradient;

    /// <summary>A loss that splits its positions among the workers of a team.</summary>
    private protected SequenceLoss(WorkerTeam team)
    {
        this.team = team;
        work = Work;
    }

    /// <summary>How many outputs there are for each target, side by side.</summary>
    public virtual int OutputsPerTarget => 1;

    /// <summary>How many errors a target has: one for each output, or one for all of them together.</summary>
    private protected virtual int ErrorsPerTarget => OutputsPerTarget;

    /// <summary>The mean error over the outputs of all real steps, and its gradient; 0 where there is none. Allocates nothing once the largest shape was seen.</summary>
    /// <param name="outputs">What was predicted, [steps, batch, width], where the width is <see cref="OutputsPerTarget"/> times that of the targets.</param>
    /// <param name="expected">What came, [steps, batch, targets].</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="batch">The number of sequences side by side.</param>
    /// <param name="sequenceLengths">The real steps of each sequence; empty where all are real.</param>
    /// <param name="gradient">Receives the gradient of the mean by each output; 0 past a sequence's end. It may be the memory of the outputs.</param>
    /// <exception cref="ArgumentException">A span's length is not what the shape says.</exception>
    public double MeanWithGradient(
        ReadOnlySpan<float> outputs, ReadOnlySpan<float> expected, int steps, int batch, ReadOnlySpan<int> sequenceLengths, Span<float> gradient)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        long positions = (long)steps * batch;
        int targets = positions == 0 ? 0 : (int)(expected.Length / positions);
        if (gradient.Length != outputs.Length || expected.Length != positions * targets || outputs.Length != (long)expected.Length * OutputsPerTarget)
        {
            throw new ArgumentException(
                $"{outputs.Length} outputs, {expected.Length} targets and room for {gradient.Length} gradients do not fit {steps} steps of {batch} sequences with {OutputsPerTarget} outputs for a target",
                nameof(outputs));
        }

        given.Reserve(outputs.Length);
        outputs.CopyTo(given.Span);
        double mean = MeanWithGradient(
            given, Kept(expected, ref givenTargets), steps, batch, Kept(sequenceLengths, ref givenLengths), targets, targets * OutputsPerTarget);
        given.Span[..gradient.Length].CopyTo(gradient);
        return mean;
    }

    /// <summary>The mean error over the outputs of all real steps; 0 where there is none.</summary>
    /// <param name="outputs">What was predicted, [steps, batch, row stride]; afterwards the gradient of the mean with respect to it.</param>
    /// <param name="expected">What came, [steps, batch, targets].</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="sequences">The number of sequences side by side.</param>
    /// <param name="sequenceLengths">The real steps of each sequence; empty where all are real.</param>
    /// <param name="targetWidth">The number of targets of a position; it has <see cref="OutputsPerTarget"/> times as many outputs.</param>
    /// <param name="rowStride">Floats from one position's outputs to the next's, at least as many as it has.</param>
    internal double MeanWithGradient(
        AlignedBuffer outputs, ReadOnlyMemory<float> expected, int steps, int sequences, ReadOnlyMemory<int> sequenceLengths, int targetWidth, int rowStride)
    {
        long elements = Elements(expected.Span, steps, sequences, sequenceLengths.Span, targetWidth);
        return Sum(outputs, expected, steps, sequences, sequenceLengths, targetWidth, rowStride, elements == 0 ? 0.0 : 1.0 / elements, gradient: true)
            / Math.Max(elements, 1);
    }

    /// <summary>The summed error over the outputs of all real steps. The outputs stay.</summary>
    /// <inheritdoc cref="MeanWithGradient(AlignedBuffer, ReadOnlyMemory{float}, int, int, ReadOnlyMemory{int}, int, int)"/>
    internal double Sum(
        AlignedBuffer outputs, ReadOnlyMemory<float> expected, int steps, int sequences, ReadOnlyMemory<int> sequenceLengths, int targetWidth, int rowStride) =>
        Sum(outputs, expected, steps, sequences, sequenceLengths, targetWidth, rowStride, 0.0, gradient: false);

    /// <summary>The number of errors that the mean is over.</summary>
    internal long Elements(ReadOnlySpan<float> expected, int steps, int sequences, ReadOnlySpan<int> sequenceLengths, int targetWidth)
    {
        long count = 0;
        for (int position = 0; position < steps * sequences; position++)
        {
            if (sequenceLengths.IsEmpty || position / sequences < sequenceLengths[position % sequences])
            {
                foreach (float target in expected.Slice(position * targetWidth, targetWidth))
                {
                    count += float.IsNaN(target) ? 0 : 1;
                }
            }
        }

        return count * ErrorsPerTarget;
    }

    /// <summary>The summed errors of a target's outputs.</summary>
    /// <param name="outputs">What was predicted, [<see cref="OutputsPerTarget"/>].</param>
    /// <param name="target">What came.</param>
    /// <param name="slopes">Receives the derivative by each output.</param>
    private protected abstract double Error(ReadOnlySpan<float> outputs, float target, Span<double> slopes);

    private double Sum(
        AlignedBuffer outputs,
        ReadOnlyMemory<float> expected,
        int steps,
        int sequences,
        ReadOnlyMemory<int> sequenceLengths,
        int targetWidth,
        int rowStride,
        double gradientScale,
        bool gradient)
    {
        int positions = checked(steps * sequences);
        if (rowStride < targetWidth * OutputsPerTarget || outputs.Length < (long)positions * rowStride || expected.Length != (long)positions * targetWidth)
        {
            throw new ArgumentException(
                $"{outputs.Length} outputs and {expected.Length} targets do not fit {steps} steps of {sequences} sequences with {targetWidth} targets of {OutputsPerTarget} outputs, {rowStride} apart",
                nameof(outputs));
        }

        CheckLengths(steps, sequences, sequenceLengths.Span);
        if (losses.Length < positions)
        {
            losses = new double[positions];
        }

        predictions = outputs;
        targets = expected;
        lengths = sequenceLengths;
        batch = sequences;
        width = targetWidth;
        stride = rowStride;
        scale = gradientScale;
        withGradient = gradient;
        team.Run(work);
        return PartialSums.Sum(losses.AsSpan(0, positions));
    }

    // Workers read their shares from memory that outlives the caller's spans.
    private static ReadOnlyMemory<T> Kept<T>(ReadOnlySpan<T> values, ref T[] room)
    {
        if (room.Length < values.Length)
        {
            room = new T[values.Length];
        }

        values.CopyTo(room);
        return room.AsMemory(0, values.Length);
    }

    private static void CheckLengths(int steps, int sequences, ReadOnlySpan<int> sequenceLengths)
    {
        if (!sequenceLengths.IsEmpty && sequenceLengths.Length != sequences)
        {
            throw new ArgumentException($"there are {sequenceLengths.Length} lengths for {sequences} sequences", nameof(sequenceLengths));
        }

        foreach (int length in sequenceLengths)
        {
            if (length < 0 || length > steps)
            {
                throw new ArgumentException($"a length of {length} does not fit {steps} steps", nameof(sequenceLengths));
            }
        }
    }

    private unsafe void Work(int worker)
    {
        int positions = width == 0 ? 0 : targets.Length / width;
        int first = (int)((long)positions * worker / team.Count);
        int end = (int)((long)positions * (worker + 1) / team.Count);
        ReadOnlySpan<float> expected = targets.Span;
        ReadOnlySpan<int> real = lengths.Span;
        Span<double> sums = stackalloc double[PartialSums.Count];
        int outputs = OutputsPerTarget;
        Span<double> slopes = outputs <= MostOnStack ? stackalloc double[outputs] : new double[outputs];
        for (int position = first; position < end; position++)
        {
            Span<float> row = new(predictions.Pointer + ((long)position * stride), width * OutputsPerTarget);
            if (!real.IsEmpty && position / batch >= real[position % batch])
            {
                losses[position] = 0.0;
                if (withGradient)
                {
                    row.Clear();
                }

                continue;
            }

            sums.Clear();
            for (int i = 0; i < width; i++)
            {
                Span<float> predicted = row.Slice(i * outputs, outputs);
                float target = expected[(position * width) + i];
                if (float.IsNaN(target))
                {
                    slopes.Clear();
                }
                else
                {
                    sums[i % PartialSums.Count] += Error(predicted, target, slopes);
                }

                for (int j = 0; j < outputs && withGradient; j++)
                {
                    predicted[j] = (float)(slopes[j] * scale);
                }
            }

            losses[position] = PartialSums.Total(sums);
        }
    }
}
