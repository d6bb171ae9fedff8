namespace Cellwright.Graphs;

/// <summary>How many steps and sequences a batch has, and how long each sequence is.</summary>
/// <param name="Steps">T, the steps of the longest sequence.</param>
/// <param name="Batch">B, the sequences side by side.</param>
/// <param name="Lengths">The steps of each sequence, 0 to T; empty when all are T.</param>
public readonly record struct SequenceShape(int Steps, int Batch, ReadOnlyMemory<int> Lengths = default)
{
    /// <summary>The steps of one sequence.</summary>
    public int Length(int sequence) => Lengths.IsEmpty ? Steps : Lengths.Span[sequence];
}
