using System.Runtime.CompilerServices;
using Cellwright.Programs;
using Cellwright.Tensors;

namespace Cellwright.Layers;

/// <summary>The buffers of one run, sized for a batch; they only grow.</summary>
internal sealed unsafe class LayerMemory(LayerLayout layout) : IDisposable
{
    private readonly List<AlignedBuffer> buffers = [];
    private nint[] addresses = [];
    private int[] strides = [];

    /// <summary>Makes room for a batch.</summary>
    /// <param name="batch">B.</param>
    /// <param name="rows">The steps of all sequences together.</param>
    /// <param name="holds">Which buffers to make room in; null for all.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Reserve(int batch, long rows, Func<int, bool>? holds = null)
    {
        while (buffers.Count < layout.Buffers.Count)
        {
            buffers.Add(new AlignedBuffer());
        }

        if (addresses.Length != buffers.Count)
        {
            addresses = new nint[buffers.Count];
            strides = [.. Enumerable.Range(0, buffers.Count).Select(layout.Stride)];
        }

        for (int i = 0; i < buffers.Count; i++)
        {
            long count = layout.Buffers[i].Storage switch
            {
                Storage.Steps => rows,
                Storage.States => batch + rows,
                Storage.Sequences => batch,
                _ => 2L * batch,
            };
            buffers[i].Reserve(holds is null || holds(i) ? count * strides[i] : 0);
        }

        TakeBack();
    }

    /// <summary>Lets a caller's memory stand in for a buffer until it is taken back, or room is made anew.</summary>
    public void Lend(int index, float* rows) => addresses[index] = (nint)rows;

    /// <summary>Takes every buffer's own memory back.</summary>
    public void TakeBack()
    {
        for (int i = 0; i < addresses.Length; i++)
        {
            addresses[i] = (nint)buffers[i].Pointer;
        }
    }

    /// <summary>The bytes that there is room for.</summary>
    public long Bytes => sizeof(float) * buffers.Sum(buffer => buffer.Length);

    /// <summary>The address of a buffer's first row.</summary>
    public float* Start(int index) => (float*)addresses[index];

    /// <summary>The address of a buffer's row.</summary>
    public float* Row(int index, long row) => (float*)addresses[index] + (row * strides[index]);

    public void Dispose()
    {
        foreach (AlignedBuffer buffer in buffers)
        {
            buffer.Dispose();
        }
    }
}
