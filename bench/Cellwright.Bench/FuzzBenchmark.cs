using System.Diagnostics;
using System.Globalization;
using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Tests.Equations;

namespace Cellwright.Bench;

/// <summary>Gives the parser inputs of <see cref="FuzzInputs"/>: each must be a cell or an error, within 50 ms.</summary>
internal static class FuzzBenchmark
{
    private const double Limit = 50;
    private const int WarmUp = 3_000;
    private const int Attempts = 5;

    /// <summary>Tries the inputs [first, first + count); 0 where all did well, 1 where one was slow or ended otherwise.</summary>
    public static int Run(int count, int seed, int first)
    {
        FuzzInputs inputs = new([.. Cell.Names.Select(name => Cell.Named(name).Text), .. Snippets.All.Select(snippet => snippet.Text)]);
        for (int number = 0; number < WarmUp; number++)
        {
            Try(inputs.Draw(seed + 1, number), out _);
        }

        long cells = 0;
        int failures = 0;
        (double Milliseconds, int Number, int Length) slowest = default;
        long start = Stopwatch.GetTimestamp();
        for (int number = first; number < first + count; number++)
        {
            string text = inputs.Draw(seed, number);
            long begin = Stopwatch.GetTimestamp();
            bool isCell = Try(text, out Exception? failure);
            double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            cells += isCell ? 1 : 0;
            if (failure is not null)
            {
                failures++;
                Console.WriteLine($"input {number}: {failure.GetType().Name}: {failure.Message}\n{failure.StackTrace}\n{Start(text)}");
            }

            // Other work on the machine may have taken its time: the best of a few attempts counts.
            for (int attempt = 1; attempt < Attempts && milliseconds > Limit / 2; attempt++)
            {
                begin = Stopwatch.GetTimestamp();
                Try(text, out _);
                milliseconds = Math.Min(milliseconds, Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            }

            if (milliseconds > slowest.Milliseconds)
            {
                slowest = (milliseconds, number, text.Length);
            }

            if (milliseconds > Limit)
            {
                failures++;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"input {number}: {milliseconds:0.0} ms for {text.Length} characters\n{Start(text)}"));
            }
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"inputs {first} to {first + count - 1} of seed {seed}: {cells} cells, {count - cells - failures} errors, {failures} failures; slowest input {slowest.Number}, {slowest.Length} characters, {slowest.Milliseconds:0.0} ms ({Stopwatch.GetElapsedTime(start).TotalSeconds:0} s)"));
        return failures == 0 ? 0 : 1;
    }

    private static bool Try(string text, out Exception? failure)
    {
        failure = null;
        try
        {
            Cell.Parse(text);
            return true;
        }
        catch (EquationException)
        {
            return false;
        }
        catch (Exception other)
        {
            failure = other;
            return false;
        }
    }

    private static string Start(string text) => text.Length <= 300 ? text : text[..300] + "…";
}
