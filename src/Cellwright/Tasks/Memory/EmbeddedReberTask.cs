using Cellwright.Randomness;

namespace Cellwright.Tasks.Memory;

/// <summary>
/// The embedded Reber grammar (Cleeremans, Servan-Schreiber and McClelland, 1989; Hochreiter and Schmidhuber, 1997, experiment
/// 1): B, then T or P, a string of Reber's grammar, the same T or P again, E. The next symbol is learned at every step, and
/// judged is whether the largest outputs are those of the symbols that may come, of which there are one or two.
/// </summary>
/// <param name="length">The most symbols of a string, from 9; longer ones are drawn anew.</param>
public sealed class EmbeddedReberTask(int length) : IMemoryTask
{
    private const string Symbols = "BTPSXVE";
    private const int Final = 6;
    private const double SolvedFrom = 1.0;

    // Of each state of Reber's grammar behind its B, the two ways on: which symbol leads where. The last state has one, E.
    private static readonly (char Symbol, int Next)[][] Ways =
    [
        [('T', 1), ('P', 2)],
        [('S', 1), ('X', 3)],
        [('T', 2), ('V', 4)],
        [('X', 2), ('S', 5)],
        [('P', 3), ('V', 5)],
        [('E', Final)],
    ];

    private static readonly uint[] MayCome = [.. Ways.Select(ways => ways.Aggregate(0u, (bits, way) => bits | Bit(way.Symbol)))];

    /// <inheritdoc/>
    public string Name => "reber";

    /// <inheritdoc/>
    public int Length => length;

    /// <summary>7: B, T, P, S, X, V, E.</summary>
    public int InputWidth => Symbols.Length;

    /// <inheritdoc/>
    public int OutputWidth => Symbols.Length;

    /// <inheritdoc/>
    public int MostSteps => length - 1;

    /// <inheritdoc/>
    public MemoryTargets Targets => MemoryTargets.Classes;

    /// <inheritdoc/>
    public double Tolerance => 0;

    /// <inheritdoc/>
    public double Baseline => double.NaN;

    /// <inheritdoc/>
    public string Criterion => "in every string the largest outputs are those of the symbols that may come, at every step";

    /// <inheritdoc/>
    public IReadOnlyList<PublishedResult> Published { get; } =
    [
        new("Hochreiter and Schmidhuber, 1997", "LSTM, 3 blocks of 2 units, learning rate 0.5", "all trials succeed, after 8,440 strings", "the strings in a retelling (cybertronai/schmidhuber-problems), which counts 148 of 150 trials; the rest recalled"),
        new("Hochreiter and Schmidhuber, 1997", "LSTM, 4 blocks of 1 unit, learning rate 0.5", "97 % of trials succeed, after 9,500 strings", PublishedResult.Recalled),
        new("Hochreiter and Schmidhuber, 1997, citing others", "Elman network", "no trial succeeds in 200,000 strings", PublishedResult.Recalled),
    ];

    /// <inheritdoc/>
    public bool IsSolved(MemoryScore score) => score.Right >= SolvedFrom;

    /// <inheritdoc/>
    public int Write(RandomStream stream, ulong number, MemoryBatch batch, int lane)
    {
        ArgumentNullException.ThrowIfNull(batch);
        int outer = Index(stream.Below(number, 0, 2) == 0 ? 'T' : 'P');

        // Each try has draws of its own, as many as the longest string has choices.
        ulong draw = 1;
        while (!Fits(stream, number, draw))
        {
            draw += (ulong)length;
        }

        int step = 0;
        Add(Index('B'), Bit('T') | Bit('P'), outer);
        Add(outer, Bit('B'), Index('B'));
        int symbol = Index('B');
        for (int state = 0; state != Final;)
        {
            (char Symbol, int Next)[] ways = Ways[state];
            (char came, int next) = ways[Choice(stream, number, draw++, ways.Length)];
            Add(symbol, MayCome[state], Index(came));
            (symbol, state) = (Index(came), next);
        }

        Add(symbol, 1u << outer, outer);
        Add(outer, Bit('E'), Index('E'));
        return step;

        void Add(int read, uint mayCome, int came)
        {
            batch.SetInput(step, lane, read, 1f);
            batch.SetClass(step, lane, came, mayCome);
            step++;
        }
    }

    // B and T or P before and behind, E at the end, and the inner B: five symbols around the inner string's others.
    private bool Fits(RandomStream stream, ulong number, ulong draw)
    {
        int symbols = 5;
        for (int state = 0; state != Final && symbols <= length; symbols++)
        {
            (char Symbol, int Next)[] ways = Ways[state];
            state = ways[Choice(stream, number, draw++, ways.Length)].Next;
        }

        return symbols <= length;
    }

    private static int Choice(RandomStream stream, ulong number, ulong draw, int ways) => (int)(stream.Bits(number, draw) >> 31) % ways;

    private static int Index(char symbol) => Symbols.IndexOf(symbol, StringComparison.Ordinal);

    private static uint Bit(char symbol) => 1u << Index(symbol);
}
