using Cellwright.Graphs;
using Cellwright.Interchange;
using Cellwright.Layers;
using Cellwright.Randomness;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Interchange;

public sealed class RecurrentFormTests
{
    private const int Steps = 6;
    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = 3, ["hidden"] = 4, ["projection"] = 2, ["rank"] = 2 };

    // A cell in the words of whoever wrote it, and the operator it is.
    public static TheoryData<string, RecurrentOperator> Standard => new()
    {
        { "h = tanh(W x + U h[t-1] + b)", RecurrentOperator.Rnn },
        { "h = relu(b + W [h[t-1], x])", RecurrentOperator.Rnn },
        { "h = leaky_relu(W x + U h[t-1] + b)", RecurrentOperator.Rnn },
        { "h = elu(W x + U h[t-1])", RecurrentOperator.Rnn },
        { "h = softsign(W x + V x - U h[t-1] + b - d)", RecurrentOperator.Rnn },
        { "h = hard_sigmoid(W x + U^T h[t-1] + b)", RecurrentOperator.Rnn },
        { "h = 1.7 tanh(0.6 (W x + U h[t-1] + b))", RecurrentOperator.Rnn },
        { "h = softplus(2 (W x + U h[t-1] + b) / 3)", RecurrentOperator.Rnn },
        { "h = tanh(clip(W x + U h[t-1] + b, -0.2, 0.2))", RecurrentOperator.Rnn },
        { "h = W x + U h[t-1]", RecurrentOperator.Rnn },
        { "A = U - U^T\nstate h = 0.5\nh = tanh(A h[t-1] + W x + b)", RecurrentOperator.Rnn },
        { "state h = learned\nh = 1 - σ(W x + U h[t-1] + b)", RecurrentOperator.Rnn },
        { "[r, z] = σ(W x + U h[t-1] + b)\nn = tanh(V x + Q (r * h[t-1]) + d)\nh = z * h[t-1] + (1 - z) * n", RecurrentOperator.Gru },
        { "u = σ(W x + U h[t-1] + b)\nr = σ(A x + B h[t-1] + c)\nn = tanh(V x + Q (h[t-1] * r) + d)\nh = h[t-1] + u * (n - h[t-1])", RecurrentOperator.Gru },
        { "u = σ(W x + U h[t-1] + b)\nr = σ(A x + B h[t-1] + c)\nn = tanh(V x + Q (h[t-1] * r) + d)\nh = n + u * (h[t-1] - n)", RecurrentOperator.Gru },
        { "u = σ(W x + U h[t-1] + b)\nr = σ(A x + B h[t-1] + c)\nn = tanh(V x + d + r * (Q h[t-1]))\nh = u * n - u * h[t-1] + h[t-1]", RecurrentOperator.Gru },
        { "u = σ(W x + U h[t-1] + b)\nr = σ(A x + B h[t-1] + c)\nn = tanh(V x + r * (Q h[t-1]) + r * e)\nh = n - u * n + u * h[t-1]", RecurrentOperator.Gru },
        { "u = hard_sigmoid(W x + U h[t-1] + b)\nr = 1 - hard_sigmoid(A x + B h[t-1] + c)\nn = relu(V x + d + r * (Q h[t-1] + e))\nh = (1 - u) * n + u * h[t-1]", RecurrentOperator.Gru },
        { "[i, f, o, g] = [σ, σ, σ, tanh] (W [h[t-1], x] + b)\nc = f * c[t-1] + i * g\nh = o * tanh(c)", RecurrentOperator.Lstm },
        { "f = σ(W x + U h[t-1] + b)\ng = tanh(A x + B h[t-1] + d)\nm = f * m[t-1] + (1 - f) * g\no = σ(V x + Q h[t-1] + e)\ns = o * relu(m)\noutput s\nh = s", RecurrentOperator.Lstm },
        { "i = σ(W x + U h[t-1] + b)\ng = tanh(A x + B h[t-1] + d)\nc = c[t-1] + i * (g - c[t-1])\no = σ(V x + Q h[t-1] + p * c + e)\nh = o * c", RecurrentOperator.Lstm },
        { "i = 1 - σ(W x + U h[t-1] + q * c[t-1] + b)\nf = σ(C x + D h[t-1])\ng = tanh(A x + B h[t-1] + d)\nc = g * i + c[t-1] * f\no = σ(V x + Q h[t-1] + p * c + e)\nh = tanh(c) * o", RecurrentOperator.Lstm },
        { "width h = projection\ni = σ(W x + U h[t-1] + b)\nf = σ(C x + D h[t-1] + k)\ng = tanh(A x + B h[t-1] + d)\nc = f * c[t-1] + i * g\no = σ(V x + Q h[t-1] + e)\nh = P (o * tanh(c))", RecurrentOperator.Lstm },
    };

    [Theory]
    [MemberData(nameof(Standard))]
    public void A_cell_that_is_a_standard_operator_computes_what_the_operator_does_with_the_weights_found(string text, RecurrentOperator expected) =>
        ShouldCompute(Cell.Parse(text), expected);

    [Theory]
    [InlineData("elman", RecurrentOperator.Rnn)]
    [InlineData("elman-relu", RecurrentOperator.Rnn)]
    [InlineData("gru", RecurrentOperator.Gru)]
    [InlineData("gru-reset-after", RecurrentOperator.Gru)]
    [InlineData("mgu", RecurrentOperator.Gru)]
    [InlineData("lstm", RecurrentOperator.Lstm)]
    [InlineData("lstm-coupled", RecurrentOperator.Lstm)]
    [InlineData("lstm-peephole", RecurrentOperator.Lstm)]
    [InlineData("lstm-projected", RecurrentOperator.Lstm)]
    [InlineData("memory", RecurrentOperator.Lstm)]
    public void Cells_of_the_zoo_are_known_by_their_equations(string name, RecurrentOperator expected) => ShouldCompute(Cell.Named(name), expected);

    [Fact]
    public void No_other_cell_of_the_zoo_is_taken_for_a_standard_operator()
    {
        string[] known = [.. Cell.Names.Where(name => RecurrentForm.TryRecognize(Cell.Named(name).Graph, out _, out _))];

        known.ShouldBe(["elman", "elman-relu", "gru", "gru-reset-after", "lstm", "lstm-coupled", "lstm-peephole", "lstm-projected", "memory", "mgu"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("h = tanh(W x + U h[t-1] + V x[t-1])", "input of the step before")]
    [InlineData("input x, a\nh = tanh(W x + U h[t-1] + V a)", "2 inputs")]
    [InlineData("h = tanh(W x + U h[t-1])\ny = V h\noutput y", "gives out 'y'")]
    [InlineData("h = tanh(W x + U h[t-1] + p * h[t-1])", "none of the standard operators")]
    [InlineData("h = sin(W x + U h[t-1])", "none of the standard operators")]
    [InlineData("h = tanh(clip(W x + U h[t-1], -1, 2))", "none of the standard operators")]
    [InlineData("[r, z] = σ(W x + U h[t-1] + b)\nn = tanh(V x + Q (r * h[t-1]) + Q h[t-1])\nh = z * h[t-1] + (1 - z) * n", "none of the standard operators")]
    [InlineData("[r, z] = σ(W x + U h[t-1] + b)\nn = tanh(V x + Q (r * h[t-1]))\nh = z * h[t-1] + (1 - r) * n", "none of the standard operators")]
    [InlineData("r = σ(W x)\nz = hard_sigmoid(U h[t-1] + V x)\nn = tanh(A x + Q (r * h[t-1]))\nh = z * h[t-1] + (1 - z) * n", "none of the standard operators")]
    [InlineData("[i, f, o] = σ(W [h[t-1], x] + b)\ng = tanh(clip(V x + U h[t-1], -3, 3))\nc = f * c[t-1] + i * g\nh = o * tanh(c)", "clips some gates")]
    [InlineData("[i, f, o, g] = [σ, σ, σ, tanh] (W [h[t-1], x] + b)\nc = f * c[t-1] + i * g\nh = o * tanh(c[t-1])", "none of the standard operators")]
    [InlineData("[i, f, o, g] = [σ, σ, σ, tanh] (W [h[t-1], x] + b)\nc = f * c[t-1] - i * g\nh = o * tanh(c)", "none of the standard operators")]
    public void A_cell_that_is_nearly_one_is_not_taken_for_it(string text, string reason)
    {
        RecurrentForm.TryRecognize(Cell.Parse(text).Graph, out _, out string problem).ShouldBeFalse();

        problem.ShouldContain(reason);
    }

    [Fact]
    public void Roles_carry_the_parameters_names()
    {
        RecurrentForm.TryRecognize(Cell.Named("gru-reset-after").Graph, out RecurrentForm? form, out _).ShouldBeTrue();

        form!.ResetAfter.ShouldBeTrue();
        RecurrentGate candidate = form[RecurrentRole.Candidate];
        (candidate.Input.Name, candidate.Recurrent.Name, candidate.Bias.Name, candidate.RecurrentBias.Name).ShouldBe(("W_n", "U_n", "b_n", "c_n"));
        form.Gates.Select(gate => gate.Role).ShouldBe([RecurrentRole.Reset, RecurrentRole.Update, RecurrentRole.Candidate]);
    }

    [Fact]
    public void A_zoned_out_layer_is_refused()
    {
        using Layer layer = new(Cell.Named("elman"), Sizes, threads: 1, regularization: new LayerRegularization { Zoneout = new Dictionary<string, double> { ["h"] = 0.25 } });

        Should.Throw<NotSupportedException>(() => RecurrentWeights.Of(layer)).Message.ShouldContain("zoneout");
    }

    private static void ShouldCompute(Cell cell, RecurrentOperator expected)
    {
        using Layer layer = new(cell, Sizes, threads: 1);
        RandomStream random = new(7, "recurrent form");
        for (int i = 0; i < layer.Parameters.Count; i++)
        {
            random.FillNormal(layer.Parameters[i].Values, (ulong)i);
        }

        layer.Load();
        RecurrentWeights weights = RecurrentWeights.Of(layer);
        weights.Form.Operator.ShouldBe(expected);

        float[] x = new float[Steps * 3];
        random.FillNormal(x, 1000);
        float[] y = new float[Steps * layer.OutputWidth];
        layer.Forward(x, Steps, 1, [], null, y, null);
        double[] plain = [.. new PlainOperator(weights).Run([.. x.Chunk(3).Select(step => step.Select(value => (double)value).ToArray())]).SelectMany(step => step)];
        y.Select((value, i) => Math.Abs(value - plain[i])).Max().ShouldBeLessThan(2e-6 * Math.Max(1, plain.Max(Math.Abs)));
    }
}
