using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>
/// Memory that stages write and read: rows of slots, one value each. Slots lie side by side so that products that
/// share an operand, or a result, become one product.
/// </summary>
/// <param name="name">What the buffer holds, for people who read a program.</param>
/// <param name="storage">Which rows it has.</param>
public sealed class ValueBuffer(string name, Storage storage)
{
    private readonly List<Width> slots = [];

    /// <summary>What the buffer holds.</summary>
    public string Name { get; } = name;

    /// <summary>Which rows it has.</summary>
    public Storage Storage { get; } = storage;

    /// <summary>The width of each slot; every slot begins at a multiple of 16 elements.</summary>
    public IReadOnlyList<Width> Slots => slots;

    /// <summary>Whether its rows follow each other without a gap, as those of the tensors that callers give do, so that one can stand in for it.</summary>
    internal bool IsDense { get; set; }

    /// <summary>Adds a slot.</summary>
    public Place Add(Width width)
    {
        slots.Add(width);
        return new Place(this, slots.Count - 1);
    }
}
