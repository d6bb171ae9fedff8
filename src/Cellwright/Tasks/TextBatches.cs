using System.Globalization;

namespace Cellwright.Tasks;

/// <summary>
/// Windows of a text for truncated back-propagation with carried state. The text is read as a ring: sequence b starts
/// b/B of the way round, and every window goes on where that sequence's last one ended, so a state never has to be
/// thrown away and every character is a target equally often.
/// </summary>
public sealed class TextBatches
{
    private readonly SymbolText symbols;
    private readonly int[] read;

    /// <summary>The windows of a text.</summary>
    /// <param name="symbols">The text.</param>
    /// <param name="batch">The number of sequences B.</param>
    /// <param name="window">The number of steps T of a window.</param>
    /// <exception cref="CorpusException">The text is shorter than one batch of windows.</exception>
    public TextBatches(SymbolText symbols, int batch, int window)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (symbols.Length < (long)batch * window)
        {
            throw new CorpusException(string.Create(
                CultureInfo.InvariantCulture,
                $"the training part has {symbols.Length} characters, fewer than one batch of {batch} windows of {window}; give a longer text, or a smaller --batch or --window"));
        }

        this.symbols = symbols;
        read = new int[window + 1];
        Batch = batch;
        Window = window;
    }

    /// <summary>The number of sequences.</summary>
    public int Batch { get; }

    /// <summary>The number of steps of a window.</summary>
    public int Window { get; }

    /// <summary>Writes one window: what is read, and for each position the symbol that follows.</summary>
    /// <param name="step">Which window, from 0.</param>
    /// <param name="inputs">Symbols [window, batch].</param>
    /// <param name="targets">Symbols [window, batch].</param>
    public void Fill(int step, Span<int> inputs, Span<int> targets)
    {
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            // A text has fewer than 2^48 symbols, and a batch fewer than 2^15 sequences.
            long start = sequence * symbols.Length / Batch;
            Read((start + ((long)step * Window)) % symbols.Length);
            for (int time = 0; time < Window; time++)
            {
                inputs[(time * Batch) + sequence] = read[time];
                targets[(time * Batch) + sequence] = read[time + 1];
            }
        }
    }

    // The text is a ring; one that is as short as a window comes round more than once.
    private void Read(long position)
    {
        for (int filled = 0; filled < read.Length;)
        {
            int length = (int)Math.Min(read.Length - filled, symbols.Length - position);
            symbols.Read(position, read.AsSpan(filled, length));
            filled += length;
            position = 0;
        }
    }
}
