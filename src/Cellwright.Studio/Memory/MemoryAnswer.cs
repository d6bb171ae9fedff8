using System.Numerics;
using Cellwright.Inspection;
using Cellwright.Tasks.Memory;

namespace Cellwright.Studio.Memory;

/// <summary>What was asked of one sequence and what a model said, for people to read.</summary>
/// <param name="Trace">The sequence through the model.</param>
/// <param name="Batch">The sequence.</param>
internal sealed record MemoryAnswer(MemoryTrace Trace, MemoryBatch Batch)
{
    /// <summary>Runs a sequence of a model's task.</summary>
    /// <param name="model">The model.</param>
    /// <param name="number">Which sequence.</param>
    public static MemoryAnswer Of(MemoryModel model, ulong number)
    {
        MemoryBatch batch = new(model.Task, sequences: 1);
        batch.Fill(Models.OpenMemoryModel.Sequences, number);
        return new MemoryAnswer(MemoryTrace.Of(model, batch), batch);
    }

    /// <summary>One output over time: a number, or a probability.</summary>
    public IReadOnlyList<double> Said(IMemoryTask task, int output) => [.. Enumerable.Range(0, Trace.Steps).Select(step => Probability(task, Trace.Outputs(step), output))];

    /// <summary>What one output was asked to be; null where nothing is asked.</summary>
    public IReadOnlyList<double?> Asked(IMemoryTask task, int output) => [.. Enumerable.Range(0, Trace.Steps).Select(step => task.Targets switch
    {
        MemoryTargets.Values => float.IsNaN(Batch.Values[(step * task.OutputWidth) + output]) ? (double?)null : Batch.Values[(step * task.OutputWidth) + output],
        _ => Batch.Allowed[step] == 0 ? null : (Batch.Allowed[step] >> output) & 1,
    })];

    /// <summary>The sequence in a line: what was asked, what was said, and whether that is right.</summary>
    public string Line(IMemoryTask task)
    {
        int[] judged = [.. Enumerable.Range(0, Trace.Steps).Where(step => Trace.Right[step] is not null)];
        bool isRight = judged.All(step => Trace.Right[step] == true);
        string mark = isRight ? "✓" : "✗";
        if (task.Targets == MemoryTargets.Values)
        {
            return FormattableString.Invariant($"{mark} asked {Batch.Values[judged[^1] * task.OutputWidth]:0.000}, said {Trace.Outputs(judged[^1])[0]:0.000}");
        }

        IReadOnlyList<string> names = SymbolNames.Outputs(task);
        if (task.Targets == MemoryTargets.Classes && judged.All(step => BitOperations.IsPow2(Batch.Allowed[step])))
        {
            return $"{mark} asked {string.Join(' ', judged.Select(step => names[Batch.Classes[step]]))}, said {string.Join(' ', judged.Select(step => names[Largest(Trace.Outputs(step))]))}";
        }

        return $"{mark} {string.Concat(judged.Select(step => Trace.Right[step] == true ? '·' : '✗'))}";
    }

    private static int Largest(ReadOnlySpan<float> outputs)
    {
        int best = 0;
        for (int i = 1; i < outputs.Length; i++)
        {
            best = outputs[i] > outputs[best] ? i : best;
        }

        return best;
    }

    private static double Probability(IMemoryTask task, ReadOnlySpan<float> outputs, int output)
    {
        switch (task.Targets)
        {
            case MemoryTargets.Values:
                return outputs[output];
            case MemoryTargets.Sets:
                return 1 / (1 + Math.Exp(-outputs[output]));
            default:
                double largest = outputs[Largest(outputs)];
                double total = 0;
                foreach (float score in outputs)
                {
                    total += Math.Exp(score - largest);
                }

                return Math.Exp(outputs[output] - largest) / total;
        }
    }
}
