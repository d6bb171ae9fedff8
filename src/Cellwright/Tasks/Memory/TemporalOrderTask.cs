using Cellwright.Randomness;

namespace Cellwright.Tasks.Memory;

/// <summary>
/// Temporal order, task 6a of Hochreiter and Schmidhuber (1997): a sequence of T to 1.1 T symbols begins with E, ends with B
/// and has X or Y at one of the places T/10 to T/5 and again at one of T/2 to 3T/5; the others are a, b, c or d. After B
/// the class is asked for: which of X and Y came first and which second.
/// </summary>
/// <param name="length">T, from 10.</param>
public sealed class TemporalOrderTask(int length) : IMemoryTask
{
    private const int Distractors = 4;
    private const int X = Distractors;
    private const int Begin = Distractors + 2;
    private const int End = Distractors + 3;
    private const double SolvedFrom = 0.99;

    /// <inheritdoc/>
    public string Name => "order";

    /// <inheritdoc/>
    public int Length => length;

    /// <summary>8: a, b, c, d, X, Y, E, B.</summary>
    public int InputWidth => Distractors + 4;

    /// <summary>4: XX, XY, YX, YY.</summary>
    public int OutputWidth => 4;

    /// <inheritdoc/>
    public int MostSteps => length + (length / 10);

    /// <inheritdoc/>
    public MemoryTargets Targets => MemoryTargets.Classes;

    /// <inheritdoc/>
    public double Tolerance => 0;

    /// <summary>log 4: all classes are as likely.</summary>
    public double Baseline => PortableMath.Log(4);

    /// <inheritdoc/>
    public string Criterion => "99 % of sequences are classified right";

    /// <inheritdoc/>
    public IReadOnlyList<PublishedResult> Published { get; } =
    [
        new("Hochreiter and Schmidhuber, 1997", "LSTM, 156 weights, T = 100 to 110", "31,390 sequences; 1 of 2,560 wrong", "the sequences and weights in a retelling (cybertronai/schmidhuber-problems); the errors recalled"),
    ];

    /// <inheritdoc/>
    public bool IsSolved(MemoryScore score) => score.Right >= SolvedFrom;

    /// <inheritdoc/>
    public int Write(RandomStream stream, ulong number, MemoryBatch batch, int lane)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int steps = length + stream.Below(number, 0, (length / 10) + 1);
        int first = (length / 10) + stream.Below(number, 1, (length / 5) - (length / 10) + 1);
        int second = (length / 2) + stream.Below(number, 2, (3 * length / 5) - (length / 2) + 1);
        int one = stream.Below(number, 3, 2);
        int two = stream.Below(number, 4, 2);
        for (int step = 0; step < steps; step++)
        {
            int symbol = step == 0 ? Begin
                : step == steps - 1 ? End
                : step == first ? X + one
                : step == second ? X + two
                : (int)(stream.Bits(number, (ulong)step) % Distractors);
            batch.SetInput(step, lane, symbol, 1f);
        }

        int order = (2 * one) + two;
        batch.SetClass(steps - 1, lane, order, 1u << order);
        return steps;
    }
}
