using System.Globalization;
using Cellwright.Tests.House;
using Cellwright.Tests.Interchange;
using Cellwright.Tests.Onnx;

namespace Cellwright.Bench;

/// <summary>Gives the readers damaged files (<see cref="IFileMutations"/>): each must be read or refused, within a second and in little memory.</summary>
internal static class MutationBenchmark
{
    private const double Limit = 1000;
    private const int Attempts = 3;
    private const int WarmUp = 300;

    // A reader that never ends is reported by its number. Processor time counts: the process may be stopped for a while.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Tries the files [first, first + count); 0 where all did well, 1 where one did not.</summary>
    /// <param name="name">The one format that is tried, such as <c>onnx</c>; null for all, which take turns.</param>
    /// <param name="count">How many files.</param>
    /// <param name="seed">With a file's number, says which it is.</param>
    /// <param name="first">The first number.</param>
    public static int Run(string? name, int count, int seed, int first)
    {
        IFileMutations[] formats = [new SafetensorsMutations(), new TorchMutations(TorchFiles()), new OnnxMutations([.. Fixtures(string.Empty, ".onnx")])];
        formats = [.. formats.Where(format => name is null || format.Name == name)];
        if (formats.Length == 0)
        {
            Console.Error.WriteLine($"no format is called {name}; there are safetensors, pt and onnx");
            return 2;
        }

        for (int number = 0; number < WarmUp; number++)
        {
            FileMutation.Try(formats, seed + 1, number);
        }

        int current = first;
        (int Number, TimeSpan Since) seen = (-1, default);
        using Timer watchdog = new(
            _ =>
            {
                TimeSpan used = Environment.CpuUsage.TotalTime;
                if (seen.Number != current)
                {
                    seen = (current, used);
                }
                else if (used - seen.Since > Patience)
                {
                    Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"input {current} of seed {seed} does not end"));
                    Environment.Exit(1);
                }
            },
            null,
            Look,
            Look);
        Dictionary<string, (int Read, int Refused)> counts = formats.ToDictionary(format => format.Name, _ => (0, 0));
        int failures = 0;
        (FileMutation? Result, int Number) slowest = default;
        (FileMutation? Result, int Number) greediest = default;
        for (int number = first; number < first + count; number++)
        {
            current = number;
            FileMutation result = FileMutation.Try(formats, seed, number);

            // Other work on the machine may have taken its time: the best of a few attempts counts.
            for (int attempt = 1; attempt < Attempts && result.Milliseconds > Limit / 2; attempt++)
            {
                FileMutation again = FileMutation.Try(formats, seed, number);
                result = again.Milliseconds < result.Milliseconds ? again : result;
            }

            (int read, int refused) = counts[result.Format];
            counts[result.Format] = result.WasRead ? (read + 1, refused) : (read, refused + 1);
            slowest = slowest.Result is null || result.Milliseconds > slowest.Result.Milliseconds ? (result, number) : slowest;
            greediest = greediest.Result is null || result.Allocated > greediest.Result.Allocated ? (result, number) : greediest;
            if (result.Failure is not null || result.IsGreedy || result.Milliseconds > Limit)
            {
                failures++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"input {number}, {result.Format}, {result.Length} bytes: {result.Milliseconds:0} ms, {result.Allocated} bytes taken {result.Failure}"));
            }
        }

        foreach ((string format, (int read, int refused)) in counts)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{format}: {read} read, {refused} refused"));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"inputs {first} to {first + count - 1} of seed {seed}: {failures} failures; slowest {slowest.Number}, {slowest.Result!.Milliseconds:0.0} ms; most memory {greediest.Number}, {greediest.Result!.Allocated / 1024} KB for {greediest.Result.Length} bytes"));
        return failures == 0 ? 0 : 1;
    }

    private static IEnumerable<byte[]> TorchFiles() => Fixtures("pytorch-files/", ".pt", ".pth");

    // The files in the tests' fixtures, but those that are there to be refused.
    private static IEnumerable<byte[]> Fixtures(string folder, params string[] endings) =>
        Repository.Files("tests/Cellwright.Tests/Fixtures/" + folder)
            .Where(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)) && !file.EndsWith("legacy.pt", StringComparison.Ordinal) && !file.EndsWith("script.pt", StringComparison.Ordinal))
            .Select(file => File.ReadAllBytes(Path.Combine(Repository.Root, file)));
}
