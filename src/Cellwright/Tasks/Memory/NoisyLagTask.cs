using Cellwright.Randomness;

namespace Cellwright.Tasks.Memory;

/// <summary>
/// Noise and signal on one line, task 3a of Hochreiter and Schmidhuber (1997) after the two-sequence problem of Bengio, Simard
/// and Frasconi (1994): the first three numbers of T to 1.1 T are +1 or −1, the others normal noise of variance 0.2. After
/// the last one the sign is asked for.
/// </summary>
/// <param name="length">T, from 4.</param>
public sealed class NoisyLagTask(int length) : IMemoryTask
{
    private const int Signal = 3;
    private const int Chunk = 64;
    private const float Deviation = 0.4472136f;
    private const double SolvedFrom = 0.99;

    /// <inheritdoc/>
    public string Name => "noisy";

    /// <inheritdoc/>
    public int Length => length;

    /// <inheritdoc/>
    public int InputWidth => 1;

    /// <inheritdoc/>
    public int OutputWidth => 2;

    /// <inheritdoc/>
    public int MostSteps => length + (length / 10);

    /// <inheritdoc/>
    public MemoryTargets Targets => MemoryTargets.Classes;

    /// <inheritdoc/>
    public double Tolerance => 0;

    /// <summary>log 2: both classes are as likely.</summary>
    public double Baseline => PortableMath.Log(2);

    /// <inheritdoc/>
    public string Criterion => "99 % of sequences are classified right";

    /// <inheritdoc/>
    public IReadOnlyList<PublishedResult> Published { get; } =
    [
        new("Hochreiter and Schmidhuber, 1997", "LSTM, 102 weights, T = 100, three signal elements", "27,380 sequences until none of 256 is wrong", "about 27,000 in a retelling (cybertronai/schmidhuber-problems); the exact number recalled"),
    ];

    /// <inheritdoc/>
    public bool IsSolved(MemoryScore score) => score.Right >= SolvedFrom;

    /// <inheritdoc/>
    public int Write(RandomStream stream, ulong number, MemoryBatch batch, int lane)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int steps = length + stream.Below(number, 0, (length / 10) + 1);
        int side = stream.Below(number, 1, 2);
        Span<float> chunk = stackalloc float[Chunk];
        for (int start = 0; start < steps; start += Chunk)
        {
            Span<float> noise = chunk[..Math.Min(Chunk, steps - start)];
            stream.FillNormal(noise, number, (ulong)start);
            for (int i = 0; i < noise.Length; i++)
            {
                batch.SetInput(start + i, lane, 0, start + i >= Signal ? noise[i] * Deviation : side == 0 ? 1f : -1f);
            }
        }

        batch.SetClass(steps - 1, lane, side, 1u << side);
        return steps;
    }
}
