using System.Runtime.CompilerServices;
using Cellwright.Kernels;
using Cellwright.Randomness;
using Cellwright.Tensors;

namespace Cellwright.Training;

/// <summary>
/// Sets elements to 0 at random and scales the others so that their expectation stays (Srivastava et al., 2014). Which
/// ones follows from seed, step and place, so the backward pass draws the same again instead of keeping them.
/// </summary>
internal sealed class Dropout
{
    // Two elements share a word of random bits.
    private const int ElementsOfWord = 2;
    private const int BlockWords = 512;
    private const int BlockLength = BlockWords * ElementsOfWord;

    private readonly WorkerTeam team;
    private readonly Action<int> work;
    private readonly RandomStream random;
    private readonly uint threshold;
    private readonly float scale;
    private AlignedBuffer values = null!;
    private int length;
    private ulong step;

    /// <summary>Dropout at one place of a model.</summary>
    /// <param name="probability">The share of elements to drop, from 0 to less than 1, rounded to a multiple of 2⁻¹⁶.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="place">A name for the place.</param>
    /// <param name="team">The workers that share the elements.</param>
    public Dropout(double probability, ulong seed, string place, WorkerTeam team)
    {
        if (!(probability >= 0.0 && probability < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "a share to drop is from 0 to less than 1");
        }

        this.team = team;
        work = Work;
        random = new RandomStream(seed, "dropout/" + place);
        threshold = Math.Min((uint)Math.Round(probability * 65536.0), 65535u);
        scale = (float)(65536.0 / (65536u - threshold));
    }

    /// <summary>Drops and scales elements: values in the forward pass, and with the same step their gradients in the backward pass.</summary>
    /// <param name="elements">The elements, changed in place.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="trainingStep">The step.</param>
    public void Apply(AlignedBuffer elements, int count, int trainingStep)
    {
        if (threshold == 0)
        {
            return;
        }

        values = elements;
        length = count;
        step = (ulong)trainingStep;
        team.Run(work);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Work(int worker)
    {
        Span<uint> words = stackalloc uint[BlockWords];
        int blocks = (length + BlockLength - 1) / BlockLength;
        int first = (int)((long)blocks * worker / team.Count);
        int end = (int)((long)blocks * (worker + 1) / team.Count);
        for (int block = first; block < end; block++)
        {
            random.FillBits(words, step, (ulong)block * BlockWords);
            int start = block * BlockLength;
            Span<float> part = values.Span.Slice(start, Math.Min(BlockLength, length - start));
            for (int i = 0; i < part.Length; i++)
            {
                uint bits = (i & 1) == 0 ? words[i >> 1] & 0xFFFF : words[i >> 1] >> 16;
                part[i] = bits < threshold ? 0f : part[i] * scale;
            }
        }
    }
}
