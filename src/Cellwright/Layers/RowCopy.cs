using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>Copies between a caller's tensors, [T, B, width], and the rows of a run; large ones on all threads.</summary>
internal sealed unsafe class RowCopy
{
    // Fewer floats than this are copied sooner than other threads wake.
    private const long ManyFloats = 1 << 17;

    // Fewer than this are copied sooner than threads that are awake begin.
    private const long SomeFloats = 1 << 13;

    private readonly LayerMemory memory;
    private readonly BatchRows rows;
    private readonly WorkerTeam team;
    private readonly Action<int> share;
    private BoundPlace place;
    private float* outside;
    private int width;
    private bool isOutward;

    public RowCopy(LayerMemory memory, BatchRows rows, WorkerTeam team)
    {
        this.memory = memory;
        this.rows = rows;
        this.team = team;
        share = Share;
    }

    /// <summary>Copies a tensor into rows.</summary>
    public void In(BoundPlace place, ReadOnlySpan<float> values, int width, StageClock? clock)
    {
        long started = Stopwatch.GetTimestamp();
        fixed (float* pointer = values)
        {
            Run(place, pointer, values.Length, width, isOutward: false);
        }

        clock?.Add("copy in", started);
    }

    /// <summary>Copies rows out into a tensor; past a sequence's end it is 0.</summary>
    public void Out(BoundPlace place, Span<float> values, int width, StageClock? clock)
    {
        long started = Stopwatch.GetTimestamp();
        if (rows.Total < values.Length / Math.Max(1, width))
        {
            values.Clear();
        }

        fixed (float* pointer = values)
        {
            Run(place, pointer, values.Length, width, isOutward: true);
        }

        clock?.Add("copy out", started);
    }

    /// <summary>Whether a team copies that many floats sooner than one thread.</summary>
    public static bool IsShared(WorkerTeam team, long floats) => team.Count > 1 && (floats >= ManyFloats || (floats >= SomeFloats && team.IsAwake));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run(BoundPlace place, float* outside, int length, int width, bool isOutward)
    {
        this.place = place;
        this.outside = outside;
        this.width = width;
        this.isOutward = isOutward;
        if (IsShared(team, length))
        {
            team.Run(share);
        }
        else
        {
            Copy(0, rows.Steps);
        }
    }

    private void Share(int member) => Copy((int)((long)rows.Steps * member / team.Count), (int)((long)rows.Steps * (member + 1) / team.Count));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy(int begin, int end)
    {
        if (begin >= end)
        {
            return;
        }

        if (rows.IsAsGiven && place.Stride == width)
        {
            // Both sides lie alike.
            nuint bytes = (nuint)(end - begin) * (nuint)rows.Batch * (nuint)width * sizeof(float);
            Move(place.At(memory, rows, begin), outside + ((nint)begin * rows.Batch * width), bytes);
            return;
        }

        for (int step = begin; step < end; step++)
        {
            float* inside = place.At(memory, rows, step);
            for (int row = 0; row < rows.Active(step); row++, inside += place.Stride)
            {
                Move(inside, outside + ((((nint)step * rows.Batch) + rows.Sequence(row)) * width), (nuint)width * sizeof(float));
            }
        }
    }

    private void Move(float* inside, float* outer, nuint bytes)
    {
        if (isOutward)
        {
            Buffer.MemoryCopy(inside, outer, bytes, bytes);
        }
        else
        {
            Buffer.MemoryCopy(outer, inside, bytes, bytes);
        }
    }
}
