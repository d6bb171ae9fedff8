namespace Cellwright.Tasks.Series;

/// <summary>Series that cannot be used; the message is one sentence that says which, where, why, and what to do.</summary>
public sealed class SeriesException : Exception
{
    /// <summary>The error with its sentence and, where there was one, what led to it.</summary>
    public SeriesException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
