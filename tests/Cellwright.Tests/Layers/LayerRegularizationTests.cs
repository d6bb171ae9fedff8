using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class LayerRegularizationTests
{
    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = 5, ["hidden"] = 7 };

    [Fact]
    public void What_the_cell_does_not_have_is_refused_with_the_nearest_name()
    {
        Refusal(new() { Zoneout = Rate("hh", 0.1) }).ShouldBe("the cell has no state 'hh' to zone out: it has c, h; did you mean 'h'?");
        Refusal(new() { WeightDrop = Rate("U_fg", 0.1) }).ShouldStartWith("the cell has no parameter 'U_fg' to drop weights of: it has W_i, ");
        Refusal(new() { WeightDrop = Rate("U_fg", 0.1) }).ShouldEndWith("; did you mean 'U_f'?");
        Refusal(new() { Zoneout = Rate("h", 1) }).ShouldBe("the rate 1 of the state 'h' is not from 0 to less than 1");
        Refusal(new() { WeightDrop = Rate("U_f", double.NaN) }).ShouldBe("the rate NaN of the parameter 'U_f' is not from 0 to less than 1");
        Refusal(new() { WeightDrop = new Dictionary<string, double> { ["U_f"] = 0.1, ["Uf"] = 0.2 } }).ShouldBe("'U_f' is given two rates, under different spellings");
    }

    [Fact]
    public void Names_may_be_spelt_as_in_equations_and_rates_are_read_back_as_they_are_used()
    {
        using Layer layer = new(Cell.Named("lstm"), Sizes, 1, regularization: new() { WeightDrop = Rate("U_{f}", 0.3), Zoneout = Rate("c", 0), Seed = 9 });
        layer.Regularization.WeightDrop.Keys.ShouldBe(["U_f"]);
        layer.Regularization.WeightDrop["U_f"].ShouldBe(0.3, 1.0 / 65536);
        layer.Regularization.Zoneout.ShouldBeEmpty();
        using Layer again = new(Cell.Named("lstm"), Sizes, 1, regularization: layer.Regularization);
        again.Regularization.WeightDrop.ShouldBe(layer.Regularization.WeightDrop);
        again.Regularization.Seed.ShouldBe(9ul);
    }

    [Fact]
    public void Dropping_weights_leaves_the_trained_values_and_stops_their_gradients_for_the_step()
    {
        using Layer layer = new(Cell.Named("gru"), Sizes, 2, regularization: new() { WeightDrop = Rate("U_n", 0.5) });
        layer.Initialize(1);
        Parameter matrix = layer.Parameters.Single(parameter => parameter.Name == "U_n");
        float[] before = matrix.Values.ToArray();
        float[] x = [.. Enumerable.Range(0, 6 * 3 * 5).Select(i => MathF.Sin(i))];
        float[] y = new float[6 * 3 * 7];
        HashSet<int> everDropped = [];
        for (int step = 0; step < 20; step++)
        {
            layer.TrainingStep = step;
            layer.Forward(x, 6, 3, [], null, y, null);
            layer.Backward(y, null, [], null);
            everDropped.UnionWith(Enumerable.Range(0, before.Length).Where(i => matrix.Gradient[i] == 0));
            matrix.Gradient.ToArray().Count(value => value == 0).ShouldBeInRange(8, 41);
        }

        matrix.Values.ToArray().ShouldBe(before);
        everDropped.Count.ShouldBe(before.Length);
    }

    [Fact]
    public void Use_reads_the_trained_values_again_and_values_changed_in_training()
    {
        using Layer layer = new(Cell.Named("gru"), Sizes, 2, regularization: new() { WeightDrop = Rate("U_n", 0.5) });
        using Layer plain = new(Cell.Named("gru"), Sizes, 2);
        float[] x = [.. Enumerable.Range(0, 6 * 3 * 5).Select(i => MathF.Sin(i))];
        float[] y = new float[6 * 3 * 7];
        float[] expected = new float[6 * 3 * 7];
        for (ulong seed = 1; seed < 3; seed++)
        {
            layer.TrainingStep = 3;
            layer.Initialize(seed);
            plain.Initialize(seed);
            plain.Forward(x, 6, 3, [], null, expected, null);
            layer.Forward(x, 6, 3, [], null, y, null);
            y.ShouldNotBe(expected);
            layer.TrainingStep = null;
            layer.Forward(x, 6, 3, [], null, y, null);
            y.ShouldBe(expected);
        }
    }

    [Fact]
    public void A_stream_of_a_layer_in_training_is_refused_and_goes_on_in_use()
    {
        using Layer layer = new(Cell.Named("gru"), Sizes, 1, regularization: new() { WeightDrop = Rate("U_n", 0.5), Zoneout = Rate("h", 0.5) });
        using LayerStack stack = new([layer, new DropoutLayer(7, 0.5)]);
        stack.Initialize(1);
        using LayerStream stream = stack.CreateStream();
        float[] x = [1, 2, 3, 4, 5];
        float[] expected = new float[7];
        stack.Forward(x, 1, 1, [], null, expected, null);
        stack.TrainingStep = 0;
        stack.Forward(x, 1, 1, [], null, new float[7], null);
        float[] y = new float[7];
        Should.Throw<InvalidOperationException>(() => stream.Step(x, y)).Message.ShouldBe("a stream runs a layer in use; set the layer's TrainingStep to null first");
        stack.TrainingStep = null;
        stream.Step(x, y);
        y.ShouldBe(expected);
    }

    private static Dictionary<string, double> Rate(string name, double rate) => new() { [name] = rate };

    private static string Refusal(LayerRegularization regularization) =>
        Should.Throw<ArgumentException>(() => new Layer(Cell.Named("lstm"), Sizes, 1, regularization: regularization)).Message;
}
