using Cellwright.Randomness;

namespace Cellwright.Tasks.Memory;

/// <summary>
/// A task that only a memory solves: sequences drawn at random, with what a model is to say and when. A task has no
/// state; a sequence follows from its stream and its number alone.
/// </summary>
public interface IMemoryTask
{
    /// <summary>The name in commands, such as <c>adding</c>.</summary>
    string Name { get; }

    /// <summary>The length that it was made with, in the task's own count: steps, blank steps, symbols or repetitions.</summary>
    int Length { get; }

    /// <summary>The numbers that a step gives.</summary>
    int InputWidth { get; }

    /// <summary>The numbers that a model gives at each step.</summary>
    int OutputWidth { get; }

    /// <summary>The steps of its longest sequence.</summary>
    int MostSteps { get; }

    /// <summary>What a model is asked for.</summary>
    MemoryTargets Targets { get; }

    /// <summary>With <see cref="MemoryTargets.Values"/>, the error from which an answer is wrong; 0 otherwise.</summary>
    double Tolerance { get; }

    /// <summary>The loss of the best model without memory of what matters; NaN where there is no simple number.</summary>
    double Baseline { get; }

    /// <summary>When it counts as solved, as a sentence without a full stop.</summary>
    string Criterion { get; }

    /// <summary>What papers say about it.</summary>
    IReadOnlyList<PublishedResult> Published { get; }

    /// <summary>Whether a score meets the <see cref="Criterion"/>.</summary>
    bool IsSolved(MemoryScore score);

    /// <summary>Writes one sequence into a batch that has been cleared.</summary>
    /// <param name="stream">The draws of one seed and purpose.</param>
    /// <param name="number">The sequence's number; the draws' step.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="lane">The sequence's place in it, from 0.</param>
    /// <returns>The steps of the sequence.</returns>
    int Write(RandomStream stream, ulong number, MemoryBatch batch, int lane);
}
