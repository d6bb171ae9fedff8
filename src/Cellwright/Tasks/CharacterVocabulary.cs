using System.Globalization;
using System.Text;

namespace Cellwright.Tasks;

/// <summary>
/// The distinct characters (Unicode scalar values) of a text in the order of their code points, or all 256 bytes in order;
/// a symbol is a place in it.
/// </summary>
public sealed class CharacterVocabulary
{
    private readonly Rune[] characters;
    private readonly Dictionary<Rune, int> symbols;

    private SymbolTable? table;

    private CharacterVocabulary(IEnumerable<Rune> distinct)
    {
        characters = [.. distinct.Order()];
        symbols = characters.Select((character, symbol) => (character, symbol)).ToDictionary(pair => pair.character, pair => pair.symbol);
        Text = string.Concat(characters.Select(character => character.ToString()));
    }

    /// <summary>All bytes: for files that are no UTF-8 text. A text is its UTF-8 bytes, so no character is unknown.</summary>
    public static CharacterVocabulary Bytes { get; } = new(Enumerable.Range(0, 256).Select(value => new Rune(value))) { IsBytes = true };

    /// <summary>Whether symbols are bytes.</summary>
    public bool IsBytes { get; private init; }

    /// <summary>What one symbol is: a character or a byte.</summary>
    public string Unit => IsBytes ? "byte" : "character";

    /// <summary>The number of characters, or of bytes.</summary>
    public int Count => characters.Length;

    /// <summary>All characters one after the other; a vocabulary <see cref="Of"/> this text is the same one. For bytes, the characters with their values as code points.</summary>
    public string Text { get; }

    /// <summary>The symbols by code point.</summary>
    internal SymbolTable Symbols => table ??= new SymbolTable(characters);

    /// <summary>The character that a symbol stands for; for a byte, the character with its value as the code point.</summary>
    public Rune this[int symbol] => characters[symbol];

    /// <summary>A symbol as it is shown: its character, and a byte that is no ASCII as <c>\xC3</c>.</summary>
    public string Name(int symbol) => IsBytes && symbol >= 0x80 ? $"\\x{symbol:X2}" : characters[symbol].ToString();

    /// <summary>The vocabulary of a text.</summary>
    public static CharacterVocabulary Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new CharacterVocabulary(text.EnumerateRunes().Distinct());
    }

    /// <summary>Whether a character is in the vocabulary: with bytes, every one.</summary>
    public bool Contains(Rune character) => IsBytes || symbols.ContainsKey(character);

    /// <summary>The symbols of a text.</summary>
    /// <exception cref="CorpusException">A character is not in the vocabulary; the message lists up to five.</exception>
    public int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsBytes)
        {
            return [.. Encoding.UTF8.GetBytes(text).Select(value => (int)value)];
        }

        int[] encoded = new int[text.EnumerateRunes().Count()];
        int position = 0;
        foreach (Rune character in text.EnumerateRunes())
        {
            if (!symbols.TryGetValue(character, out encoded[position++]))
            {
                throw new CorpusException(Unknown(text));
            }
        }

        return encoded;
    }

    /// <summary>The symbols of a text without the characters that are not in the vocabulary.</summary>
    /// <param name="text">The text.</param>
    /// <param name="unknown">Each character that was left out, in the order of code points, and how often it came.</param>
    public int[] EncodeKnown(string text, out IReadOnlyDictionary<Rune, int> unknown)
    {
        ArgumentNullException.ThrowIfNull(text);
        SortedDictionary<Rune, int> leftOut = [];
        unknown = leftOut;
        if (IsBytes)
        {
            return Encode(text);
        }

        List<int> encoded = new(text.Length);
        foreach (Rune character in text.EnumerateRunes())
        {
            if (symbols.TryGetValue(character, out int symbol))
            {
                encoded.Add(symbol);
            }
            else
            {
                leftOut[character] = leftOut.GetValueOrDefault(character) + 1;
            }
        }

        return [.. encoded];
    }

    /// <summary>The text that symbols stand for; bytes are read as UTF-8, and what is none becomes U+FFFD.</summary>
    public string Decode(ReadOnlySpan<int> encoded)
    {
        if (IsBytes)
        {
            return Encoding.UTF8.GetString([.. encoded.ToArray().Select(symbol => (byte)symbol)]);
        }

        StringBuilder text = new(encoded.Length);
        foreach (int symbol in encoded)
        {
            text.Append(characters[symbol].ToString());
        }

        return text.ToString();
    }

    /// <summary>A character as an error message shows it: itself where it can be seen, and its code point.</summary>
    public static string Show(Rune character)
    {
        bool visible = !Rune.IsControl(character) && !Rune.IsWhiteSpace(character);
        return string.Create(CultureInfo.InvariantCulture, $"{(visible ? $"'{character}' " : string.Empty)}U+{character.Value:X4}");
    }

    private string Unknown(string text)
    {
        Rune[] unknown = [.. text.EnumerateRunes().Where(character => !symbols.ContainsKey(character)).Distinct().Order()];
        string list = string.Join(", ", unknown.Take(5).Select(Show));
        string more = unknown.Length > 5 ? string.Create(CultureInfo.InvariantCulture, $" and {unknown.Length - 5} more") : string.Empty;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"the text has {(unknown.Length == 1 ? "a character" : "characters")} that the model never saw: {list}{more}; it knows {Count} characters");
    }
}
