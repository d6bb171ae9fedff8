using Cellwright.Kernels;
using Cellwright.Tensors;

namespace Cellwright.Training;

/// <summary>
/// The mean of an error between outputs and the numbers that came, and its gradient. Steps past the end of a sequence
/// count for nothing: they are not read, and their gradient is 0.
/// </summary>
internal abstract class SequenceLoss
{
    private readonly WorkerTeam team;
    private readonly Action<int> work;
    private double[] losses = [];
    private AlignedBuffer predictions = null!;
    private ReadOnlyMemory<float> targets;
    private ReadOnlyMemory<int> lengths;
    private int batch;
    private int width;
    private int stride;
    private double scale;
    private bool withGradient;

    /// <summary>A loss that splits its positions among the workers of a team.</summary>
    protected SequenceLoss(WorkerTeam team)
    {
        this.team = team;
        work = Work;
    }

    /// <summary>How many outputs there are for each target, side by side.</summary>
    public virtual int OutputsPerTarget => 1;

    /// <summary>The mean error over the outputs of all real steps; 0 where there is none.</summary>
    /// <param name="outputs">What was predicted, [steps, batch, row stride]; afterwards the gradient of the mean with respect to it.</param>
    /// <param name="expected">What came, [steps, batch, targets].</param>
    /// <param name="steps">The number of steps.</param>
    /// <param name="sequences">The number of sequences side by side.</param>
    /// <param name="sequenceLengths">The real steps of each sequence; empty where all are real.</param>
    /// <param name="targetWidth">The number of targets of a position; it has <see cref="OutputsPerTarget"/> times as many outputs.</param>
    /// <param name="rowStride">Floats from one position's outputs to the next's, at least as many as it has.</param>
    public double MeanWithGradient(
        AlignedBuffer outputs, ReadOnlyMemory<float> expected, int steps, int sequences, ReadOnlyMemory<int> sequenceLengths, int targetWidth, int rowStride)
    {
        long elements = Elements(steps, sequences, sequenceLengths.Span, targetWidth);
        return Sum(outputs, expected, steps, sequences, sequenceLengths, targetWidth, rowStride, elements == 0 ? 0.0 : 1.0 / elements, gradient: true)
            / Math.Max(elements, 1);
    }

    /// <summary>The summed error over the outputs of all real steps. The outputs stay.</summary>
    /// <inheritdoc cref="MeanWithGradient"/>
    public double Sum(
        AlignedBuffer outputs, ReadOnlyMemory<float> expected, int steps, int sequences, ReadOnlyMemory<int> sequenceLengths, int targetWidth, int rowStride) =>
        Sum(outputs, expected, steps, sequences, sequenceLengths, targetWidth, rowStride, 0.0, gradient: false);

    /// <summary>The number of errors that the mean is over.</summary>
    public long Elements(int steps, int sequences, ReadOnlySpan<int> sequenceLengths, int targetWidth)
    {
        long positions = (long)steps * sequences;
        if (!sequenceLengths.IsEmpty)
        {
            positions = 0;
            foreach (int length in sequenceLengths)
            {
                positions += length;
            }
        }

        return positions * targetWidth * OutputsPerTarget;
    }

    /// <summary>The error of one output.</summary>
    /// <param name="output">What was predicted.</param>
    /// <param name="target">What came.</param>
    /// <param name="place">Which of the outputs of this target it is.</param>
    /// <param name="slope">The derivative of the error by the output.</param>
    protected abstract double Error(float output, float target, int place, out double slope);

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
            for (int i = 0; i < row.Length; i++)
            {
                sums[i % PartialSums.Count] += Error(row[i], expected[(position * width) + (i / OutputsPerTarget)], i % OutputsPerTarget, out double slope);
                if (withGradient)
                {
                    row[i] = (float)(slope * scale);
                }
            }

            losses[position] = PartialSums.Total(sums);
        }
    }
}
