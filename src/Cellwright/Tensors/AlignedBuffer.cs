using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cellwright.Tensors;

/// <summary>
/// Native float memory that starts on a 64-byte border, is zero when taken, only ever grows, and may be read
/// (not written) for <see cref="Slack"/> floats past its end, so that vector code needs no special last step.
/// </summary>
internal sealed unsafe class AlignedBuffer : IDisposable
{
    /// <summary>Floats past the end that exist and may be read.</summary>
    public const int Slack = 32;

    private const nuint Alignment = 64;

    private nuint taken;

    /// <summary>Takes memory for <paramref name="length"/> floats, all zero.</summary>
    public AlignedBuffer(long length = 0)
    {
        Reserve(length);
    }

    ~AlignedBuffer() => Release();

    /// <summary>The first float; null while nothing was reserved and after disposal.</summary>
    public float* Pointer { get; private set; }

    /// <summary>How many floats may be written.</summary>
    public long Length { get; private set; }

    /// <summary>The memory as a span; it must not outlive the next <see cref="Reserve"/>.</summary>
    public Span<float> Span => new(Pointer, checked((int)Length));

    /// <summary>
    /// Makes sure that at least <paramref name="length"/> floats are there. When the memory has to grow, all of it is
    /// taken anew: what it held is gone, everything is zero, and <see cref="Pointer"/> has changed. Otherwise nothing
    /// is touched.
    /// </summary>
    public void Reserve(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length <= Length) return;
        Release();
        nuint bytes = checked((nuint)(length + Slack) * sizeof(float));
        if (bytes >= LargePages.Size / 2)
        {
            bytes = (bytes + LargePages.Size - 1) / LargePages.Size * LargePages.Size;
            Pointer = (float*)NativeMemory.AlignedAlloc(bytes, LargePages.Size);
            LargePages.Request(Pointer, bytes);
        }
        else
        {
            Pointer = (float*)NativeMemory.AlignedAlloc(bytes, Alignment);
        }

        Length = length;
        taken = bytes;
        NativeMemory.Clear(Pointer, bytes);
        GC.AddMemoryPressure((long)bytes);
    }

    /// <summary>Sets everything to zero.</summary>
    public void Clear() => NativeMemory.Clear(Pointer, (nuint)Length * sizeof(float));

    /// <inheritdoc/>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Release()
    {
        if (Pointer is null) return;
        NativeMemory.AlignedFree(Pointer);
        GC.RemoveMemoryPressure((long)taken);
        Pointer = null;
        Length = 0;
    }
}
