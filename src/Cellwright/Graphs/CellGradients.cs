namespace Cellwright.Graphs;

/// <summary>
/// The backward pass of one time step, derived from a <see cref="CellGraph"/> by reverse accumulation into the same
/// graph, so that it shares what the forward pass computes.
/// </summary>
/// <remarks>
/// At step t the gradient by a state's value is what flows from the equations of step t (including the output's
/// gradient from outside) plus what step t+1 handed back: the leaf <see cref="Operation.StateCotangent"/>. What the
/// step hands on to t−1 is <see cref="StateGradients"/>.
/// </remarks>
public sealed class CellGradients
{
    private readonly Graph graph;
    private readonly Dictionary<Node, Node> adjoints = [];
    private readonly HashSet<Node> differentiable = [];

    private CellGradients(CellGraph cell)
    {
        Cell = cell;
        graph = cell.Graph;
        OutputCotangent = graph.OutputCotangent(cell.Output.Node.Shape.Rows);
        StateCotangents = [.. cell.States.Select(state => graph.StateCotangent(state.Name, state.Next.Shape.Rows))];
    }

    /// <summary>The cell that was differentiated.</summary>
    public CellGraph Cell { get; }

    /// <summary>The leaf for the gradient by the output at step t.</summary>
    public Node OutputCotangent { get; }

    /// <summary>For each state of the cell, the leaf for the gradient carried from step t+1.</summary>
    public IReadOnlyList<Node> StateCotangents { get; }

    /// <summary>For each state, the gradient by its value at t−1; null where nothing flows.</summary>
    public IReadOnlyList<Node?> StateGradients { get; private init; } = [];

    /// <summary>For each input, the gradient by its value at t; null where nothing flows.</summary>
    public IReadOnlyList<Node?> InputGradients { get; private init; } = [];

    /// <summary>For each parameter, the gradient, summed over steps and sequences; null where nothing flows.</summary>
    public IReadOnlyList<Node?> ParameterGradients { get; private init; } = [];

    /// <summary>For every value that the loss depends on, the gradient by it.</summary>
    internal IReadOnlyDictionary<Node, Node> Adjoints { get; private init; } = new Dictionary<Node, Node>();

    /// <summary>Derives the backward pass. The cell's graph grows by its nodes.</summary>
    public static CellGradients Derive(CellGraph cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        CellGradients gradients = new(cell);
        gradients.Accumulate();
        return new CellGradients(cell)
        {
            Adjoints = gradients.adjoints,
            StateGradients = [.. cell.States.Select(state => gradients.Of(state.Previous))],
            InputGradients = [.. cell.Inputs.Select(input => gradients.Of(input.Node))],
            ParameterGradients = [.. cell.Parameters.Select(parameter => gradients.Of(parameter.Node))],
        };
    }

    private Node? Of(Node node) => adjoints.GetValueOrDefault(node);

    private void Accumulate()
    {
        Node[] forward = [.. graph.Nodes];
        HashSet<Node> masks = [.. Cell.Masks.Select(mask => mask.Node)];
        foreach (Node node in forward)
        {
            if ((node.Operation is Operation.Parameter or Operation.Input or Operation.Previous && !masks.Contains(node)) || node.Operands.Any(differentiable.Contains))
            {
                differentiable.Add(node);
            }
        }

        Push(Cell.Output.Node, OutputCotangent);
        for (int i = 0; i < Cell.States.Count; i++)
        {
            CellState state = Cell.States[i];
            Push(state.Next, StateCotangents[i]);
            Push(state.Initial, graph.InitialCotangent(state.Name, state.Next.Shape.Rows));
        }

        foreach (Node node in forward.Reverse())
        {
            if (adjoints.TryGetValue(node, out Node? adjoint))
            {
                PushOperands(node, adjoint);
            }
        }
    }

    private void PushOperands(Node node, Node d)
    {
        Node a = node.Operands.Length > 0 ? node.Operands[0] : node;
        Node b = node.Operands.Length > 1 ? node.Operands[1] : node;
        switch (node.Operation)
        {
            case Operation.Add:
                Push(a, d);
                Push(b, d);
                break;
            case Operation.Subtract:
                Push(a, d);
                Push(b, graph.Unary(Operation.Negate, d));
                break;
            case Operation.Multiply:
                Push(a, Scaled(a, d, b));
                Push(b, Scaled(b, d, a));
                break;
            case Operation.Divide:
                Push(a, graph.Divide(d, b));
                Push(b, graph.Unary(Operation.Negate, graph.Divide(graph.Multiply(d, node), b)));
                break;
            case Operation.Minimum:
                PushChosen(graph.Binary(Operation.Greater, b, a));
                break;
            case Operation.Maximum:
                PushChosen(graph.Binary(Operation.Greater, a, b));
                break;
            case Operation.Negate:
                Push(a, graph.Unary(Operation.Negate, d));
                break;
            case Operation.Sigmoid:
                Push(a, graph.Multiply(d, graph.Multiply(node, graph.Subtract(graph.Constant(1), node))));
                break;
            case Operation.Tanh:
                Push(a, graph.Multiply(d, graph.Subtract(graph.Constant(1), graph.Multiply(node, node))));
                break;
            case Operation.Relu:
                // By the result, which is often kept anyway, where what it is of would not be.
                Push(a, graph.Multiply(d, graph.Binary(Operation.Greater, node, graph.Constant(0))));
                break;
            case Operation.Exp:
                Push(a, graph.Multiply(d, node));
                break;
            case Operation.Log:
                Push(a, graph.Divide(d, a));
                break;
            case Operation.Sqrt:
                Push(a, graph.Divide(graph.Multiply(graph.Constant(0.5), d), node));
                break;
            case Operation.Abs:
                Push(a, graph.Multiply(d, graph.Unary(Operation.Sign, a)));
                break;
            case Operation.Sin:
                Push(a, graph.Multiply(d, graph.Unary(Operation.Cos, a)));
                break;
            case Operation.Cos:
                Push(a, graph.Unary(Operation.Negate, graph.Multiply(d, graph.Unary(Operation.Sin, a))));
                break;
            case Operation.Softplus:
                Push(a, graph.Multiply(d, graph.Unary(Operation.Sigmoid, a)));
                break;
            case Operation.Erf:
                Node bell = graph.Unary(Operation.Exp, graph.Unary(Operation.Negate, graph.Multiply(a, a)));
                Push(a, graph.Multiply(d, graph.Multiply(graph.Constant(2 / Math.Sqrt(Math.PI)), bell)));
                break;
            case Operation.Sum:
                Push(a, graph.Broadcast(d, a.Shape));
                break;
            case Operation.Broadcast:
                Push(a, d);
                break;
            case Operation.Product:
                Push(a, differentiable.Contains(a) ? graph.OuterTotal(d, b) : d);
                Push(b, differentiable.Contains(b) ? graph.Product(graph.Transpose(a), d) : d);
                break;
            case Operation.Concatenate:
                Width start = Width.Zero;
                foreach (Node part in node.Operands)
                {
                    Push(part, graph.ViewRows(d, start, part.Shape.Rows));
                    start += part.Shape.Rows;
                }

                break;
            case Operation.SliceRows:
                Push(a, graph.PlaceRows(d, node.Offset!, a.Shape.Rows));
                break;
            case Operation.SliceColumns:
                Push(a, graph.PlaceColumns(d, node.Offset!, a.Shape.Columns));
                break;
            case Operation.PlaceRows:
                Push(a, graph.ViewRows(d, node.Offset!, a.Shape.Rows));
                break;
            case Operation.PlaceColumns:
                Push(a, graph.SliceColumns(d, node.Offset!, a.Shape.Columns));
                break;
            case Operation.Transpose:
                Push(a, graph.Transpose(d));
                break;
            case Operation.MatrixProduct:
                Push(a, graph.MatrixProduct(d, graph.Transpose(b)));
                Push(b, graph.MatrixProduct(graph.Transpose(a), d));
                break;
        }

        void PushChosen(Node chooseA)
        {
            Push(a, graph.Multiply(d, chooseA));
            Push(b, graph.Multiply(d, graph.Subtract(graph.Constant(1), chooseA)));
        }
    }

    // d · other, but not built at all where no gradient is wanted.
    private Node Scaled(Node operand, Node d, Node other) => differentiable.Contains(operand) ? graph.Multiply(d, other) : d;

    private void Push(Node operand, Node gradient)
    {
        if (!differentiable.Contains(operand))
        {
            return;
        }

        Node reduced = Reduce(operand, gradient);
        adjoints[operand] = adjoints.TryGetValue(operand, out Node? sum) ? graph.Add(sum, reduced) : reduced;
    }

    // The gradient by a value that was repeated (over the width, over steps and sequences) is the sum over the repeats.
    private Node Reduce(Node operand, Node gradient)
    {
        Node reduced = operand.Shape.IsSingle ? graph.Sum(gradient) : gradient;
        if (!operand.IsPerStep && reduced.IsPerStep)
        {
            reduced = graph.Total(reduced, operand.Shape);
        }

        return graph.Broadcast(reduced, operand.Shape);
    }
}
