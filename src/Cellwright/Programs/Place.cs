using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>Where a value is: a slot of a buffer, or a part of it.</summary>
/// <param name="Buffer">The buffer.</param>
/// <param name="Slot">The slot's index in the row.</param>
/// <param name="IsPrevious">Whether the row is the one that the step done before wrote; only for <see cref="Storage.States"/> and <see cref="Storage.Carries"/>.</param>
/// <param name="Offset">Where the value begins inside the slot; null for its beginning.</param>
public readonly record struct Place(ValueBuffer Buffer, int Slot, bool IsPrevious = false, Width? Offset = null);
