using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Graphs;

public sealed class RecurrentMatricesTests
{
    [Theory]
    [InlineData("U", "h = tanh(W x + U h[t-1] + b)")]
    [InlineData("U", "h = tanh(W x + U h[t-1] + b)\ny = V h\noutput y")]
    [InlineData("W", "h = tanh(W [h[t-1], x] + b)")]
    [InlineData("U", "h = tanh(W x + V x[t-1] + U h[t-1])")]
    [InlineData("A B", "q = B h[t-1]\nh = tanh(W x + A q)")]
    [InlineData("U_z U_n", "z = σ(W_z x + U_z h[t-1])\nn = tanh(W_n x + U_n (z * h[t-1]))\nh = z * h[t-1] + (1 - z) * n")]
    [InlineData("", "h = 0.5 * h[t-1] + tanh(W x)")]
    public void They_are_those_that_a_state_passes_through_to_its_next_value(string names, string equations) =>
        RecurrentMatrices.Of(Cell.Parse(equations).Graph).ShouldBe(names.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
}
