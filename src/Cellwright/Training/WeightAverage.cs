using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Cellwright.Files;
using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>
/// The average of the values that parameters have had: exponential, or the plain mean (Polyak and Juditsky, 1992).
/// Each element is averaged by itself. What a float cannot hold of a small change is kept beside it and counts the next
/// time, so a long run's average does not stand still.
/// </summary>
internal sealed class WeightAverage
{
    private const string CountName = "optimizer.averaged";

    private readonly ParameterSet parameters;
    private readonly WorkerTeam team;
    private readonly Action<int> add;
    private readonly Action<int> exchange;
    private readonly float[][] averages;
    private readonly float[][] rests;
    private readonly double? decay;
    private float share;

    /// <summary>An average over nothing yet.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="team">The workers that share the elements.</param>
    /// <param name="decay">
    /// The share of the old average that an update keeps, from 0 to less than 1; null for the plain mean. The n-th keeps
    /// (n + 1)/(n + 10) where that is less, so that the first values, which are far off, are soon forgotten.
    /// </param>
    public WeightAverage(ParameterSet parameters, WorkerTeam team, double? decay)
    {
        if (decay is { } kept && !(kept >= 0.0 && kept < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), kept, "the share that an average keeps is from 0 to less than 1");
        }

        this.parameters = parameters;
        this.team = team;
        this.decay = decay;
        add = Add;
        exchange = Exchange;
        averages = [.. parameters.Parameters.Select(parameter => new float[parameter.Rows * parameter.Columns])];
        rests = [.. parameters.Parameters.Select(parameter => new float[parameter.Rows * parameter.Columns])];
        Buffers =
        [
            .. averages.Select((values, parameter) => new OptimizerBuffer("average", parameter, values)),
            .. rests.Select((values, parameter) => new OptimizerBuffer("average.rest", parameter, values)),
        ];
    }

    /// <summary>How many updates it is an average of.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the parameters hold the average now, and this the values that training goes on with.</summary>
    public bool IsSwappedIn { get; private set; }

    /// <summary>All that is carried from update to update beside <see cref="Count"/>, for checkpoints; not to be read while swapped in.</summary>
    public IReadOnlyList<OptimizerBuffer> Buffers { get; }

    /// <summary>Takes in the values after an update.</summary>
    /// <exception cref="InvalidOperationException">The average is swapped in.</exception>
    public void Update()
    {
        if (IsSwappedIn)
        {
            throw new InvalidOperationException("the parameters hold the average; swap it out before training goes on");
        }

        Count++;
        share = Count == 1 ? 1f : (float)(decay is { } kept ? 1.0 - Math.Min(kept, (Count + 1.0) / (Count + 10.0)) : 1.0 / Count);
        team.Run(add);
    }

    /// <summary>
    /// Exchanges the parameters' values with the average, and the next time back. Where nothing has been averaged yet, the
    /// values stay. What is derived from the values has to be loaded again.
    /// </summary>
    public void Swap()
    {
        if (Count > 0)
        {
            team.Run(exchange);
        }

        IsSwappedIn = !IsSwappedIn;
    }

    /// <summary>Goes on as after a number of averaged updates, with the buffers as they were then.</summary>
    public void Resume(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Count = count;
        IsSwappedIn = false;
    }

    /// <summary>Adds the average to a checkpoint. It is read when that is written.</summary>
    public void AddTo(SafetensorsWriter checkpoint) => OptimizerBuffer.Add(checkpoint, CountName, Count, Buffers);

    /// <summary>Goes back to where a checkpoint was written.</summary>
    /// <exception cref="InvalidFileException">The checkpoint has no average, or one of other parameters.</exception>
    public void ReadFrom(SafetensorsFile checkpoint) => Resume(OptimizerBuffer.Read(checkpoint, CountName, Buffers));

    private void Add(int worker)
    {
        foreach ((int parameter, int first, int length) in parameters.Blocks[parameters.Share(worker, team.Count)])
        {
            Span<float> average = averages[parameter].AsSpan(first, length);
            ReadOnlySpan<float> values = parameters.Parameters[parameter].Values.Slice(first, length);
            if (Count == 1)
            {
                values.CopyTo(average);
                continue;
            }

            Add(values, average, rests[parameter].AsSpan(first, length), share);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(ReadOnlySpan<float> values, Span<float> average, Span<float> rest, float share)
    {
        ref float valueStart = ref MemoryMarshal.GetReference(values);
        ref float averageStart = ref MemoryMarshal.GetReference(average);
        ref float restStart = ref MemoryMarshal.GetReference(rest);
        Vector256<float> shares = Vector256.Create(share);
        int i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            nuint at = (nuint)i;
            Vector256<float> before = Vector256.LoadUnsafe(ref averageStart, at);
            Vector256<float> left = Vector256.LoadUnsafe(ref restStart, at);
            Vector256<float> change = Vector256.FusedMultiplyAdd(Vector256.LoadUnsafe(ref valueStart, at) - before - left, shares, left);
            Vector256<float> after = before + change;
            after.StoreUnsafe(ref averageStart, at);
            (change - (after - before)).StoreUnsafe(ref restStart, at);
        }

        for (; i < values.Length; i++)
        {
            float before = average[i];
            float change = MathF.FusedMultiplyAdd(values[i] - before - rest[i], share, rest[i]);
            float after = before + change;
            average[i] = after;
            rest[i] = change - (after - before);
        }
    }

    private void Exchange(int worker)
    {
        foreach ((int parameter, int first, int length) in parameters.Blocks[parameters.Share(worker, team.Count)])
        {
            Span<float> average = averages[parameter].AsSpan(first, length);
            Span<float> values = parameters.Parameters[parameter].Values.Slice(first, length);
            for (int i = 0; i < length; i++)
            {
                (values[i], average[i]) = (average[i], values[i]);
            }
        }
    }
}
