using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Cellwright.Layers;

/// <summary>Adds up how long each piece of a run's work takes on the calling thread, in ticks of <see cref="Stopwatch"/>.</summary>
internal sealed class StageClock
{
    private readonly Dictionary<object, long> ticks = [];
    private readonly Dictionary<object, double> shares = [];

    /// <summary>The pieces met so far: stages, or names of other work.</summary>
    public IReadOnlyDictionary<object, long> Ticks => ticks;

    /// <summary>Adds the time since a moment to a piece of work.</summary>
    /// <param name="work">The piece.</param>
    /// <param name="started">When it began.</param>
    /// <param name="share">Which share of all of the piece this was, where several threads take parts of it as they are free.</param>
    public void Add(object work, long started, double share = 0)
    {
        long now = Stopwatch.GetTimestamp();
        CollectionsMarshal.GetValueRefOrAddDefault(ticks, work, out _) += now - started;
        if (share > 0)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(shares, work, out _) += share;
        }
    }

    /// <summary>The ticks that a piece would have taken if the calling thread had done just its even share.</summary>
    /// <param name="work">The piece.</param>
    /// <param name="threads">How many threads shared it.</param>
    public double EvenTicks(object work, int threads) => ticks[work] / (shares.TryGetValue(work, out double share) ? share * threads : 1);

    /// <summary>Forgets all times.</summary>
    public void Clear()
    {
        ticks.Clear();
        shares.Clear();
    }
}
