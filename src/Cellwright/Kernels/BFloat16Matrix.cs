using System.Runtime.CompilerServices;
using Cellwright.Tensors;

namespace Cellwright.Kernels;

/// <summary>
/// The numbers of a <see cref="PackedMatrix"/> as bfloat16. A panel's row is eight 32-bit words: word j has column j in
/// its lower half and column j + 8 in its upper one, so that a shift widens the first eight and a mask the others.
/// </summary>
internal sealed unsafe class BFloat16Matrix : IDisposable
{
    private const int Half = PackedMatrix.PanelColumns / 2;

    private readonly PackedMatrix source;
    private readonly int firstPanel;
    private readonly long rows;
    private readonly AlignedBuffer memory;

    /// <summary>Takes memory for some panels' numbers, which are zero until <see cref="Load"/>.</summary>
    public BFloat16Matrix(PackedMatrix source, int firstPanel, int panels)
    {
        this.source = source;
        this.firstPanel = firstPanel;
        rows = (long)source.K * panels;
        memory = new AlignedBuffer(rows * Half);
    }

    /// <summary>The same for a whole matrix.</summary>
    public BFloat16Matrix(PackedMatrix source)
        : this(source, 0, source.Panels)
    {
    }

    /// <summary>The first word.</summary>
    public uint* Pointer => (uint*)memory.Pointer;

    /// <summary>The nearest bfloat16, ties to even, as a float32; what is not a number stays so.</summary>
    public static float Round(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? BitConverter.UInt32BitsToSingle((bits | 0x0040_0000) & 0xffff_0000)
            : BitConverter.UInt32BitsToSingle((bits + 0x7fff + ((bits >> 16) & 1)) & 0xffff_0000);
    }

    /// <summary>Rounds the matrix's numbers as they are now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Load()
    {
        float* from = source.Pointer + (firstPanel * source.PanelStride);
        uint* to = Pointer;
        for (long row = 0; row < rows; row++, from += PackedMatrix.PanelColumns, to += Half)
        {
            for (int j = 0; j < Half; j++)
            {
                to[j] = (BitConverter.SingleToUInt32Bits(Round(from[j])) >> 16) | BitConverter.SingleToUInt32Bits(Round(from[j + Half]));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => memory.Dispose();
}
