using Cellwright.Graphs;
using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>A program's buffers in numbers: which index, which stride, where each slot begins.</summary>
internal sealed class LayerLayout
{
    /// <summary>Slots begin at multiples of this many elements, so that kernels of any width store whole vectors.</summary>
    public const int Alignment = 16;

    // Rows this far apart, in floats, or a multiple of it, would all compete for the same few cache lines.
    private const int CacheWay = 64;

    private readonly Dictionary<ValueBuffer, int> indices = [];
    private readonly List<ValueBuffer> buffers = [];
    private readonly List<int[]> slots = [];
    private readonly List<int> strides = [];

    public LayerLayout(IReadOnlyDictionary<string, int> sizes)
    {
        Sizes = sizes;
    }

    public IReadOnlyDictionary<string, int> Sizes { get; }

    public IReadOnlyList<ValueBuffer> Buffers => buffers;

    public static int Padded(int width) => (width + Alignment - 1) / Alignment * Alignment;

    /// <summary>Floats from row to row of a matrix of that many columns: whole panels, and not too regularly apart.</summary>
    public static int RowStride(int columns) => Apart(Padded(columns));

    private static int Apart(int stride) => stride % CacheWay == 0 ? stride + Alignment : stride;

    public int Width(Width width) => width.Evaluate(Sizes);

    public int Width(Place place) => Width(place.Buffer.Slots[place.Slot]);

    public int Index(ValueBuffer buffer)
    {
        if (!indices.TryGetValue(buffer, out int index))
        {
            index = buffers.Count;
            indices.Add(buffer, index);
            buffers.Add(buffer);
            int[] offsets = new int[buffer.Slots.Count];
            int stride = 0;
            for (int i = 0; i < offsets.Length; i++)
            {
                offsets[i] = stride;
                stride += Padded(Width(buffer.Slots[i]));
            }

            slots.Add(offsets);
            strides.Add(buffer.IsDense ? stride : Apart(stride));
        }

        return index;
    }

    public int Stride(ValueBuffer buffer) => strides[Index(buffer)];

    public int Stride(int index) => strides[index];

    public int Offset(Place place) => slots[Index(place.Buffer)][place.Slot] + (place.Offset is null ? 0 : Width(place.Offset));
}
