using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class ForgetBiasTests
{
    [Theory]
    [InlineData("lstm", "c", "b_f", 1)]
    [InlineData("gru", "h", "b_z", 1)]
    [InlineData("gru-update-only", "c", "b_u", -1)]
    [InlineData("lstm-use-gate", "LTM", "b_f", 1)]
    public void It_is_found_in_the_equations(string cell, string state, string parameter, int sign)
    {
        ForgetBias bias = ForgetBias.Of(Cell.Named(cell).Graph).ShouldHaveSingleItem();

        (bias.State, bias.Parameter, bias.Sign).ShouldBe((state, parameter, sign));
    }

    [Theory]
    [InlineData("elman")]
    [InlineData("indrnn")]
    public void A_cell_without_such_a_gate_has_none(string cell) => ForgetBias.Of(Cell.Named(cell).Graph).ShouldBeEmpty();

    [Fact]
    public void A_gate_cut_from_a_stacked_vector_has_its_part_of_the_bias()
    {
        Cell cell = Cell.Parse("[i, f] = σ(W x + U h[t-1] + b)\nh = f * h[t-1] + i * tanh(V x)");
        using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = 2, ["hidden"] = 3 });

        ForgetBias.Of(cell.Graph).ShouldHaveSingleItem().Set(layer, 5);

        layer.Parameters.Single(each => each.Name == "b").Values.ToArray().ShouldBe([0, 0, 0, 5, 5, 5]);
    }
}
