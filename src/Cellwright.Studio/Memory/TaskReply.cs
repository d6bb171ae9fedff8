using Cellwright.Tasks.Memory;

namespace Cellwright.Studio.Memory;

/// <summary>A memory task as the page offers it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Title">What is to be done.</param>
/// <param name="Counts">What a length counts.</param>
/// <param name="Usual">The length at first.</param>
/// <param name="Least">The shortest length.</param>
/// <param name="Most">The greatest length that the page trains.</param>
/// <param name="Loss">What the loss is.</param>
/// <param name="Criterion">When it counts as solved.</param>
internal sealed record TaskReply(string Name, string Title, string Counts, int Usual, int Least, int Most, string Loss, string Criterion)
{
    /// <summary>All tasks. The lengths at first are such that a cell with a memory can be watched solving them.</summary>
    public static IReadOnlyList<TaskReply> All { get; } = [.. MemoryTask.All.Select(task =>
    {
        int usual = Math.Clamp(task.Name is "reber" or "anbncn" ? task.UsualLength : 40, task.LeastLength, StudioLimits.TaskLength);
        IMemoryTask made = task.Create(usual);
        return new TaskReply(task.Name, task.Title, task.Counts, usual, task.LeastLength, Math.Min(task.MostLength, StudioLimits.TaskLength), LossOf(made.Targets), made.Criterion);
    })];

    private static string LossOf(MemoryTargets targets) => targets switch
    {
        MemoryTargets.Values => "mean squared error",
        MemoryTargets.Classes => "nats a step that is asked",
        _ => "nats a symbol that is asked",
    };
}
