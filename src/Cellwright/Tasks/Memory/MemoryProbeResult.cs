namespace Cellwright.Tasks.Memory;

/// <summary>How far a model came in a memory task.</summary>
/// <param name="SolvedAfter">The sequences trained on before the first validation that met the task's criterion; null where none did.</param>
/// <param name="Steps">The steps trained.</param>
/// <param name="Sequences">The sequences trained on.</param>
/// <param name="Time">The time of training, validations included.</param>
/// <param name="Test">The score on sequences that were neither trained on nor validated.</param>
/// <param name="LargestCount">With aⁿbⁿcⁿ, the largest n up to which every sequence is right, at most <see cref="MemoryProbe.MostCount"/>; else null.</param>
/// <param name="Curve">The validations, from the untrained model on.</param>
/// <param name="Problem">What ended the training early, such as a loss that is not finite; else null.</param>
public sealed record MemoryProbeResult(
    long? SolvedAfter, int Steps, long Sequences, TimeSpan Time, MemoryScore Test, int? LargestCount, IReadOnlyList<MemoryPoint> Curve, string? Problem)
{
    /// <summary>Whether a validation met the task's criterion.</summary>
    public bool IsSolved => SolvedAfter is not null;
}
