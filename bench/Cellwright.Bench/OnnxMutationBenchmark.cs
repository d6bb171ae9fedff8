using System.Diagnostics;
using System.Globalization;
using Cellwright.Files;
using Cellwright.Onnx.Import;
using Cellwright.Tests.House;
using Cellwright.Tests.Onnx;

namespace Cellwright.Bench;

/// <summary>
/// Gives the ONNX reader files of <see cref="MutatedOnnx"/>: each must be read or refused, within a second, and without taking
/// more memory than twice the file and 16 MB.
/// </summary>
internal static class OnnxMutationBenchmark
{
    private const double LimitMilliseconds = 1000;
    private const long FreeMemory = 16 << 20;
    private const int WarmUp = 1000;
    private const int Attempts = 5;

    /// <summary>Tries the files [first, first + count); 0 where all did well, 1 where one did not.</summary>
    public static int Run(int count, int seed, int first)
    {
        string fixtures = Path.Combine(Repository.Root, "tests", "Cellwright.Tests", "Fixtures");
        MutatedOnnx mutated = new([.. Directory.EnumerateFiles(fixtures, "*.onnx", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]);
        for (int number = 0; number < WarmUp; number++)
        {
            Try(mutated.Draw(seed + 1, number));
        }

        int read = 0;
        int failures = 0;
        double slowest = 0;
        long most = 0;
        for (int number = first; number < first + count; number++)
        {
            byte[] file = mutated.Draw(seed, number);
            long before = GC.GetAllocatedBytesForCurrentThread();
            long start = Stopwatch.GetTimestamp();
            try
            {
                read += Try(file) ? 1 : 0;
            }
            catch (Exception failure)
            {
                failures++;
                Console.WriteLine($"file {number}: {failure.GetType().Name}: {failure.Message}\n{failure.StackTrace}");
            }

            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;

            // Other work on the machine may have taken its time: the best of a few attempts counts.
            for (int attempt = 1; attempt < Attempts && milliseconds > LimitMilliseconds / 2 && failures == 0; attempt++)
            {
                start = Stopwatch.GetTimestamp();
                Try(file);
                milliseconds = Math.Min(milliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }

            slowest = Math.Max(slowest, milliseconds);
            most = Math.Max(most, taken - (2L * file.Length));
            if (milliseconds > LimitMilliseconds || taken > (2L * file.Length) + FreeMemory)
            {
                failures++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"file {number}: {milliseconds:0} ms and {taken:N0} bytes for a file of {file.Length:N0}"));
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"ONNX: {count:N0} files, {read:N0} read, {failures} failures; slowest {slowest:0.0} ms, most memory beyond twice the file {most:N0} bytes"));
        return failures == 0 ? 0 : 1;
    }

    private static bool Try(byte[] file)
    {
        try
        {
            OnnxFile opened = OnnxFile.Read(file, "mutated");
            OnnxModelFormat.Inspect(opened);
            GraphReader.Read(opened, new Dictionary<string, ConstantTensor>());
            return true;
        }
        catch (InvalidFileException)
        {
            return false;
        }
    }
}
