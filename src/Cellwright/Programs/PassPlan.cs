namespace Cellwright.Programs;

/// <summary>One direction of a program: the stages of each phase in order.</summary>
/// <param name="Before">Run once over all steps before the loop.</param>
/// <param name="Loop">Run in each step.</param>
/// <param name="After">Run once over all steps behind the loop.</param>
public sealed record PassPlan(IReadOnlyList<Stage> Before, IReadOnlyList<Stage> Loop, IReadOnlyList<Stage> After);
