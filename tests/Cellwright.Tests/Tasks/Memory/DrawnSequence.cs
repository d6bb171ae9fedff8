using Cellwright.Randomness;
using Cellwright.Tasks.Memory;

namespace Cellwright.Tests.Tasks.Memory;

/// <summary>One sequence of a memory task, taken out of a batch of three for looking at.</summary>
internal sealed class DrawnSequence
{
    private const int Lane = 1;

    private readonly MemoryBatch batch;
    private readonly IMemoryTask task;

    public DrawnSequence(IMemoryTask task, ulong seed, ulong number)
    {
        this.task = task;
        batch = new MemoryBatch(task, 3);
        batch.Fill(new RandomStream(seed, "look"), number - Lane);
    }

    public int Steps => batch.Lengths[Lane];

    public float Input(int step, int column) => batch.Inputs[(((step * 3) + Lane) * task.InputWidth) + column];

    /// <summary>The place of the one 1 in a step's input.</summary>
    public int Symbol(int step)
    {
        float[] row = [.. Enumerable.Range(0, task.InputWidth).Select(column => Input(step, column))];
        return row.Count(value => value == 1f) == 1 && row.Count(value => value == 0f) == row.Length - 1
            ? Array.IndexOf(row, 1f)
            : throw new InvalidOperationException($"step {step} is {string.Join(' ', row)}");
    }

    public string Spelled(string alphabet) => string.Concat(Enumerable.Range(0, Steps).Select(step => alphabet[Symbol(step)]));

    public int Class(int step) => batch.Classes[(step * 3) + Lane];

    public float Value(int step, int column = 0) => batch.Values[(((step * 3) + Lane) * task.OutputWidth) + column];

    public string Allowed(int step, string alphabet) => string.Concat(alphabet.Where((_, place) => ((batch.Allowed[(step * 3) + Lane] >> place) & 1) == 1));
}
