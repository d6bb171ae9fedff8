using System.Diagnostics;

namespace Cellwright.Layers;

/// <summary>Adds up how long each piece of a run's work takes on the calling thread, in ticks of <see cref="Stopwatch"/>.</summary>
internal sealed class StageClock
{
    private readonly Dictionary<object, long> ticks = [];

    /// <summary>The pieces met so far: stages, or names of other work.</summary>
    public IReadOnlyDictionary<object, long> Ticks => ticks;

    /// <summary>Adds the time since a moment to a piece of work.</summary>
    public void Add(object work, long started)
    {
        long now = Stopwatch.GetTimestamp();
        ref long sum = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(ticks, work, out _);
        sum += now - started;
    }

    /// <summary>Forgets all times.</summary>
    public void Clear() => ticks.Clear();
}
