namespace Cellwright.Tasks;

/// <summary>A text that cannot be used; the message is one sentence that says which, why, and what to do.</summary>
public sealed class CorpusException : Exception
{
    /// <summary>The error with its sentence and, where there was one, what led to it.</summary>
    public CorpusException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
