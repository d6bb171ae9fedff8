using Cellwright.Randomness;

namespace Cellwright.Tasks.Memory;

/// <summary>
/// The copying memory problem (Hochreiter and Schmidhuber, 1997, in the form of Arjovsky, Shah and Bengio, 2016): ten symbols
/// of eight, T − 1 blanks, a sign to begin, ten blanks. The answer is T + 10 blanks and then the ten symbols; only these are judged.
/// </summary>
/// <param name="length">T, from 1; a sequence has T + 20 steps.</param>
public sealed class CopyTask(int length) : IMemoryTask
{
    private const int Symbols = 8;
    private const int Blank = Symbols;
    private const int Begin = Symbols + 1;
    private const int Remembered = 10;
    private const double SolvedFrom = 0.99;

    /// <inheritdoc/>
    public string Name => "copy";

    /// <inheritdoc/>
    public int Length => length;

    /// <summary>10: the eight symbols, the blank and the sign to begin.</summary>
    public int InputWidth => Symbols + 2;

    /// <summary>9: the eight symbols and the blank.</summary>
    public int OutputWidth => Symbols + 1;

    /// <inheritdoc/>
    public int MostSteps => length + (2 * Remembered);

    /// <inheritdoc/>
    public MemoryTargets Targets => MemoryTargets.Classes;

    /// <inheritdoc/>
    public double Tolerance => 0;

    /// <summary>10 log 8 / (T + 20): blanks are known, and each of the ten symbols is guessed.</summary>
    public double Baseline => Remembered * PortableMath.Log(Symbols) / MostSteps;

    /// <inheritdoc/>
    public string Criterion => "in 99 % of sequences all ten symbols are said again";

    /// <inheritdoc/>
    public IReadOnlyList<PublishedResult> Published { get; } =
    [
        new("Arjovsky, Shah and Bengio, 2016", "T = 100, 200, 300, 500", "unitary RNN solves it; LSTM and tanh RNN stay at the baseline or hardly below it", PublishedResult.Recalled),
    ];

    /// <inheritdoc/>
    public bool IsSolved(MemoryScore score) => score.Right >= SolvedFrom;

    /// <inheritdoc/>
    public int Write(RandomStream stream, ulong number, MemoryBatch batch, int lane)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int steps = MostSteps;
        int answer = steps - Remembered;
        for (int step = 0; step < steps; step++)
        {
            bool isSymbol = step < Remembered;
            int symbol = isSymbol ? stream.Below(number, (ulong)step, Symbols) : step == answer - 1 ? Begin : Blank;
            batch.SetInput(step, lane, symbol, 1f);
            if (step < answer)
            {
                batch.SetClass(step, lane, Blank, mayCome: 0);
            }

            if (isSymbol)
            {
                batch.SetClass(answer + step, lane, symbol, 1u << symbol);
            }
        }

        return steps;
    }
}
