using Cellwright.Equations;
using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Equations;

/// <summary>How long and how deep a text may be, and how often a thing may be said.</summary>
public class EquationLimitTests
{
    [Fact]
    public void Brackets_may_not_be_nested_without_end()
    {
        string text = "h = " + new string('(', 3000) + "x" + new string(')', 3000);
        EquationException error = Should.Throw<EquationException>(() => Cell.Parse(text));
        error.Problem.ShouldBe("brackets are nested more than 64 deep");
        error.Column.ShouldBe(69);
        error.Message.Split('\n').ShouldAllBe(line => line.Length < 110);
    }

    [Fact]
    public void A_text_may_not_be_longer_than_a_cell_is() =>
        Message("h = W x" + new string(' ', 1 << 14)).ShouldBe("the text has 16391 characters; a cell may have 16384");

    [Fact]
    public void A_sum_may_not_go_on_without_end() =>
        Message("h = x" + string.Concat(Enumerable.Repeat(" + x", 600))).ShouldContain("more than 500 terms stand here");

    [Fact]
    public void Blocks_are_of_parameters_that_are_not_computed() => Message("blocks A = 4\nA = R - R^T\nh = tanh(A h[t-1] + W x)").ShouldBe("""
        line 1, column 8: `A` is computed from other parameters, so it cannot be given blocks
          blocks A = 4
                 ^
        line 2, column 1: the other place is here
          A = R - R^T
          ^
          say `blocks` of the parameters it is computed from
        """);

    [Fact]
    public void Blocks_are_given_once() => Message("blocks R = 4\nblocks R, U = 2\nh = tanh(R h[t-1] + U h[t-1] + W x)").ShouldBe("""
        line 2, column 8: the blocks of `R` are given twice
          blocks R, U = 2
                 ^
        line 1, column 1: the other place is here
          blocks R = 4
          ^^^^^^^^^^^^
        """);

    [Fact]
    public void Blocks_are_a_number_of_them() => Message("blocks R = heads\nh = tanh(R h[t-1] + W x)").ShouldBe("""
        line 1, column 12: `heads` stands where a whole number from 1 to 64 was expected
          blocks R = heads
                     ^^^^^
        """);

    private static string Message(string text) => Should.Throw<EquationException>(() => Cell.Parse(text)).Message;
}
