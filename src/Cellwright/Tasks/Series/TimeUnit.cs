namespace Cellwright.Tasks.Series;

/// <summary>The unit of a <see cref="TimeStep"/>.</summary>
public enum TimeUnit
{
    /// <summary>Rows are counted; there is no time.</summary>
    Row,

    /// <summary>Seconds.</summary>
    Second,

    /// <summary>Minutes.</summary>
    Minute,

    /// <summary>Hours.</summary>
    Hour,

    /// <summary>Days.</summary>
    Day,

    /// <summary>Weeks.</summary>
    Week,

    /// <summary>Months of the calendar.</summary>
    Month,

    /// <summary>Quarters of the calendar.</summary>
    Quarter,

    /// <summary>Years of the calendar.</summary>
    Year,

    /// <summary>Days from Monday to Friday.</summary>
    BusinessDay,
}
