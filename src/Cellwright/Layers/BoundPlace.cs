using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>A buffer's row pointer, resolved: which buffer, which kind of row, which element.</summary>
internal readonly unsafe record struct BoundPlace
{
    private readonly Storage storage;
    private readonly bool isPrevious;
    private readonly int kind;

    public BoundPlace(LayerLayout layout, Place place)
        : this(layout, place.Buffer, place.IsPrevious, layout.Offset(place))
    {
    }

    public BoundPlace(LayerLayout layout, ValueBuffer buffer, bool isPrevious, int offset)
    {
        Buffer = layout.Index(buffer);
        storage = buffer.Storage;
        this.isPrevious = isPrevious;
        kind = RowCursor.Kind(storage, isPrevious);
        Offset = offset;
        Stride = layout.Stride(buffer);
    }

    /// <summary>The buffer's index.</summary>
    public int Buffer { get; }

    /// <summary>Where the value begins in a row.</summary>
    public int Offset { get; private init; }

    /// <summary>Elements from row to row.</summary>
    public int Stride { get; }

    /// <summary>Another element of the same rows.</summary>
    public BoundPlace At(int offset) => this with { Offset = offset };

    public float* Address(LayerMemory memory, in RowCursor cursor) => memory.Start(Buffer) + ((nint)cursor[kind] * Stride) + Offset;

    public float* Row(LayerMemory memory, long row) => memory.Row(Buffer, row) + Offset;

    /// <summary>The address at a step's first row, for values of all steps.</summary>
    public float* At(LayerMemory memory, BatchRows rows, int step) => Row(memory, storage switch
    {
        Storage.Steps => rows.Start(step),
        Storage.States when isPrevious => rows.PreviousState(step),
        Storage.States => rows.Batch + rows.Start(step),
        _ => throw new InvalidOperationException("the value is not kept for all steps"),
    });
}
