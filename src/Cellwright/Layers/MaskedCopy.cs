using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>Drops elements of one long vector, shared between the workers of a team.</summary>
internal sealed unsafe class MaskedCopy
{
    private readonly WorkerTeam team;
    private readonly Action<int> work;
    private BernoulliMask mask;
    private float* source;
    private float* target;
    private int length;
    private int trainingStep;

    public MaskedCopy(WorkerTeam team)
    {
        this.team = team;
        work = Work;
    }

    /// <summary>Drops elements as <see cref="BernoulliMask.Drop"/>, from the element 0 on.</summary>
    public void Drop(BernoulliMask choices, ReadOnlySpan<float> values, Span<float> result, int step)
    {
        (mask, length, trainingStep) = (choices, values.Length, step);
        fixed (float* from = values, to = result[..length])
        {
            source = from;
            target = to;
            team.Run(work);
        }
    }

    private void Work(int member)
    {
        const int Group = BernoulliMask.GroupLength;
        int groups = (length + Group - 1) / Group;
        int first = (int)((long)groups * member / team.Count) * Group;
        int end = Math.Min(length, (int)((long)groups * (member + 1) / team.Count) * Group);
        if (first < end)
        {
            mask.Drop(new ReadOnlySpan<float>(source + first, end - first), new Span<float>(target + first, end - first), trainingStep, (ulong)first);
        }
    }
}
