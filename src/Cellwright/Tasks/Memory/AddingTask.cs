using Cellwright.Randomness;

namespace Cellwright.Tasks.Memory;

/// <summary>
/// The adding problem (Hochreiter and Schmidhuber, 1997), in the form of Le, Jaitly and Hinton (2015) and Arjovsky, Shah and
/// Bengio (2016): T pairs of a number, uniform in [0, 1), and a mark; one mark in each half is 1, the others 0. After the
/// last pair the sum of the two marked numbers is asked for.
/// </summary>
/// <param name="length">T, from 4.</param>
public sealed class AddingTask(int length) : IMemoryTask
{
    private const int Chunk = 64;

    // Hochreiter and Schmidhuber count an answer as right below this error, of sums that are halved there.
    private const double RightWithin = 0.04;
    private const double SolvedBelow = 0.01;

    /// <inheritdoc/>
    public string Name => "adding";

    /// <inheritdoc/>
    public int Length => length;

    /// <inheritdoc/>
    public int InputWidth => 2;

    /// <inheritdoc/>
    public int OutputWidth => 1;

    /// <inheritdoc/>
    public int MostSteps => length;

    /// <inheritdoc/>
    public MemoryTargets Targets => MemoryTargets.Values;

    /// <inheritdoc/>
    public double Tolerance => RightWithin;

    /// <summary>1/6: the variance of the sum of two numbers uniform in [0, 1), the error of always saying 1.</summary>
    public double Baseline => 1.0 / 6.0;

    /// <inheritdoc/>
    public string Criterion => "the mean squared error is below 0.01 (always saying 1 has 1/6)";

    /// <inheritdoc/>
    public IReadOnlyList<PublishedResult> Published { get; } =
    [
        new("Hochreiter and Schmidhuber, 1997", "LSTM, 93 weights, their scaling of the task, T = 100", "74,000 sequences; 1 of 2,560 test errors above 0.04", PublishedResult.Recalled),
        new("Hochreiter and Schmidhuber, 1997", "the same, T = 500 and 1,000", "209,000 and 853,000 sequences", PublishedResult.Recalled),
        new("Arjovsky, Shah and Bengio, 2016", "T = 100, 200, 400, 750", "LSTM and unitary RNN solve it; a tanh RNN does not", PublishedResult.Recalled),
        new("Li and others, 2018", "128 units, T = 100, 500, 1,000; IndRNN of two layers, Adam, u bounded by 2^(1/T)", "IndRNN solves all three", "its setup in a later thesis of the same work; the result recalled"),
    ];

    /// <inheritdoc/>
    public bool IsSolved(MemoryScore score) => score.Loss < SolvedBelow;

    /// <inheritdoc/>
    public int Write(RandomStream stream, ulong number, MemoryBatch batch, int lane)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int half = length / 2;
        int first = stream.Below(number, 0, half);
        int second = half + stream.Below(number, 1, length - half);
        Span<float> chunk = stackalloc float[Chunk];
        float sum = 0f;
        for (int start = 0; start < length; start += Chunk)
        {
            Span<float> drawn = chunk[..Math.Min(Chunk, length - start)];
            stream.FillUniform(drawn, number, (ulong)start);
            for (int i = 0; i < drawn.Length; i++)
            {
                int step = start + i;
                bool isMarked = step == first || step == second;
                sum += isMarked ? drawn[i] : 0f;
                batch.SetInput(step, lane, 0, drawn[i]);
                batch.SetInput(step, lane, 1, isMarked ? 1f : 0f);
            }
        }

        batch.SetValue(length - 1, lane, 0, sum);
        return length;
    }
}
