using Cellwright.Randomness;

namespace Cellwright.Tasks.Memory;

/// <summary>
/// The language aⁿbⁿcⁿ (Gers and Schmidhuber, 2001): a sign to begin, n times a, n times b, n times c. After each symbol the
/// set of those that may come next is asked for, of a, b, c and the end: after an a both a and b, then only what the count says.
/// </summary>
/// <param name="length">The largest n that is drawn, from 1; each n up to it is as likely.</param>
public sealed class CountingTask(int length) : IMemoryTask
{
    private const int Letters = 3;

    /// <inheritdoc/>
    public string Name => "anbncn";

    /// <inheritdoc/>
    public int Length => length;

    /// <summary>4: the sign to begin, a, b, c.</summary>
    public int InputWidth => Letters + 1;

    /// <summary>4: a, b, c, the end.</summary>
    public int OutputWidth => Letters + 1;

    /// <inheritdoc/>
    public int MostSteps => StepsOf(length);

    /// <inheritdoc/>
    public MemoryTargets Targets => MemoryTargets.Sets;

    /// <inheritdoc/>
    public double Tolerance => 0;

    /// <inheritdoc/>
    public double Baseline => double.NaN;

    /// <inheritdoc/>
    public string Criterion => "every set of every sequence is right";

    /// <inheritdoc/>
    public IReadOnlyList<PublishedResult> Published { get; } =
    [
        new("Gers and Schmidhuber, 2001", "LSTM with peepholes, trained on n = 1 to 10", "right up to n = 28 on average, 52 at best", PublishedResult.Recalled),
        new("Pérez-Ortiz, Gers, Eck and Schmidhuber, 2002", "LSTM trained by a Kalman filter on n = 1 to 10", "n up to 1,000 and more", "abstract of the paper"),
    ];

    /// <summary>The steps of a sequence.</summary>
    public static int StepsOf(int n) => 1 + (Letters * n);

    /// <inheritdoc/>
    public bool IsSolved(MemoryScore score) => score.Right >= 1.0;

    /// <inheritdoc/>
    public int Write(RandomStream stream, ulong number, MemoryBatch batch, int lane) => Write(1 + stream.Below(number, 0, length), batch, lane);

    /// <summary>Writes the sequence of one n.</summary>
    internal static int Write(int n, MemoryBatch batch, int lane)
    {
        batch.SetInput(0, lane, 0, 1f);
        batch.SetSet(0, lane, 1u);
        for (int letter = 0; letter < Letters; letter++)
        {
            for (int i = 1; i <= n; i++)
            {
                int step = (letter * n) + i;
                batch.SetInput(step, lane, 1 + letter, 1f);
                uint next = 1u << (i == n ? letter + 1 : letter);
                batch.SetSet(step, lane, letter == 0 ? 0b11u : next);
            }
        }

        return StepsOf(n);
    }
}
