namespace Cellwright.Cli.Benchmarks;

/// <summary>
/// A step of an LSTM at batch 1, I = H, as it is wanted on a machine whose caches were measured too. Its speed is that
/// of the cache that holds the weights, so elsewhere times are compared in units of that cache's speed.
/// </summary>
/// <param name="Hidden">H.</param>
/// <param name="Nanoseconds">The time wanted there.</param>
/// <param name="GigabytesPerSecond">The read speed there of the cache that holds the weights.</param>
internal readonly record struct StepGoal(int Hidden, double Nanoseconds, double GigabytesPerSecond)
{
    // Two cores of a Zen 5: first level 540 GB/s, second 205, third 100 to 129.
    private static readonly StepGoal[] All =
    [
        new(16, 60, 540), new(32, 120, 540), new(64, 700, 205), new(128, 2200, 205), new(256, 17_000, 114.5), new(512, 65_000, 114.5),
    ];

    /// <summary>The goal of a width; null where there is none.</summary>
    public static StepGoal? For(int hidden) => All.Where(goal => goal.Hidden == hidden).Select(goal => (StepGoal?)goal).FirstOrDefault();

    /// <summary>A time as a multiple of the goal, both times their cache's speed: 1 or less reaches it.</summary>
    public double Ratio(double nanoseconds, double gigabytesPerSecond) => nanoseconds * gigabytesPerSecond / (Nanoseconds * GigabytesPerSecond);
}
