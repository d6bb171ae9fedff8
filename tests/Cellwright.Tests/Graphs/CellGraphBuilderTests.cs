using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Graphs;

public class CellGraphBuilderTests
{
    [Fact]
    public void The_lstm_has_its_signals_states_and_parameters_in_written_order()
    {
        CellGraph graph = Cell.Parse(NoteCells.All["lstm"]).Graph;
        graph.Inputs.Select(input => input.Name).ShouldBe(["x"]);
        graph.Signals.Select(signal => signal.Name).ShouldBe(["i", "f", "o", "c_tilde", "c", "h"]);
        graph.States.Select(state => state.Name).ShouldBe(["c", "h"]);
        graph.Parameters.Select(parameter => $"{parameter.Name} {parameter.Node.Shape}").ShouldBe(
        [
            "W_i [hidden, input]", "U_i [hidden, hidden]", "b_i [hidden]",
            "W_f [hidden, input]", "U_f [hidden, hidden]", "b_f [hidden]",
            "W_o [hidden, input]", "U_o [hidden, hidden]", "b_o [hidden]",
            "W_c [hidden, input]", "U_c [hidden, hidden]", "b_c [hidden]",
        ]);
        graph.Output.Name.ShouldBe("h");
        graph.SizeNames.ShouldBe(["input", "hidden"]);
    }

    [Fact]
    public void First_values_follow_from_the_use_and_from_init()
    {
        CellGraph graph = Cell.Parse(NoteCells.All["lstm"] + "\ninit U* = orthogonal\ninit b_o = chrono(10)\ninit W_i = uniform(-1/2, 0.5)").Graph;
        Initializer Of(string name) => graph.Parameters.Single(parameter => parameter.Name == name).Initializer;
        Of("W_f").ShouldBe(new Initializer(InitializerKind.FanIn));
        Of("W_i").ShouldBe(new Initializer(InitializerKind.Uniform, -0.5, 0.5));
        Of("U_f").ShouldBe(new Initializer(InitializerKind.Orthogonal));
        Of("b_i").ShouldBe(new Initializer(InitializerKind.Fixed));
        Of("b_f").ShouldBe(new Initializer(InitializerKind.Fixed, 1));
        Of("b_o").ShouldBe(new Initializer(InitializerKind.Chrono, 10));
    }

    [Fact]
    public void A_vector_that_multiplies_is_drawn_and_one_that_is_added_is_zero()
    {
        CellGraph graph = Cell.Parse("h = p * h[t-1] + q * tanh(W x + b - q)").Graph;
        graph.Parameters.Select(parameter => $"{parameter.Name} {parameter.Initializer.Kind}").ShouldBe(["p FanIn", "q FanIn", "W FanIn", "b Fixed"]);
    }

    [Fact]
    public void A_stacked_left_side_takes_rows_of_its_matrix()
    {
        CellGraph graph = Cell.Parse(NoteCells.All["lstm-stacked"]).Graph;
        graph.Parameters.Select(parameter => $"{parameter.Name} {parameter.Node.Shape}").ShouldBe(["W [4*hidden, hidden + input]", "b [4*hidden]"]);
        graph.Signals.Select(signal => $"{signal.Name} {signal.Node.Shape}").ShouldBe(["i [hidden]", "f [hidden]", "o [hidden]", "g [hidden]", "c [hidden]", "h [hidden]"]);
    }

    [Fact]
    public void A_matrix_over_a_concatenation_is_cut_into_its_operands()
    {
        CellGraph graph = Cell.Parse("h = tanh(W [h[t-1], x])").Graph;
        Node sum = graph.Output.Node.Operands[0];
        sum.Operation.ShouldBe(Operation.Add);
        sum.Operands.ShouldAllBe(product => product.Operation == Operation.Product && product.Operands[0].Operation == Operation.SliceColumns);
    }

    [Fact]
    public void Widths_are_what_directives_say()
    {
        CellGraph graph = Cell.Parse("""
            input x, a
            width s = rank
            width k = hidden/2 + 3
            s = V h[t-1] + Q a
            k = K s
            v = [s, k]
            h = tanh(W x + U v)
            """).Graph;
        graph.Parameters.Select(parameter => $"{parameter.Name} {parameter.Node.Shape}").ShouldBe(
            ["V [rank, hidden]", "Q [rank, a]", "K [hidden/2 + 3, rank]", "W [hidden, input]", "U [hidden, hidden/2 + rank + 3]"]);
        graph.SizeNames.ShouldBe(["input", "hidden", "a", "rank"]);
    }

    [Fact]
    public void States_begin_at_zero_a_number_an_expression_or_a_learned_vector()
    {
        CellGraph graph = Cell.Parse("""
            n = n[t-1] + 1
            c = c[t-1] + tanh(W x)
            s = s[t-1] + x[t-1] ⊙ r
            m = m[t-1] + c
            h = c / n
            width s = input
            state n = 1
            c_0 = tanh(q)
            state m = learned
            """).Graph;
        graph.States.Select(state => state.Name).ShouldBe(["n", "c", "s", "m", "x"]);
        graph.States.Select(state => state.Initial.Shape.ToString()).ShouldBe(["[hidden]", "[hidden]", "[input]", "[hidden]", "[input]"]);
        graph.States[0].Initial.Operands[0].Value.ShouldBe(1);
        graph.States[1].Initial.Operation.ShouldBe(Operation.Tanh);
        graph.States[2].Initial.Operands[0].Value.ShouldBe(0);
        graph.States[3].Initial.Name.ShouldBe("m_0");
        graph.States[4].Next.Operation.ShouldBe(Operation.Input);
        graph.Parameters.Select(parameter => $"{parameter.Name} {parameter.Initializer.Kind}").ShouldBe(["W FanIn", "r FanIn", "q Fixed", "m_0 Fixed"]);
    }

    [Fact]
    public void Derived_parameters_are_computed_once()
    {
        CellGraph graph = Cell.Parse("A = U - U^T\nlam = sigmoid(a)\nh = lam * h[t-1] + A h[t-1] + W x").Graph;
        graph.DerivedParameters.Select(derived => $"{derived.Name} {derived.Node.Shape} {derived.Node.IsPerStep}").ShouldBe(["A [hidden, hidden] False", "lam [hidden] False"]);
        graph.Signals.Count.ShouldBe(1);
    }

    [Fact]
    public void Functions_of_functions_do_not_multiply_the_work()
    {
        string text = "f0(u) = tanh(u) + u\n" + string.Concat(Enumerable.Range(1, 9).Select(i => $"f{i}(u) = f{i - 1}(u) + f{i - 1}(2 u)\n")) + "h = f9(W x)";
        Cell.Parse(text).Graph.Graph.Nodes.Count.ShouldBeLessThan(200);
    }

    [Theory]
    [InlineData("sigmoid(x)", 0.3, 0.57444251681165903)]
    [InlineData("tgh(x)", 0.3, 0.29131261245159090)]
    [InlineData("relu(x)", -2, 0)]
    [InlineData("leaky_relu(x)", -2, -0.02)]
    [InlineData("elu(x)", -0.7, -0.50341469620859047)]
    [InlineData("elu(x)", 0.7, 0.7)]
    [InlineData("silu(x)", 1.5, 1.2263617142904655)]
    [InlineData("gelu(x)", 0.5, 0.34573123063700656)]
    [InlineData("softplus(x)", -1.25, 0.2519290813453729)]
    [InlineData("softplus(x)", 800, 800)]
    [InlineData("softsign(x)", -3, -0.75)]
    [InlineData("hard_sigmoid(x)", 1, 0.7)]
    [InlineData("hard_sigmoid(x)", 4, 1)]
    [InlineData("hard_tanh(x)", -4, -1)]
    [InlineData("exp(x)", 1, Math.E)]
    [InlineData("e^{-x}", 1, 0.36787944117144233)]
    [InlineData("log(x)", 2, 0.69314718055994529)]
    [InlineData("sqrt(x)", 2, 1.4142135623730951)]
    [InlineData("abs(x)", -2, 2)]
    [InlineData("sign(x)", -2, -1)]
    [InlineData("sin(x)", 1, 0.8414709848078965)]
    [InlineData("cos(x)", 1, 0.54030230586813977)]
    [InlineData("min(x, 0.5)", 1, 0.5)]
    [InlineData("max(x, 0.5)", 0, 0.5)]
    [InlineData("clip(x, -1, 2)", 5, 2)]
    [InlineData("x^3", -2, -8)]
    [InlineData("x^5", 2, 32)]
    [InlineData("x^{-2}", 2, 0.25)]
    [InlineData("x^0.5", 9, 3)]
    [InlineData("x^1.5", 4, 8)]
    [InlineData("2^x", 3, 8)]
    public void Functions_compute_what_they_are_called(string expression, double x, double expected)
    {
        CellGraph graph = Cell.Parse($"h = {expression}\nwidth h = input").Graph;
        Evaluate(graph.Output.Node, [x])[0].ShouldBe(expected, 1e-14 * Math.Max(1, Math.Abs(expected)));
    }

    [Fact]
    public void Softmax_and_norm_are_over_the_width()
    {
        double[] x = [1, 2, 4, 500];
        double[] softmax = Evaluate(Cell.Parse("h = softmax(x)\nwidth h = input").Graph.Output.Node, x);
        softmax.Sum().ShouldBe(1, 1e-15);
        (softmax[1] / softmax[0]).ShouldBe(Math.E, 1e-14);
        double[] norm = Evaluate(Cell.Parse("h = norm(x)\nwidth h = input").Graph.Output.Node, [1, 2, 3, 6]);
        norm.ShouldBe([-2 / Math.Sqrt(3.5 + 1e-5), -1 / Math.Sqrt(3.5 + 1e-5), 0, 3 / Math.Sqrt(3.5 + 1e-5)], 1e-14);
    }

    private static double[] Evaluate(Node node, double[] x)
    {
        double[][] parts = [.. node.Operands.Select(operand => Evaluate(operand, x))];
        double At(int operand, int i) => parts[operand][parts[operand].Length == 1 ? 0 : i];
        return node.Operation switch
        {
            Operation.Constant => [node.Value],
            Operation.Input => x,
            Operation.Sum => [parts[0].Sum()],
            Operation.Largest => [parts[0].Max()],
            Operation.Broadcast => [.. Enumerable.Repeat(parts[0][0], x.Length)],
            _ when parts.Length == 1 => [.. parts[0].Select(value => ElementFunctions.Apply(node.Operation, value))],
            _ => [.. Enumerable.Range(0, Math.Max(parts[0].Length, parts[1].Length)).Select(i => ElementFunctions.Apply(node.Operation, At(0, i), At(1, i)))],
        };
    }
}
