using System.Globalization;

namespace Cellwright.Tasks.Series;

/// <summary>Times as people read them.</summary>
public static class SeriesTime
{
    /// <summary>A time in ISO form, as short as it can be: <c>2024-02-29</c>, <c>2024-02-29 18:30</c>.</summary>
    /// <param name="time">Any time.</param>
    public static string Text(DateTime time)
    {
        string format = time.TimeOfDay == TimeSpan.Zero ? "yyyy-MM-dd"
            : time.TimeOfDay.Ticks % TimeSpan.TicksPerMinute == 0 ? "yyyy-MM-dd HH:mm"
            : time.TimeOfDay.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss"
            : "yyyy-MM-dd HH:mm:ss.FFFFFFF";
        return time.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>A time of a series with a step, in ISO form and no finer than the step: <c>2024-02</c> for months.</summary>
    /// <param name="time">A time of the series.</param>
    /// <param name="step">The distance from row to row.</param>
    public static string Text(DateTime time, TimeStep step) => step.Unit switch
    {
        TimeUnit.Month or TimeUnit.Quarter or TimeUnit.Year when time.Day == 1 && time.TimeOfDay == TimeSpan.Zero => time.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        TimeUnit.Hour or TimeUnit.Minute when time.Ticks % TimeSpan.TicksPerMinute == 0 => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
        TimeUnit.Second when time.Ticks % TimeSpan.TicksPerSecond == 0 => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        _ => Text(time),
    };
}
