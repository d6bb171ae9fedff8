using System.Diagnostics;

namespace Cellwright.Training;

/// <summary>Times the first steps of a run, and says how many more fit in its time.</summary>
internal sealed class StepClock
{
    /// <summary>The most steps that are worth timing.</summary>
    public const int MostSteps = 40;

    /// <summary>The fewest steps that can be timed well.</summary>
    public const int LeastSteps = 8;

    // The first steps compile, take memory and fill caches.
    private const int Unrepresentative = 3;
    private const double ShareToSpend = 0.05;
    private const double MostToSpend = 0.25;

    private readonly TimeSpan budget;
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly List<TimeSpan> steps = new(MostSteps);
    private long last;

    /// <summary>A clock that starts now.</summary>
    /// <param name="budget">The time there is.</param>
    public StepClock(TimeSpan budget)
    {
        this.budget = budget;
        last = start;
    }

    /// <summary>Whether timing more steps is worth their time: a short budget is worth a greater share of it, since a few steps may tell of anything.</summary>
    public bool WantsMore => steps.Count <= Unrepresentative
        || Stopwatch.GetElapsedTime(start) < budget * (steps.Count < LeastSteps ? MostToSpend : ShareToSpend);

    /// <summary>Notes that a step has ended.</summary>
    public void Tick()
    {
        long now = Stopwatch.GetTimestamp();
        steps.Add(Stopwatch.GetElapsedTime(last, now));
        last = now;
    }

    /// <summary>How many more steps fit.</summary>
    /// <param name="reserve">The time to keep free, counted in steps.</param>
    public int StepsLeft(double reserve)
    {
        TimeSpan[] typical = [.. steps.Skip(Math.Min(Unrepresentative, steps.Count - 1)).Order()];
        TimeSpan step = typical[typical.Length / 2];
        double left = ((budget - Stopwatch.GetElapsedTime(start)) / step) - reserve;
        return (int)Math.Clamp(left, 0.0, int.MaxValue / 2);
    }
}
