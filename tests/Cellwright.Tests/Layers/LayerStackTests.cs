using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class LayerStackTests
{
    private const int Input = 5;
    private const int Hidden = 7;

    [Fact]
    public void Equal_layers_of_a_stack_are_drawn_differently()
    {
        using LayerStack stack = new([new Layer(Cell.Named("gru"), Sizes(Hidden), 1), new Layer(Cell.Named("gru"), Sizes(Hidden), 1)]);
        stack.Initialize(1);
        stack.Parameters.Single(parameter => parameter.Name == "layer0.W_z").Values.ToArray()
            .ShouldNotBe(stack.Parameters.Single(parameter => parameter.Name == "layer1.W_z").Values.ToArray());
    }

    [Fact]
    public void Dropout_in_a_stack_changes_no_name_and_no_first_value()
    {
        using LayerStack plain = new([new Layer(Cell.Named("gru"), Sizes(Input), 1), new Layer(Cell.Named("gru"), Sizes(Hidden), 1)]);
        using LayerStack dropping = new(
            [new DropoutLayer(Input, 0.1), new Layer(Cell.Named("gru"), Sizes(Input), 1), new DropoutLayer(Hidden, 0.1, variational: true), new Layer(Cell.Named("gru"), Sizes(Hidden), 1)]);
        plain.Initialize(1);
        dropping.Initialize(1);
        dropping.CreateState(1).Names.ShouldBe(plain.CreateState(1).Names);
        dropping.Parameters.Select(parameter => (parameter.Name, string.Join(' ', parameter.Values.ToArray())))
            .ShouldBe(plain.Parameters.Select(parameter => (parameter.Name, string.Join(' ', parameter.Values.ToArray()))));
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused()
    {
        using Layer narrow = new(Cell.Named("gru"), Sizes(Input), 1);
        Should.Throw<ArgumentException>(() => new LayerStack([narrow, narrow])).Message.ShouldStartWith("layer 1 reads 5 values where the one below gives 7");
        Should.Throw<ArgumentException>(() => new LayerStack([])).Message.ShouldStartWith("a stack needs at least one layer");
    }

    private static Dictionary<string, int> Sizes(int input) => new() { ["input"] = input, ["hidden"] = Hidden };
}
