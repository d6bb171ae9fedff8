using System.Diagnostics.CodeAnalysis;

namespace Cellwright.Studio;

/// <summary>A request that is answered with a sentence and a status code.</summary>
[SuppressMessage("Roslynator", "RCS1194", Justification = "It is always made with a status and a sentence.")]
internal sealed class RefusedException(int status, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The HTTP status code.</summary>
    public int Status { get; } = status;
}
