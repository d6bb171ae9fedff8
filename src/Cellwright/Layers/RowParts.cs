using System.Runtime.CompilerServices;

namespace Cellwright.Layers;

/// <summary>
/// The rows of a run in parts, in the order in which a loop goes over them. The members of a team take a part each as
/// they are free, so that one whose processor is slow or taken away does less, and see which parts are done.
/// </summary>
internal sealed class RowParts
{
    private int[] done = [];
    private long rows;
    private long partRows;
    private bool isBackward;
    private int count;
    private int taken;

    /// <summary>Begins anew, while nobody takes parts.</summary>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="partRows">How many a part has, at least one; the last one may have fewer.</param>
    /// <param name="isBackward">Whether the last rows come first.</param>
    public void Begin(long rows, long partRows, bool isBackward)
    {
        (this.rows, this.partRows, this.isBackward) = (rows, partRows, isBackward);
        count = checked((int)((rows + partRows - 1) / partRows));
        taken = 0;
        if (done.Length < count)
        {
            done = new int[count];
        }

        Array.Clear(done, 0, count);
    }

    /// <summary>The rows up to the end of a part, counted from where the loop begins.</summary>
    public long End(int part) => Math.Min(rows, (part + 1) * partRows);

    /// <summary>Takes the next part.</summary>
    /// <param name="part">Which it is.</param>
    /// <param name="begin">Its first row.</param>
    /// <param name="end">The row behind its last.</param>
    /// <returns>Whether there was one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryTake(out int part, out long begin, out long end)
    {
        part = Volatile.Read(ref taken) < count ? Interlocked.Increment(ref taken) - 1 : count;
        (begin, end) = (part * partRows, End(part));
        if (isBackward)
        {
            (begin, end) = (rows - end, rows - begin);
        }

        return part < count;
    }

    /// <summary>Says that a part taken is done.</summary>
    public void Done(int part) => Volatile.Write(ref done[part], 1);

    /// <summary>How many rows are done, counted from where the loop begins without a gap.</summary>
    /// <param name="known">How many parts the caller knows to be done, 0 at first; counted on.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long DoneRows(ref int known)
    {
        while (known < count && Volatile.Read(ref done[known]) != 0)
        {
            known++;
        }

        return Math.Min(rows, known * partRows);
    }
}
