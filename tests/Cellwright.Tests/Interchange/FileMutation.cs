using System.Diagnostics;
using Cellwright.Files;

namespace Cellwright.Tests.Interchange;

/// <summary>What became of one damaged file.</summary>
/// <param name="Format">Its format.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="WasRead">Whether it was read; else it was refused.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="Allocated">The managed memory that it took, in bytes.</param>
/// <param name="Failure">What was thrown that is no refusal; null for none.</param>
internal sealed record FileMutation(string Format, int Length, bool WasRead, double Milliseconds, long Allocated, Exception? Failure)
{
    private const long FreeMemory = 16 << 20;

    /// <summary>Whether it took more memory than twice its length and 16 MB.</summary>
    public bool IsGreedy => Allocated > (2L * Length) + FreeMemory;

    /// <summary>Damages a file and reads it.</summary>
    /// <param name="formats">The formats, which take turns.</param>
    /// <param name="seed">With the number, says which file.</param>
    /// <param name="number">The file's number.</param>
    public static FileMutation Try(IReadOnlyList<IFileMutations> formats, int seed, int number)
    {
        IFileMutations format = formats[number % formats.Count];
        byte[] bytes = Draw(format, seed, number);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long begin = Stopwatch.GetTimestamp();
        bool wasRead = false;
        Exception? failure = null;
        try
        {
            format.Read(bytes);
            wasRead = true;
        }
        catch (InvalidFileException refused) when (refused.Message.Length > refused.File.Length + 2)
        {
        }
        catch (Exception other)
        {
            failure = other;
        }

        return new FileMutation(format.Name, bytes.Length, wasRead, Stopwatch.GetElapsedTime(begin).TotalMilliseconds, GC.GetAllocatedBytesForCurrentThread() - before, failure);
    }

    /// <summary>The damaged file of a number.</summary>
    public static byte[] Draw(IFileMutations format, int seed, int number) => format.Draw(new Random(unchecked((seed * 1_000_003) + number)));
}
