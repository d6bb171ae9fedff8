using System.Diagnostics;
using Cellwright.Layers;
using Cellwright.Randomness;

namespace Cellwright.Cli.Benchmarks;

/// <summary>Our side of a case: a layer with drawn parameters and data, timed pass by pass.</summary>
internal sealed class LayerMeasurement : IDisposable
{
    private const double LeastSample = 0.2;

    private readonly BenchmarkCase what;
    private readonly LayerStream? stream;
    private readonly int[] inputEnds;
    private readonly double[] samples = new double[1 << 14];
    private readonly int calls;
    private long allocatedHere;
    private long leastAllocated = long.MaxValue;

    /// <summary>Compiles the layer, draws its values, and runs it once.</summary>
    public LayerMeasurement(BenchmarkCase what)
    {
        this.what = what;
        Layer = new Layer(what.Cell, what.Sizes, what.UsedThreads);
        Layer.Initialize(seed: 1);
        RandomStream random = new(1, "bench");
        inputEnds = [.. Layer.InputWidths.Select((_, i) => what.Steps * what.Batch * Layer.InputWidths.Take(i + 1).Sum())];
        X = Draw(random, 0, what.Steps * what.Batch * Layer.InputWidths.Sum());
        DY = Draw(random, 1, what.Steps * what.Batch * Layer.OutputWidth);
        Y = new float[DY.Length];
        DX = new float[X.Length];
        Initial = Layer.CreateState(what.Batch);
        if (PeerCell.Of(what.Cell) is { } known)
        {
            for (int i = 0; i < known.StateNames.Count; i++)
            {
                Draw(random, (ulong)(2 + i), Initial[known.StateNames[i]].Length).CopyTo(Initial[known.StateNames[i]]);
            }
        }

        Final = Layer.CreateState(what.Batch);
        InitialGradient = Layer.CreateState(what.Batch);
        if (what.Mode == BenchmarkMode.Step)
        {
            stream = Layer.CreateStream(new StreamOptions { Threads = what.UsedThreads });
            stream.State.CopyFrom(Initial);
        }

        Pass();
        if (stream is not null)
        {
            Final.CopyFrom(stream.State);
        }

        FirstOutput = [.. Y];
        double once = Sample(1, 20).ToArray().Min();
        calls = (int)Math.Max(1, LeastSample / once);
    }

    /// <summary>The layer.</summary>
    public Layer Layer { get; }

    /// <summary>The input, [T, B, I]; several inputs one behind the other.</summary>
    public float[] X { get; }

    /// <summary>The gradient by the output, [T, B, H].</summary>
    public float[] DY { get; }

    /// <summary>The gradient by the input after a training pass; by several one behind the other.</summary>
    public float[] DX { get; }

    /// <summary>The output of the first pass.</summary>
    public float[] FirstOutput { get; }

    /// <summary>The states before the first step.</summary>
    public LayerState Initial { get; }

    /// <summary>The states behind the first pass.</summary>
    public LayerState Final { get; }

    /// <summary>The gradient by the initial states after a training pass.</summary>
    public LayerState InitialGradient { get; }

    /// <summary>
    /// What the turns since <see cref="ForgetAllocations"/> have allocated of managed memory: all that the calling thread
    /// did, or what all threads did in the turn with the least, whichever is more.
    /// </summary>
    /// <remarks>The framework's own threads allocate now and then; what passes allocate, they allocate in every turn.</remarks>
    public long AllocatedBytes => Math.Max(allocatedHere, leastAllocated == long.MaxValue ? 0 : leastAllocated);

    private float[] Y { get; }

    /// <summary>Times passes for some seconds, at least one.</summary>
    /// <param name="warmUp">For how many seconds passes go before that are not counted, at least one.</param>
    /// <param name="seconds">For how many seconds passes are counted.</param>
    /// <returns>Milliseconds of single passes, each the mean of so many that the clock does not matter.</returns>
    public double[] Run(double warmUp, double seconds)
    {
        long everywhere = GC.GetTotalAllocatedBytes(precise: true);
        long here = GC.GetAllocatedBytesForCurrentThread();
        Sample(calls, warmUp * 1000);
        Span<double> times = Sample(calls, seconds * 1000);
        allocatedHere += GC.GetAllocatedBytesForCurrentThread() - here;
        leastAllocated = Math.Min(leastAllocated, GC.GetTotalAllocatedBytes(precise: true) - everywhere);
        return times.ToArray();
    }

    /// <summary>Counts allocations from here on.</summary>
    public void ForgetAllocations() => (allocatedHere, leastAllocated) = (0, long.MaxValue);

    /// <inheritdoc/>
    public void Dispose()
    {
        stream?.Dispose();
        Layer.Dispose();
    }

    private static float[] Draw(RandomStream random, ulong step, int count)
    {
        float[] values = new float[count];
        random.FillUniform(values, step);
        for (int i = 0; i < count; i++)
        {
            values[i] -= 0.5f;
        }

        return values;
    }

    private Span<double> Sample(int calls, double milliseconds)
    {
        int count = 0;
        long start = Stopwatch.GetTimestamp();
        do
        {
            long begin = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++)
            {
                Pass();
            }

            samples[count++] = Stopwatch.GetElapsedTime(begin).TotalMilliseconds / calls;
        }
        while (count < samples.Length && Stopwatch.GetElapsedTime(start).TotalMilliseconds < milliseconds);
        return samples.AsSpan(0, count);
    }

    private void Pass()
    {
        if (stream is not null)
        {
            stream.Step(X, Y);
            return;
        }

        Layer.Begin(what.Steps, what.Batch, [], Initial);
        for (int i = 0; i < inputEnds.Length; i++)
        {
            Layer.SetInput(i, InputAt(X, i));
        }

        Layer.Run(Y, Final);
        if (what.Mode == BenchmarkMode.Train)
        {
            Layer.Backward(DY, null, InputAt(DX, 0), InitialGradient);
            for (int i = 1; i < inputEnds.Length; i++)
            {
                Layer.GetInputGradient(i, InputAt(DX, i));
            }
        }
    }

    private Span<float> InputAt(float[] values, int index)
    {
        int begin = index == 0 ? 0 : inputEnds[index - 1];
        return values.AsSpan(begin, inputEnds[index] - begin);
    }
}
