namespace Cellwright.Graphs;

/// <summary>
/// Runs a cell and its derived gradients in double precision, plainly: one sequence, one step, one node after the
/// other. It is the reference that compiled kernels are checked against.
/// </summary>
/// <remarks>
/// Tensors go in and out by the names of <c>cell run</c>: inputs (<c>x</c> [T, B, I]), masks and parameters under their
/// names, <c>state.NAME</c> [B, width], <c>dy</c> and <c>dstate.NAME</c>; out come <c>y</c>, <c>state.NAME</c>,
/// <c>trace.NAME</c>, and after a backward pass <c>grad.NAME</c> and <c>grad.state.NAME</c>.
/// </remarks>
public sealed class CellInterpreter
{
    private readonly CellGraph cell;
    private readonly CellGradients? gradients;
    private readonly NodeEvaluator evaluator;
    private readonly Node[] onceFirst;
    private readonly Node[] forward;
    private readonly Node[] backward;
    private readonly Node[] onceLast;

    /// <summary>Prepares a cell for given sizes.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="sizes">A value for each of <see cref="CellGraph.SizeNames"/>.</param>
    /// <param name="gradients">The cell's derived gradients, where a backward pass is wanted.</param>
    public CellInterpreter(CellGraph cell, IReadOnlyDictionary<string, int> sizes, CellGradients? gradients = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        this.cell = cell;
        this.gradients = gradients;
        evaluator = new NodeEvaluator(sizes);
        HashSet<Node> seen = [];
        foreach (Node root in Roots())
        {
            Reach(root, seen);
        }

        HashSet<Node> fromCotangents = [];
        foreach (Node node in seen.OrderBy(node => node.Id))
        {
            bool isCotangent = node.Operation is Operation.OutputCotangent or Operation.StateCotangent or Operation.InitialCotangent
                or Operation.OuterTotal or Operation.Total;
            // The plain outer product of two values known once is no sum over steps.
            isCotangent &= node.Operation is not (Operation.OuterTotal or Operation.Total) || node.Operands.Any(operand => operand.IsPerStep);
            if (isCotangent || node.Operands.Any(fromCotangents.Contains))
            {
                fromCotangents.Add(node);
            }
        }

        Node[] Ordered(bool perStep, bool last) =>
            [.. seen.Where(node => node.IsPerStep == perStep && fromCotangents.Contains(node) == last).OrderBy(node => node.Id)];
        onceFirst = Ordered(perStep: false, last: false);
        forward = Ordered(perStep: true, last: false);
        backward = Ordered(perStep: true, last: true);
        onceLast = Ordered(perStep: false, last: true);
    }

    /// <summary>Runs the cell forward and, where the gradients were given, backward.</summary>
    /// <param name="shape">Steps, batch and lengths.</param>
    /// <param name="tensors">The tensors that go in; missing states, <c>dy</c> and <c>dstate</c> take their defaults.</param>
    /// <returns>The tensors that come out.</returns>
    /// <exception cref="KeyNotFoundException">An input or parameter is missing.</exception>
    public Dictionary<string, double[]> Run(SequenceShape shape, IReadOnlyDictionary<string, double[]> tensors)
    {
        Dictionary<string, double[]> results = [];
        double[] Result(string name, int length) => results.TryGetValue(name, out double[]? found) ? found : results[name] = new double[length];
        Dictionary<Node, double[]> once = [];
        foreach (CellParameter parameter in cell.Parameters)
        {
            once[parameter.Node] = tensors[parameter.Name];
        }

        evaluator.Evaluate(onceFirst, once);
        foreach (Node total in onceLast)
        {
            once[total] = new double[evaluator.Length(total)];
        }

        for (int sequence = 0; sequence < shape.Batch; sequence++)
        {
            RunSequence(shape, sequence, tensors, once, Result);
        }

        if (gradients is not null)
        {
            evaluator.Evaluate(onceLast.Where(node => !IsAccumulated(node)), once);
            for (int i = 0; i < cell.Parameters.Count; i++)
            {
                Node? gradient = gradients.ParameterGradients[i];
                results["grad." + cell.Parameters[i].Name] = gradient is null ? new double[evaluator.Length(cell.Parameters[i].Node)] : once[gradient];
            }
        }

        return results;
    }

    private static bool IsAccumulated(Node node) =>
        node.Operation == Operation.InitialCotangent
        || (node.Operation is Operation.OuterTotal or Operation.Total && node.Operands.Any(operand => operand.IsPerStep));

    private static void Reach(Node root, HashSet<Node> seen)
    {
        Stack<Node> pending = new([root]);
        while (pending.TryPop(out Node? node))
        {
            if (seen.Add(node))
            {
                foreach (Node operand in node.Operands)
                {
                    pending.Push(operand);
                }
            }
        }
    }

    private static void AddTo(double[] sum, ReadOnlySpan<double> values)
    {
        for (int i = 0; i < sum.Length; i++)
        {
            sum[i] += values[i];
        }
    }

    private IEnumerable<Node> Roots()
    {
        IEnumerable<Node?> roots = cell.Signals.Select(signal => (Node?)signal.Node)
            .Concat(cell.States.SelectMany(state => new Node?[] { state.Next, state.Initial }))
            .Append(cell.Output.Node);
        if (gradients is not null)
        {
            roots = roots.Concat(gradients.StateGradients).Concat(gradients.InputGradients).Concat(gradients.ParameterGradients);
        }

        return roots.OfType<Node>();
    }

    private void RunSequence(
        SequenceShape shape,
        int sequence,
        IReadOnlyDictionary<string, double[]> tensors,
        Dictionary<Node, double[]> once,
        Func<string, int, double[]> result)
    {
        int steps = shape.Length(sequence);
        Span<double> Row(string name, int width, int step) => result(name, shape.Steps * shape.Batch * width).AsSpan(((step * shape.Batch) + sequence) * width, width);
        Span<double> StateRow(string name, int width) => result(name, shape.Batch * width).AsSpan(sequence * width, width);
        Dictionary<string, double[]> state = [];
        foreach (CellState each in cell.States)
        {
            int width = evaluator.Length(each.Next);
            state[each.Name] = tensors.TryGetValue("state." + each.Name, out double[]? given)
                ? given.AsSpan(sequence * width, width).ToArray()
                : once[each.Initial];
        }

        // For every step the values of all nodes, which the backward pass reads.
        Dictionary<Node, double[]>[] values = new Dictionary<Node, double[]>[steps];
        for (int t = 0; t < steps; t++)
        {
            Dictionary<Node, double[]> now = values[t] = new(once);
            foreach (NamedNode input in cell.Inputs.Concat(cell.Masks))
            {
                int width = evaluator.Length(input.Node);
                now[input.Node] = tensors[input.Name].AsSpan(((t * shape.Batch) + sequence) * width, width).ToArray();
            }

            foreach (CellState each in cell.States)
            {
                now[each.Previous] = state[each.Name];
            }

            evaluator.Evaluate(forward, now);
            foreach (CellState each in cell.States)
            {
                state[each.Name] = now[each.Next];
            }
        }

        int outputWidth = evaluator.Length(cell.Output.Node);
        _ = result("y", shape.Steps * shape.Batch * outputWidth);
        foreach (NamedNode signal in cell.Signals)
        {
            _ = result("trace." + signal.Name, shape.Steps * shape.Batch * evaluator.Length(signal.Node));
        }

        for (int t = 0; t < steps; t++)
        {
            values[t][cell.Output.Node].CopyTo(Row("y", outputWidth, t));
            foreach (NamedNode signal in cell.Signals)
            {
                values[t][signal.Node].CopyTo(Row("trace." + signal.Name, evaluator.Length(signal.Node), t));
            }
        }

        foreach (CellState each in cell.States)
        {
            state[each.Name].CopyTo(StateRow("state." + each.Name, evaluator.Length(each.Next)));
        }

        if (gradients is not null)
        {
            RunSequenceBackward(shape, sequence, tensors, once, values, result);
        }
    }

    private void RunSequenceBackward(
        SequenceShape shape,
        int sequence,
        IReadOnlyDictionary<string, double[]> tensors,
        Dictionary<Node, double[]> once,
        Dictionary<Node, double[]>[] values,
        Func<string, int, double[]> result)
    {
        int outputWidth = evaluator.Length(cell.Output.Node);
        double[][] carried = [.. cell.States.Select(state =>
        {
            int width = evaluator.Length(state.Next);
            return tensors.TryGetValue("dstate." + state.Name, out double[]? given) ? given.AsSpan(sequence * width, width).ToArray() : new double[width];
        })];

        for (int t = values.Length - 1; t >= 0; t--)
        {
            Dictionary<Node, double[]> now = values[t];
            now[gradients!.OutputCotangent] = tensors.TryGetValue("dy", out double[]? dy)
                ? dy.AsSpan(((t * shape.Batch) + sequence) * outputWidth, outputWidth).ToArray()
                : new double[outputWidth];
            for (int i = 0; i < carried.Length; i++)
            {
                now[gradients.StateCotangents[i]] = carried[i];
            }

            evaluator.Evaluate(backward, now);
            foreach (Node total in onceLast.Where(node => IsAccumulated(node) && node.Operation != Operation.InitialCotangent))
            {
                AddTo(once[total], evaluator.Apply(total, now));
            }

            for (int i = 0; i < carried.Length; i++)
            {
                carried[i] = gradients.StateGradients[i] is { } gradient ? now[gradient] : new double[carried[i].Length];
            }

            for (int i = 0; i < cell.Inputs.Count; i++)
            {
                int width = evaluator.Length(cell.Inputs[i].Node);
                Span<double> row = result("grad." + cell.Inputs[i].Name, shape.Steps * shape.Batch * width)
                    .AsSpan(((t * shape.Batch) + sequence) * width, width);
                if (gradients.InputGradients[i] is { } gradient)
                {
                    now[gradient].CopyTo(row);
                }
            }
        }

        foreach (NamedNode input in cell.Inputs)
        {
            _ = result("grad." + input.Name, shape.Steps * shape.Batch * evaluator.Length(input.Node));
        }

        for (int i = 0; i < carried.Length; i++)
        {
            CellState state = cell.States[i];
            carried[i].CopyTo(result("grad.state." + state.Name, shape.Batch * carried[i].Length), sequence * carried[i].Length);
            Node? initial = onceLast.FirstOrDefault(node => node.Operation == Operation.InitialCotangent && node.Name == state.Name);
            // A state that was given is not computed from parameters, so nothing flows into them.
            if (initial is not null && !tensors.ContainsKey("state." + state.Name))
            {
                AddTo(once[initial], carried[i]);
            }
        }
    }
}
