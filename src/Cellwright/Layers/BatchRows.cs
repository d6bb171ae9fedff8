using System.Runtime.CompilerServices;

namespace Cellwright.Layers;

/// <summary>
/// Where each step of each sequence lies: sequences by falling length, so that the first rows of a step are those
/// still running, and a step takes only their rows. With equal lengths this is the order they came in.
/// </summary>
internal sealed class BatchRows
{
    private int[] order = [];
    private int[] lengths = [];
    private int[] active = [];
    private long[] starts = [];
    private bool isReordered;

    public int Batch { get; private set; }

    /// <summary>The steps of the longest sequence.</summary>
    public int Steps { get; private set; }

    /// <summary>Whether every sequence runs through all steps.</summary>
    public bool IsUniform => Total == (long)Steps * Batch;

    /// <summary>
    /// Whether rows lie as they were given: every sequence runs through all steps, and all stand in the order they came
    /// in, which those of a part of a batch need not.
    /// </summary>
    public bool IsAsGiven => IsUniform && !isReordered;

    /// <summary>The rows of all steps.</summary>
    public long Total => starts[Steps];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Set(int steps, int batch, ReadOnlySpan<int> given)
    {
        Batch = batch;
        if (order.Length < batch)
        {
            order = new int[batch];
            lengths = new int[batch];
        }

        for (int i = 0; i < batch; i++)
        {
            order[i] = i;
            lengths[i] = given.IsEmpty ? steps : given[i];
        }

        isReordered = false;
        if (!given.IsEmpty)
        {
            // Negated keys sort by falling length; insertion keeps equal ones as they came, and batches are small.
            for (int i = 1; i < batch; i++)
            {
                int sequence = order[i];
                int length = lengths[i];
                int j = i - 1;
                for (; j >= 0 && lengths[j] < length; j--)
                {
                    order[j + 1] = order[j];
                    lengths[j + 1] = lengths[j];
                }

                isReordered |= j + 1 < i;
                order[j + 1] = sequence;
                lengths[j + 1] = length;
            }
        }

        Count();
    }

    /// <summary>
    /// Takes some steps of a batch as a batch of their own, with the rows of each step in the order they have in the
    /// whole, so that sums over rows go on where those of the steps behind stopped.
    /// </summary>
    /// <param name="whole">The batch.</param>
    /// <param name="first">Its first step to take.</param>
    /// <param name="steps">How many to take.</param>
    public void SetPart(BatchRows whole, int first, int steps)
    {
        Batch = whole.Batch;
        isReordered = whole.isReordered;
        if (order.Length < Batch)
        {
            order = new int[Batch];
            lengths = new int[Batch];
        }

        for (int i = 0; i < Batch; i++)
        {
            order[i] = whole.order[i];
            lengths[i] = Math.Clamp(whole.lengths[i] - first, 0, steps);
        }

        Count();
    }

    /// <summary>The sequence whose row is this.</summary>
    public int Sequence(int row) => order[row];

    /// <summary>The length of the sequence whose row is this.</summary>
    public int Length(int row) => lengths[row];

    /// <summary>The sequences still running at a step.</summary>
    public int Active(int step) => active[step];

    /// <summary>The first row of a step.</summary>
    public long Start(int step) => starts[step];

    /// <summary>The first row of the step before in a buffer that begins with a row for each sequence's initial value.</summary>
    public long PreviousState(int step) => step == 0 ? 0 : Batch + starts[step - 1];

    /// <summary>Some rows of a step, from the first one given on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RowCursor Cursor(int step, int first, int count) => new()
    {
        Steps = Start(step) + first,
        States = Batch + Start(step) + first,
        PreviousStates = PreviousState(step) + first,
        Sequences = first,
        // Step 0 writes the first half, where the gradient by the initial state is then found.
        Carries = ((long)(step & 1) * Batch) + first,
        PreviousCarries = ((long)((step + 1) & 1) * Batch) + first,
        Count = count,
    };

    /// <summary>
    /// The longest run of rows from a step on whose previous steps' rows follow each other as well.
    /// </summary>
    /// <returns>The step behind the run.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int RunEnd(int step)
    {
        if (IsUniform)
        {
            return Steps;
        }

        int end = step + 1;
        while (end < Steps && PreviousState(end) == PreviousState(step) + Start(end) - Start(step))
        {
            end++;
        }

        return end;
    }

    /// <summary>The first step of the run, as <see cref="RunEnd"/> finds them from the first step on, that ends before a step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int RunBegin(int stop)
    {
        int begin = 0;
        while (RunEnd(begin) < stop)
        {
            begin = RunEnd(begin);
        }

        return begin;
    }

    /// <summary>The rows that one of several threads takes, so that each has about the same steps to do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (int First, int End) Share(int thread, int threads)
    {
        return (Border(thread), Border(thread + 1));

        int Border(int index)
        {
            if (index == 0 || index == threads)
            {
                return index == 0 ? 0 : Batch;
            }

            long wanted = Total * index / threads;
            long sum = 0;
            int row = 0;
            while (row < Batch && sum + (lengths[row] / 2) < wanted)
            {
                sum += lengths[row++];
            }

            return row;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Count()
    {
        Steps = Batch == 0 ? 0 : lengths[0];
        if (active.Length < Steps + 1)
        {
            active = new int[Steps + 1];
            starts = new long[Steps + 1];
        }

        int running = Batch;
        for (int t = 0; t < Steps; t++)
        {
            while (lengths[running - 1] <= t)
            {
                running--;
            }

            active[t] = running;
            starts[t + 1] = starts[t] + running;
        }
    }
}
