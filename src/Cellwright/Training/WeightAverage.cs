using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>
/// The average of the values that parameters have had: exponential, or the plain mean (Polyak and Juditsky, 1992).
/// Each element is averaged by itself. What a float cannot hold of a small change is kept beside it and counts the next
/// time, so a long run's average does not stand still.
/// </summary>
internal sealed class WeightAverage
{
    private readonly ParameterSet parameters;
    private readonly WorkerTeam team;
    private readonly Action<int> add;
    private readonly Action<int> exchange;
    private readonly float[][] averages;
    private readonly float[][] rests;
    private readonly double? decay;
    private readonly int start;
    private float share;

    /// <summary>An average over nothing yet.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="team">The workers that share the elements.</param>
    /// <param name="decay">The share of the old average that each update keeps, from 0 to less than 1; null for the plain mean.</param>
    /// <param name="start">The first update, from 1, whose values count.</param>
    public WeightAverage(ParameterSet parameters, WorkerTeam team, double? decay, int start)
    {
        if (decay is { } kept && !(kept >= 0.0 && kept < 1.0))
        {
            throw new ArgumentOutOfRangeException(nameof(decay), kept, "the share that an average keeps is from 0 to less than 1");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(start, 1);
        this.parameters = parameters;
        this.team = team;
        this.decay = decay;
        this.start = start;
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
    /// <param name="update">The update, from 1; those before the first that counts are passed over.</param>
    /// <exception cref="InvalidOperationException">The average is swapped in.</exception>
    public void Update(int update)
    {
        if (IsSwappedIn)
        {
            throw new InvalidOperationException("the parameters hold the average; swap it out before training goes on");
        }

        if (update < start)
        {
            return;
        }

        Count++;
        share = Count == 1 ? 1f : (float)(decay is { } kept ? 1.0 - kept : 1.0 / Count);
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
        for (int i = 0; i < values.Length; i++)
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
