using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Cellwright.Tasks;

/// <summary>Makes characters of symbols that come one by one. Bytes are read as UTF-8; what is none becomes U+FFFD.</summary>
/// <param name="vocabulary">What the symbols stand for.</param>
internal sealed class SymbolDecoder(CharacterVocabulary vocabulary)
{
    private readonly List<byte> held = [];
    private readonly Queue<Rune> ready = [];

    /// <summary>Takes in the next symbol.</summary>
    public void Add(int symbol)
    {
        if (!vocabulary.IsBytes)
        {
            ready.Enqueue(vocabulary[symbol]);
            return;
        }

        held.Add((byte)symbol);
        while (held.Count > 0)
        {
            OperationStatus status = Rune.DecodeFromUtf8(CollectionsMarshal.AsSpan(held), out Rune character, out int length);
            if (status == OperationStatus.NeedMoreData)
            {
                break;
            }

            // What is no character is U+FFFD already.
            ready.Enqueue(character);
            held.RemoveRange(0, length);
        }
    }

    /// <summary>Ends the text: bytes that would have begun a character become U+FFFD.</summary>
    public void End()
    {
        if (held.Count > 0)
        {
            ready.Enqueue(Rune.ReplacementChar);
            held.Clear();
        }
    }

    /// <summary>Gives out the next character.</summary>
    public bool TryTake(out Rune character) => ready.TryDequeue(out character);
}
