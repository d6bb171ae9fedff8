namespace Cellwright.Kernels;

/// <summary>
/// The literal numbers of a kernel as vectors in memory, one for each use: an instruction takes one operand from there
/// for nothing, whereas a compiler that sees literals, or one address twice, fills the registers with them.
/// </summary>
internal sealed unsafe class PointwiseConstants(int lanes)
{
    private readonly List<int> bits = [];
    private float[] memory = [];

    /// <summary>The first vector; set by <see cref="Close"/>.</summary>
    public float* Pointer;

    /// <summary>Adds a vector of one number; returns its distance from the first in bytes.</summary>
    public int Add(int bits)
    {
        this.bits.Add(bits);
        return (this.bits.Count - 1) * lanes * sizeof(float);
    }

    /// <summary>Takes memory for all vectors that were added.</summary>
    public void Close()
    {
        const int Border = 64;
        memory = GC.AllocateUninitializedArray<float>((bits.Count * lanes) + (Border / sizeof(float)), pinned: true);
        fixed (float* start = memory)
        {
            Pointer = (float*)(((nint)start + Border - 1) / Border * Border);
        }

        for (int i = 0; i < bits.Count; i++)
        {
            new Span<int>(Pointer + (i * lanes), lanes).Fill(bits[i]);
        }
    }
}
