using System.Globalization;
using Cellwright.Cli.Charts;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class ChartRangeTests
{
    [Fact]
    public void Marks_are_short_numbers_around_all_values()
    {
        Check.One(
            Config.QuickThrowOnFailure,
            Prop.ForAll(
                Gen.Choose(-40_000, 40_000).Zip(Gen.Choose(1, 100_000), (least, length) => (Least: least / 8000.0, Length: length / 80_000.0)).ToArbitrary(),
                pair =>
                {
                    ChartRange range = ChartRange.Around([pair.Least, pair.Least + pair.Length], 5);
                    double[] marks = [.. range.Marks];
                    marks[0].ShouldBeLessThanOrEqualTo(pair.Least + 1e-9);
                    marks[^1].ShouldBeGreaterThanOrEqualTo(pair.Least + pair.Length - 1e-9);
                    marks.ShouldAllBe(mark => mark.ToString(CultureInfo.InvariantCulture).Length <= 10);
                    StringWriter chart = new();
                    TerminalChart.Write(chart, [new ChartLine("a", [pair.Least, pair.Least + pair.Length], [1, 2])], "across", value => value.ToString(CultureInfo.InvariantCulture));
                    chart.ToString().ShouldContain("across");
                }));
    }
}
