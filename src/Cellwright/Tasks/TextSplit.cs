namespace Cellwright.Tasks;

/// <summary>A text's symbols cut by position: the first nine tenths for training, the rest for validation.</summary>
/// <param name="Training">The symbols to learn from.</param>
/// <param name="Validation">The symbols to be judged by.</param>
public readonly record struct TextSplit(ReadOnlyMemory<int> Training, ReadOnlyMemory<int> Validation)
{
    /// <summary>Cuts a text after nine tenths of its length, rounded down.</summary>
    public static TextSplit Of(ReadOnlyMemory<int> symbols)
    {
        int training = (int)(symbols.Length * 9L / 10);
        return new TextSplit(symbols[..training], symbols[training..]);
    }
}
