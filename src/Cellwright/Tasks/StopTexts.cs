using System.Text;

namespace Cellwright.Tasks;

/// <summary>
/// Looks for texts in characters that come one by one, and holds back those that may be the beginning of one, so that
/// nothing of a text that is found has been given out.
/// </summary>
internal sealed class StopTexts
{
    private readonly Rune[][] texts;
    private readonly List<Rune> held = [];
    private int free;

    /// <summary>Looks for these texts.</summary>
    /// <exception cref="ArgumentException">One is empty.</exception>
    public StopTexts(IReadOnlyList<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        this.texts = [.. texts.Select(text => text is { Length: > 0 }
            ? text.EnumerateRunes().ToArray()
            : throw new ArgumentException("a text that ends the writing has a character or more", nameof(texts)))];
    }

    /// <summary>Whether one of the texts has come.</summary>
    public bool HasCome { get; private set; }

    /// <summary>Begins anew.</summary>
    public void Begin()
    {
        held.Clear();
        free = 0;
        HasCome = false;
    }

    /// <summary>Takes in the next character.</summary>
    public void Add(Rune character)
    {
        held.Add(character);
        int longest = 0;
        foreach (Rune[] text in texts)
        {
            for (int length = Math.Min(text.Length, held.Count); length > longest; length--)
            {
                if (EndsWith(text.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        Rune[]? found = texts.Where(text => EndsWith(text)).MaxBy(text => text.Length);
        if (found is not null)
        {
            HasCome = true;
            held.RemoveRange(held.Count - found.Length, found.Length);
            longest = 0;
        }

        free = held.Count - longest;
    }

    /// <summary>Gives out the next character that belongs to none of the texts.</summary>
    public bool TryTake(out Rune character)
    {
        bool any = free > 0;
        free -= any ? 1 : 0;
        return TakeFirst(any, out character);
    }

    /// <summary>Gives out the next character, as no more will come.</summary>
    public bool TryTakeRest(out Rune character) => TakeFirst(held.Count > 0, out character);

    private bool TakeFirst(bool any, out Rune character)
    {
        character = any ? held[0] : default;
        if (any)
        {
            held.RemoveAt(0);
        }

        return any;
    }

    private bool EndsWith(ReadOnlySpan<Rune> text)
    {
        if (held.Count < text.Length)
        {
            return false;
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (held[held.Count - text.Length + i] != text[i])
            {
                return false;
            }
        }

        return true;
    }
}
