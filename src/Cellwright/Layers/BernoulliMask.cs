using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Cellwright.Randomness;

namespace Cellwright.Layers;

/// <summary>
/// Independent choices of elements, each with the same probability. Whether an element is chosen follows from seed,
/// place, training step and the element's number, so a backward pass draws the same again instead of keeping it.
/// </summary>
internal readonly struct BernoulliMask
{
    // Two elements share a word of random bits.
    private const int ElementsOfWord = 2;
    private const int BlockWords = 512;
    private const uint Certain = 1 << 16;

    private readonly RandomStream random;
    private readonly uint threshold;

    /// <summary>The choices at one place of a model.</summary>
    /// <param name="rate">The probability, from 0 to less than 1, rounded to a multiple of 2⁻¹⁶.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="purpose">What is chosen and where.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not from 0 to less than 1.</exception>
    public BernoulliMask(double rate, ulong seed, string purpose)
    {
        threshold = Threshold(rate);
        random = new RandomStream(seed, purpose);
    }

    /// <summary>The elements of one group that begins with a block of random words of its own.</summary>
    public const int GroupLength = BlockWords * ElementsOfWord;

    /// <summary>The probability as it was rounded.</summary>
    public double Rate => (double)threshold / Certain;

    /// <summary>Whether no element is ever chosen.</summary>
    public bool IsEmpty => threshold == 0;

    /// <summary>What the elements that are not chosen are multiplied by, so that the expectation stays when the others become 0.</summary>
    public float KeptScale => (float)((double)Certain / (Certain - threshold));

    /// <summary>A rate as masks use it: rounded to a multiple of 2⁻¹⁶.</summary>
    public static double Rounded(double rate) => (double)Threshold(rate) / Certain;

    /// <summary>
    /// The number of an element, such that the elements of a row, of a sequence and of different sequences of a batch do
    /// not meet, whatever the batch's other sequences and its steps are.
    /// </summary>
    /// <param name="sequence">The sequence's place in the batch.</param>
    /// <param name="step">The time step.</param>
    /// <param name="width">The width of a row, up to 2²⁰ with 2²⁰ steps.</param>
    public static ulong FirstElement(int sequence, int step, int width) => ((ulong)sequence << 40) + ((ulong)step * (ulong)((width + 7) / 8 * 8));

    /// <summary>Drops elements: the chosen ones become 0, the others are scaled by <see cref="KeptScale"/>.</summary>
    /// <param name="source">The values, or in the backward pass their gradients.</param>
    /// <param name="target">Receives them; may be the same memory.</param>
    /// <param name="trainingStep">The training step.</param>
    /// <param name="firstElement">The number of the first element, even.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Drop(ReadOnlySpan<float> source, Span<float> target, int trainingStep, ulong firstElement)
    {
        float scale = KeptScale;
        Span<uint> words = stackalloc uint[BlockWords];
        while (!source.IsEmpty)
        {
            int count = Math.Min(GroupLength, source.Length);
            ReadOnlySpan<ushort> bits = Draw(words, count, trainingStep, firstElement);
            for (int i = 0; i < count; i++)
            {
                target[i] = bits[i] < threshold ? 0f : source[i] * scale;
            }

            source = source[count..];
            target = target[count..];
            firstElement += GroupLength;
        }
    }

    /// <summary>Writes what each element is to be multiplied by.</summary>
    /// <param name="target">Receives the factors.</param>
    /// <param name="trainingStep">The training step.</param>
    /// <param name="firstElement">The number of the first element, even.</param>
    /// <param name="chosen">The factor of elements that are chosen.</param>
    /// <param name="others">The factor of the others.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Fill(Span<float> target, int trainingStep, ulong firstElement, float chosen, float others)
    {
        Span<uint> words = stackalloc uint[BlockWords];
        while (!target.IsEmpty)
        {
            int count = Math.Min(GroupLength, target.Length);
            ReadOnlySpan<ushort> bits = Draw(words, count, trainingStep, firstElement);
            for (int i = 0; i < count; i++)
            {
                target[i] = bits[i] < threshold ? chosen : others;
            }

            target = target[count..];
            firstElement += GroupLength;
        }
    }

    private static uint Threshold(double rate) => rate >= 0.0 && rate < 1.0
        ? Math.Min((uint)Math.Round(rate * Certain), Certain - 1)
        : throw new ArgumentOutOfRangeException(nameof(rate), rate, "a rate is from 0 to less than 1");

    // The low half of a word belongs to its first element.
    private ReadOnlySpan<ushort> Draw(Span<uint> words, int count, int trainingStep, ulong firstElement)
    {
        words = words[..((count + ElementsOfWord - 1) / ElementsOfWord)];
        random.FillBits(words, (ulong)trainingStep, firstElement / ElementsOfWord);
        if (!BitConverter.IsLittleEndian)
        {
            foreach (ref uint word in words)
            {
                word = (word << 16) | (word >> 16);
            }
        }

        return MemoryMarshal.Cast<uint, ushort>(words);
    }
}
