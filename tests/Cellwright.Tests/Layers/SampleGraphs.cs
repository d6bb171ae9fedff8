using Cellwright.Graphs;
using Shouldly;

namespace Cellwright.Tests.Layers;

/// <summary>Cells built node by node, among them shapes of graph that the zoo's cells do not have.</summary>
internal static class SampleGraphs
{
    public static IEnumerable<(string Name, CellGraph Cell)> All =>
    [
        ("lstm node by node", Lstm(concatenated: false)),
        ("lstm on a concatenation", Lstm(concatenated: true)),
        ("gru node by node", Gru()),
        ("linear state", Linear()),
        ("softmax and norm", Norm()),
        ("remembered input and two widths", Remembering()),
        ("derived parameters and a learned initial state", Derived()),
        ("no recurrent product", Minimal()),
        ("stacked left side", Stacked()),
        ("output line and every function", Functions()),
        ("delayed state and aliased state", Delayed()),
    ];

    private static CellGraph Lstm(bool concatenated)
    {
        Builder b = new();
        Node x = b.Input("x");
        Node h = b.Previous("h");
        Node c = b.Previous("c");
        Node Gate(string name) => concatenated
            ? b.Signal("a_" + name, b.G.Add(b.G.Product(b.Matrix("W_" + name, Width.Hidden, Width.Hidden + Width.Input), b.G.Concatenate(h, x)), b.Vector("b_" + name)))
            : b.G.Add(b.G.Add(b.G.Product(b.Matrix("W_" + name, Width.Hidden, Width.Input), x), b.G.Product(b.Matrix("U_" + name, Width.Hidden, Width.Hidden), h)), b.Vector("b_" + name));
        Node f = b.Signal("f", b.G.Unary(Operation.Sigmoid, Gate("f")));
        Node i = b.Signal("i", b.G.Unary(Operation.Sigmoid, Gate("i")));
        Node o = b.Signal("o", b.G.Unary(Operation.Sigmoid, Gate("o")));
        Node g = b.Signal("g", b.G.Unary(Operation.Tanh, Gate("g")));
        Node next = b.Signal("c", b.G.Add(b.G.Multiply(f, c), b.G.Multiply(i, g)));
        b.Signal("h", b.G.Multiply(o, b.G.Unary(Operation.Tanh, next)));
        return b.Cell("h", "h", "c");
    }

    private static CellGraph Gru()
    {
        Builder b = new();
        Node x = b.Input("x");
        Node h = b.Previous("h");
        Node Gate(string name, Node state) => b.G.Add(
            b.G.Add(b.G.Product(b.Matrix("W_" + name, Width.Hidden, Width.Input), x), b.G.Product(b.Matrix("U_" + name, Width.Hidden, Width.Hidden), state)), b.Vector("b_" + name));
        Node z = b.Signal("z", b.G.Unary(Operation.Sigmoid, Gate("z", h)));
        Node r = b.Signal("r", b.G.Unary(Operation.Sigmoid, Gate("r", h)));
        Node n = b.Signal("n", b.G.Unary(Operation.Tanh, Gate("n", b.G.Multiply(r, h))));
        b.Signal("h", b.G.Add(b.G.Multiply(b.G.Subtract(b.G.Constant(1), z), h), b.G.Multiply(z, n)));
        return b.Cell("h", "h");
    }

    private static CellGraph Linear()
    {
        Builder b = new();
        Node h = b.G.Add(b.G.Add(b.G.Product(b.Matrix("W", Width.Hidden, Width.Input), b.Input("x")), b.G.Product(b.Matrix("U", Width.Hidden, Width.Hidden), b.Previous("h"))), b.Vector("b"));
        b.Signal("h", h);
        b.Signal("y", b.G.Subtract(b.G.Product(b.Matrix("V", Width.Hidden, Width.Hidden), h), b.G.Multiply(h, h)));
        return b.Cell("y", "h");
    }

    private static CellGraph Norm()
    {
        Builder b = new();
        Node a = b.G.Add(b.G.Product(b.Matrix("W", Width.Hidden, Width.Input), b.Input("x")), b.G.Product(b.Matrix("U", Width.Hidden, Width.Hidden), b.Previous("h")));
        Node shift = b.G.Unary(Operation.Exp, b.G.Subtract(a, b.G.Largest(a)));
        Node p = b.Signal("p", b.G.Divide(shift, b.G.Sum(shift)));
        Node n = b.G.Sum(b.G.Broadcast(b.G.Constant(1), Shape.Vector(Width.Hidden)));
        Node centred = b.G.Subtract(b.Previous("h"), b.G.Divide(b.G.Sum(b.Previous("h")), n));
        Node variance = b.G.Divide(b.G.Sum(b.G.Multiply(centred, centred)), n);
        Node norm = b.Signal("m", b.G.Divide(centred, b.G.Unary(Operation.Sqrt, b.G.Add(variance, b.G.Constant(1e-2)))));
        b.Signal("h", b.G.Unary(Operation.Tanh, b.G.Add(b.G.Multiply(b.Vector("g"), norm), b.G.Multiply(b.G.Constant(3), p))));
        return b.Cell("h", "h");
    }

    private static CellGraph Remembering()
    {
        Builder b = new();
        Node x = b.Input("x");
        Node s = b.Previous("s", Width.Of(3));
        Node gate = b.Signal("k", b.G.Unary(Operation.Sigmoid, b.G.Product(b.Matrix("W_k", Width.One, Width.Input), x)), Width.One);
        Node next = b.Signal("s", b.G.Add(b.G.Multiply(gate, s), b.G.Unary(Operation.Tanh, b.G.Add(
            b.G.Product(b.Matrix("W", Width.Of(3), Width.Input), x), b.G.Product(b.Matrix("W_1", Width.Of(3), Width.Input), b.Previous("x", Width.Input))))), Width.Of(3));
        b.Signal("h", b.G.Multiply(b.G.Subtract(b.G.Constant(1), gate), b.G.Unary(Operation.Tanh, b.G.Add(
            b.G.Product(b.Matrix("V", Width.Hidden, Width.Of(3) + Width.Hidden), b.G.Concatenate(next, b.Previous("h"))), b.Vector("b")))));
        return b.Cell("h", "h", "s", "x");
    }

    private static CellGraph Derived()
    {
        Builder b = new();
        Node u = b.Matrix("U", Width.Hidden, Width.Hidden);
        Node skew = b.G.Subtract(u, b.G.Transpose(u));
        Node low = b.G.MatrixProduct(b.Matrix("P", Width.Hidden, Width.Of(2)), b.Matrix("Q", Width.Of(2), Width.Input));
        Node decay = b.G.Unary(Operation.Sigmoid, b.Vector("a"));
        Node alpha = b.G.Parameter("alpha", Shape.Scalar);
        b.Parameters.Add(new CellParameter("alpha", alpha, default));
        Node h = b.Previous("h");
        b.Signal("h", b.G.Add(b.G.Multiply(decay, h), b.G.Multiply(alpha, b.G.Unary(Operation.Tanh, b.G.Add(b.G.Product(skew, h), b.G.Product(low, b.Input("x")))))));
        b.Initial["h"] = b.Vector("h_0");
        return b.Cell("h", "h");
    }

    private static CellGraph Minimal()
    {
        Builder b = new();
        Node x = b.Input("x");
        Node z = b.Signal("z", b.G.Unary(Operation.Sigmoid, b.G.Add(b.G.Product(b.Matrix("W_z", Width.Hidden, Width.Input), x), b.Vector("b_z"))));
        Node c = b.Signal("c", b.G.Product(b.Matrix("W", Width.Hidden, Width.Input), x));
        b.Signal("h", b.G.Add(b.G.Multiply(b.G.Subtract(b.G.Constant(1), z), b.Previous("h")), b.G.Multiply(z, c)));
        return b.Cell("h", "h");
    }

    private static CellGraph Stacked()
    {
        Builder b = new();
        Node h = b.Previous("h");
        Node a = b.G.Add(b.G.Product(b.Matrix("W", Width.Hidden * 3, Width.Hidden + Width.Input), b.G.Concatenate(h, b.Input("x"))), b.Vector("b", Width.Hidden * 3));
        Node Part(int i) => b.G.SliceRows(a, Width.Hidden * i, Width.Hidden);
        Node z = b.G.Unary(Operation.Sigmoid, Part(0));
        Node head = b.G.SliceRows(h, Width.Zero, Width.Of(2));
        Node spread = b.G.Concatenate(b.G.Unary(Operation.Tanh, head), b.G.SliceRows(h, Width.Of(2), Width.Hidden + (Width.Of(2) * -1)));
        b.Signal("h", b.G.Add(b.G.Multiply(z, spread), b.G.Multiply(b.G.Unary(Operation.Tanh, Part(1)), b.G.Unary(Operation.Sigmoid, Part(2)))));
        return b.Cell("h", "h");
    }

    private static CellGraph Functions()
    {
        Builder b = new();
        Node a = b.G.Add(b.G.Product(b.Matrix("W", Width.Hidden, Width.Input), b.Input("x")), b.G.Product(b.Matrix("U", Width.Hidden, Width.Hidden), b.Previous("h")));
        Node one = b.G.Constant(1);
        Node sum = b.G.Unary(Operation.Sin, a);
        foreach (Operation operation in (Operation[])[Operation.Cos, Operation.Erf, Operation.Exp, Operation.Relu, Operation.Abs])
        {
            sum = b.G.Add(sum, b.G.Multiply(b.G.Constant(0.3), b.G.Unary(operation, a)));
        }

        sum = b.G.Add(sum, b.G.Unary(Operation.Log, b.G.Add(b.G.Unary(Operation.Exp, a), one)));
        sum = b.G.Add(sum, b.G.Unary(Operation.Sqrt, b.G.Add(b.G.Multiply(a, a), one)));
        sum = b.G.Add(sum, b.G.Binary(Operation.Minimum, a, b.G.Binary(Operation.Maximum, b.Previous("h"), b.G.Constant(-0.1))));
        b.Signal("h", b.G.Unary(Operation.Tanh, sum));
        b.Signal("y", b.G.Unary(Operation.Sigmoid, b.G.Add(b.G.Product(b.Matrix("V", Width.Of(4), Width.Hidden), b.Signals[0].Node), b.Vector("c", Width.Of(4)))), Width.Of(4));
        return b.Cell("y", "h");
    }

    private static CellGraph Delayed()
    {
        Builder b = new();
        Node x = b.Input("x");
        Node h = b.Previous("h");
        b.Signal("d", h);
        b.Signal("e", b.G.Unary(Operation.Tanh, b.G.Product(b.Matrix("W", Width.Hidden, Width.Input), x)));
        b.Signal("h", b.G.Unary(Operation.Tanh, b.G.Add(b.G.Add(b.G.Product(b.Matrix("U", Width.Hidden, Width.Hidden), b.G.Multiply(b.Previous("d"), h)), b.Previous("e")), b.Signals[1].Node)));
        return b.Cell("h", "h", "d", "e");
    }

    private sealed class Builder
    {
        public Graph G { get; } = new();

        public List<NamedNode> Signals { get; } = [];

        public List<CellParameter> Parameters { get; } = [];

        public Dictionary<string, Node> Initial { get; } = [];

        private List<NamedNode> Inputs { get; } = [];

        public Node Input(string name)
        {
            Node node = G.Input(name, Width.Input);
            if (Inputs.All(input => input.Name != name))
            {
                Inputs.Add(new NamedNode(name, node));
            }

            return node;
        }

        public Node Previous(string name, Width? width = null) => G.Previous(name, width ?? Width.Hidden);

        public Node Signal(string name, Node node, Width? width = null)
        {
            node.Shape.ShouldBe(Shape.Vector(width ?? Width.Hidden));
            Signals.Add(new NamedNode(name, node));
            return node;
        }

        public Node Matrix(string name, Width rows, Width columns) => Parameter(name, Shape.Matrix(rows, columns));

        public Node Vector(string name, Width? width = null) => Parameter(name, Shape.Vector(width ?? Width.Hidden));

        public CellGraph Cell(string output, params string[] states) => new()
        {
            Graph = G,
            Inputs = Inputs,
            Signals = Signals,
            Parameters = Parameters,
            DerivedParameters = [],
            Output = Signals.First(signal => signal.Name == output),
            States = [.. states.Select(name =>
            {
                Node next = Signals.Concat(Inputs).First(signal => signal.Name == name).Node;
                Node zero = G.Broadcast(G.Constant(0), next.Shape);
                return new CellState(name, G.Previous(name, next.Shape.Rows), next, Initial.GetValueOrDefault(name, zero));
            })],
        };

        private Node Parameter(string name, Shape shape)
        {
            Node node = G.Parameter(name, shape);
            if (Parameters.All(parameter => parameter.Name != name))
            {
                Parameters.Add(new CellParameter(name, node, new Initializer(InitializerKind.FanIn)));
            }

            return node;
        }
    }
}
