using System.Globalization;

namespace Cellwright.Tasks;

/// <summary>
/// Windows of a text for truncated back-propagation with carried state. The text is read as a ring: sequence b starts
/// b/B of the way round, and every window goes on where that sequence's last one ended, so a state never has to be
/// thrown away and every character is a target equally often.
/// </summary>
public sealed class TextBatches
{
    private readonly ReadOnlyMemory<int> symbols;

    /// <summary>The windows of a text.</summary>
    /// <param name="symbols">The text.</param>
    /// <param name="batch">The number of sequences B.</param>
    /// <param name="window">The number of steps T of a window.</param>
    /// <exception cref="CorpusException">The text is shorter than one batch of windows.</exception>
    public TextBatches(ReadOnlyMemory<int> symbols, int batch, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batch, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (symbols.Length < (long)batch * window)
        {
            throw new CorpusException(string.Create(
                CultureInfo.InvariantCulture,
                $"the training part has {symbols.Length} characters, fewer than one batch of {batch} windows of {window}; give a longer text, or a smaller --batch or --window"));
        }

        this.symbols = symbols;
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
        ReadOnlySpan<int> text = symbols.Span;
        for (int sequence = 0; sequence < Batch; sequence++)
        {
            long start = (long)sequence * text.Length / Batch;
            int position = (int)((start + ((long)step * Window)) % text.Length);
            for (int time = 0; time < Window; time++)
            {
                inputs[(time * Batch) + sequence] = text[position];
                position = position + 1 == text.Length ? 0 : position + 1;
                targets[(time * Batch) + sequence] = text[position];
            }
        }
    }
}
