namespace Cellwright.Tasks;

/// <summary>A text cut by position: the first nine tenths for training, the rest for validation.</summary>
/// <param name="Training">The symbols to learn from.</param>
/// <param name="Validation">The symbols to be judged by.</param>
public readonly record struct TextSplit(SymbolText Training, SymbolText Validation)
{
    /// <summary>Cuts a text after nine tenths of its length, rounded down.</summary>
    public static TextSplit Of(SymbolText symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        long training = (symbols.Length / 10 * 9) + (symbols.Length % 10 * 9 / 10);
        return new TextSplit(symbols.Slice(0, training), symbols.Slice(training, symbols.Length - training));
    }
}
