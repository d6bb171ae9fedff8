using Cellwright.Inspection;
using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class SeriesPatternTests
{
    private static readonly SeriesColumns Columns = new(new TimeStep(TimeUnit.Row), ["price"], ["news", "a < b"], ["day"], []);

    private static readonly TimeSeries Series = new(
        string.Empty, null, [[5, double.NaN, 7, 8, 9, 10]], [[0, 0, -2, 0, double.NaN, 4], [1, 1, 1, 0, 0, 0]], [[0, 1, 0, 1, 0, 1, 9, 9]]);

    [Theory]
    [InlineData("price", new double[] { 5, 5, 7, 8, 9, 10 })]
    [InlineData(" day ", new double[] { 0, 1, 0, 1, 0, 1 })]
    [InlineData("price > 7.5", new double[] { 0, 0, 0, 1, 1, 1 })]
    [InlineData("price<=7", new double[] { 1, 0, 1, 0, 0, 0 })]
    [InlineData("news != 0", new double[] { 0, 0, 1, 0, 0, 1 })]
    [InlineData("news = -2", new double[] { 0, 0, 1, 0, 0, 0 })]
    [InlineData("since news", new double[] { 0, 1, 0, 1, 2, 0 })]
    [InlineData("since price >= 8", new double[] { 0, 1, 2, 0, 0, 0 })]
    [InlineData("last news", new double[] { 0, 0, -2, -2, -2, 4 })]
    [InlineData("a < b", new double[] { 1, 1, 1, 0, 0, 0 })]
    [InlineData("since a < b", new double[] { 0, 0, 0, 1, 2, 3 })]
    [InlineData("row", new double[] { 0, 1, 2, 3, 4, 5 })]
    public void A_pattern_gives_every_observed_row_a_number(string pattern, double[] expected) =>
        SeriesPattern.Parse(pattern, Columns).Of(Series).ShouldBe(expected);

    [Theory]
    [InlineData("", "a pattern is a column")]
    [InlineData("since", "there is no column 'since'")]
    [InlineData("prise", "there is no column 'prise'; there are price, news, a < b, day")]
    [InlineData("price > high", "does not compare a column with a number")]
    [InlineData("price !", "does not compare a column with a number")]
    [InlineData("last price > 3", "there is no column 'price > 3'")]
    public void What_is_no_pattern_is_said_in_a_sentence(string pattern, string sentence) =>
        Should.Throw<FormatException>(() => SeriesPattern.Parse(pattern, Columns)).Message.ShouldContain(sentence);
}
