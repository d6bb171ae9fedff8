using Cellwright.Cli.Benchmarks;
using Cellwright.Tests.House;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Docs;

public sealed class SpeedTableTests
{
    private const string Figures = """
        [
          {
            "cell": "lstm", "mode": "train", "batch": 32, "input": 256, "hidden": 256, "steps": 64, "threads": 2,
            "milliseconds": 13.7, "gflops": 470.3, "peakGflops": 540, "shareOfPeak": 0.8709, "allocatedBytes": 0, "peers": { "oneDNN 2.6.3": 15.6 }
          },
          {
            "cell": "lstm", "mode": "train", "batch": 1, "input": 32, "hidden": 32, "steps": 64, "threads": 1,
            "milliseconds": 0.0171, "gflops": 183.97, "peakGflops": 272.6, "shareOfPeak": 0.67487, "allocatedBytes": 0, "peers": {}
          }
        ]
        """;

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/performance.md")]
    public void The_tables_of_a_page_are_what_the_writer_makes_of_its_figures(string page)
    {
        string text = Repository.Text(page);
        SpeedPage.Files(text).ShouldNotBeEmpty();
        SpeedPage.Fill(text, name => Repository.Text($"bench/results/{name}"))
            .ShouldBe(text, "run 'dotnet run -c Release --project bench/Cellwright.Bench -- tables'");
    }

    [Fact]
    public void A_table_is_written_between_its_marks() =>
        SpeedPage.Fill("before\n<!-- speed: own.json -->\nold\n<!-- end of speed -->\nbehind\n", name => name == "own.json" ? Figures : throw new FileNotFoundException(name))
            .ShouldBe(
                """
                before
                <!-- speed: own.json -->
                | B×H | threads | ms | GFLOP/s | of peak | oneDNN 2.6.3, ms |
                | --- | --- | --- | --- | --- | --- |
                | 32×256 | 2 | 13.7 | 470 | 87% | 15.6 (1.14×) |
                | 1×32 | 1 | 0.0171 | 184 | 67% |  |

                Multiply-add peak between the repetitions: 273 GFLOP/s with 1 thread, 540 GFLOP/s with 2 threads. Managed memory allocated by the timed passes: 0 bytes.
                <!-- end of speed -->
                behind

                """);

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("no figures")]
    public void Anything_but_figures_is_refused(string text) =>
        Should.Throw<InvalidDataException>(() => SpeedPage.Fill("<!-- speed: own.json -->\n<!-- end of speed -->", _ => text)).Message.ShouldContain("own.json");
}
