namespace Cellwright.Cli;

/// <summary>The tool was used in a way that has no meaning; the message is one sentence that says what to do instead.</summary>
internal sealed class UsageException : Exception
{
    /// <summary>The error with its sentence and, where there was one, what led to it.</summary>
    public UsageException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
