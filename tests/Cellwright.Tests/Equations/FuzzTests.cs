using System.Diagnostics;
using Cellwright.Equations;
using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Equations;

/// <summary>A slice of what <c>bench fuzz</c> does a million times: any text is a cell or an <see cref="EquationException"/>.</summary>
public class FuzzTests
{
    private const int Count = 6_000;

    /// <summary>Far above what an input takes: only a reader that hangs comes here.</summary>
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(20);

    [Fact]
    public void Any_text_is_a_cell_or_an_error()
    {
        FuzzInputs inputs = new([.. Cell.Names.Select(name => Cell.Named(name).Text), .. Snippets.All.Select(snippet => snippet.Text)]);
        int cells = 0;
        for (int number = 0; number < Count; number++)
        {
            string text = inputs.Draw(seed: 1, number);
            Stopwatch watch = Stopwatch.StartNew();
            try
            {
                Cell.Parse(text);
                cells++;
            }
            catch (EquationException error)
            {
                error.Message.ShouldNotBeNullOrWhiteSpace();
            }

            watch.Elapsed.ShouldBeLessThan(Hang, $"input {number}: {text[..Math.Min(200, text.Length)]}");
        }

        cells.ShouldBeInRange(Count / 50, Count * 9 / 10);
    }
}
