namespace Cellwright.Tasks;

/// <summary>A text as the symbols of a vocabulary, of which any part can be read at any time: held in memory, or read from mapped files as it is asked for.</summary>
public abstract class SymbolText
{
    private protected SymbolText()
    {
    }

    /// <summary>The number of symbols.</summary>
    public abstract long Length { get; }

    /// <summary>Symbols that are held in memory; they are not copied.</summary>
    public static implicit operator SymbolText(int[] symbols) => new Held(symbols);

    /// <summary>Symbols that are held in memory; they are not copied.</summary>
    public static implicit operator SymbolText(ReadOnlyMemory<int> symbols) => new Held(symbols);

    /// <summary>Copies symbols out.</summary>
    /// <param name="start">The place of the first, from 0.</param>
    /// <param name="symbols">Receives as many as it holds.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public void Read(long start, Span<int> symbols)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - symbols.Length);
        ReadWithin(start, symbols);
    }

    /// <summary>A part of the text; nothing is copied.</summary>
    /// <param name="start">The place of its first symbol, from 0.</param>
    /// <param name="length">How many symbols it has.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public SymbolText Slice(long start, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start, Length - length);
        return new Part(this, start, length);
    }

    /// <summary>The first symbols: as many as given, or all where there are fewer.</summary>
    public SymbolText First(long most) => Slice(0, Math.Min(most, Length));

    /// <summary>As <see cref="Read"/>, of a range that has been checked.</summary>
    private protected abstract void ReadWithin(long start, Span<int> symbols);

    private sealed class Held(ReadOnlyMemory<int> all) : SymbolText
    {
        public override long Length => all.Length;

        private protected override void ReadWithin(long start, Span<int> symbols) => all.Span.Slice((int)start, symbols.Length).CopyTo(symbols);
    }

    private sealed class Part(SymbolText whole, long first, long length) : SymbolText
    {
        public override long Length => length;

        private protected override void ReadWithin(long start, Span<int> symbols) => whole.ReadWithin(first + start, symbols);
    }
}
