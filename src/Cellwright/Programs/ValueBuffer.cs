using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>How many rows a buffer has, and which row belongs to a step and a sequence.</summary>
public enum Storage
{
    /// <summary>A row for each sequence at each step.</summary>
    Steps,

    /// <summary>As <see cref="Steps"/>, behind a row for each sequence that holds the value before the first step.</summary>
    States,

    /// <summary>A row for each sequence, which the next step overwrites.</summary>
    Sequences,

    /// <summary>Two rows for each sequence, which steps use in turn: what came in from the step done before, and what goes out.</summary>
    Carries,
}

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

    /// <summary>Adds a slot.</summary>
    public Place Add(Width width)
    {
        slots.Add(width);
        return new Place(this, slots.Count - 1);
    }
}

/// <summary>Where a value is: a slot of a buffer, or a part of it.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Slot">The slot's index in the row.</param>
/// <param name="IsPrevious">Whether the row is the one that the step done before wrote; only for <see cref="Storage.States"/> and <see cref="Storage.Carries"/>.</param>
/// <param name="Offset">Where the value begins inside the slot; null for its beginning.</param>
public readonly record struct Place(ValueBuffer Buffer, int Slot, bool IsPrevious = false, Width? Offset = null);
