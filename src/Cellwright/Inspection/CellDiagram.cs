using Cellwright.Graphs;

namespace Cellwright.Inspection;

/// <summary>
/// A step of a cell as a picture shows it: matrices with their function in one box, elementwise arithmetic in circles,
/// and each state's way from t−1 to t. What is where is for whoever draws it.
/// </summary>
public sealed class CellDiagram
{
    private readonly List<DiagramElement> elements = [];
    private readonly Dictionary<Node, int> known = [];
    private readonly Dictionary<Node, List<string>> names = [];

    private CellDiagram(CellGraph cell)
    {
        foreach (NamedNode signal in cell.Signals)
        {
            if (!names.TryGetValue(signal.Node, out List<string>? all))
            {
                names.Add(signal.Node, all = []);
            }

            all.Add(signal.Name);
        }

        foreach (NamedNode signal in cell.Signals.OrderBy(signal => signal.Node.Id))
        {
            _ = Visit(signal.Node, signal.Name);
        }

        Output = Visit(cell.Output.Node, cell.Output.Name);
        OutputName = cell.Output.Name;
        States = [.. cell.States.Select(state =>
        {
            int previous = known.GetValueOrDefault(state.Previous, -1);
            int next = Visit(state.Next, state.Name);
            return new DiagramState(state.Name, previous, next, Belt(previous, next));
        })];
    }

    /// <summary>The elements; each stands behind those it reads.</summary>
    public IReadOnlyList<DiagramElement> Elements => elements;

    /// <summary>The states.</summary>
    public IReadOnlyList<DiagramState> States { get; }

    /// <summary>The element that the cell gives out.</summary>
    public int Output { get; }

    /// <summary>The name of what the cell gives out.</summary>
    public string OutputName { get; }

    /// <summary>The diagram of a cell.</summary>
    public static CellDiagram Of(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new CellDiagram(cell.Graph);
    }

    private static string Label(Operation operation) => operation switch
    {
        Operation.Add => "+",
        Operation.Subtract => "−",
        Operation.Multiply => "×",
        Operation.Divide => "÷",
        Operation.Greater => ">",
        Operation.Minimum => "min",
        Operation.Maximum or Operation.Largest => "max",
        Operation.Negate => "−",
        Operation.Sigmoid => "σ",
        Operation.Sum => "Σ",
        Operation.Abs => "|·|",
        Operation.Sqrt => "√",
        _ => operation.ToString().ToLowerInvariant(),
    };

    private static bool IsFunction(Operation operation) => operation is >= Operation.Negate and <= Operation.Erf;

    // The element that gives a value; −1 where it is computed once.
    private int Visit(Node node, string owner)
    {
        if (!node.IsPerStep)
        {
            return -1;
        }

        if (known.TryGetValue(node, out int id))
        {
            return id;
        }

        owner = names.TryGetValue(node, out List<string>? own) ? own[0] : owner;
        id = node.Operation switch
        {
            Operation.Input => Add(node, DiagramElementKind.Input, node.Name!, string.Empty, [], []),
            Operation.Previous => Add(node, DiagramElementKind.Previous, node.Name!, string.Empty, [], []),
            Operation.SliceRows or Operation.Broadcast when own is null => Visit(node.Operands[0], owner),
            Operation.Concatenate => Arithmetic(node, "[ ]", owner),
            _ when HasProduct(node) => Layer(node, string.Empty, owner),
            _ when IsFunction(node.Operation) && Inner(node) is { } sum && HasProduct(sum) => Layer(node, Label(node.Operation), owner),
            _ when IsFunction(node.Operation) => Add(node, DiagramElementKind.Function, Label(node.Operation), owner, Parameters(node), [Visit(node.Operands[0], owner)]),
            _ => Arithmetic(node, Label(node.Operation), owner),
        };
        known.TryAdd(node, id);
        return id;
    }

    // What a function is applied to, unless it has a name and so is a value of its own.
    private Node? Inner(Node node) => names.ContainsKey(node.Operands[0]) ? null : node.Operands[0];

    // A sum with a matrix product among its terms.
    private bool HasProduct(Node node) => node.Operation == Operation.Product
        || (node.Operation is Operation.Add or Operation.Subtract && node.Operands.Any(term => term.IsPerStep && !names.ContainsKey(term) && HasProduct(term)));

    private int Layer(Node node, string function, string owner)
    {
        List<string> parameters = [];
        List<int> reads = [];
        void Collect(Node term, bool isTop)
        {
            if (!term.IsPerStep)
            {
                parameters.AddRange(Parameters(term));
            }
            else if (!isTop && names.ContainsKey(term))
            {
                reads.Add(Visit(term, owner));
            }
            else if (term.Operation is Operation.Add or Operation.Subtract || (isTop && function.Length > 0))
            {
                foreach (Node operand in term.Operands)
                {
                    Collect(operand, isTop: false);
                }
            }
            else if (term.Operation == Operation.Product)
            {
                parameters.AddRange(Parameters(term.Operands[0]));
                Node operand = term.Operands[1];
                bool isList = operand.Operation == Operation.Concatenate && !names.ContainsKey(operand);
                reads.AddRange(isList ? operand.Operands.Select(part => Visit(part, owner)) : [Visit(operand, owner)]);
            }
            else
            {
                reads.Add(Visit(term, owner));
            }
        }

        Collect(node, isTop: true);
        return Add(node, DiagramElementKind.Layer, function, owner, parameters, reads);
    }

    private int Arithmetic(Node node, string label, string owner)
    {
        List<string> parameters = [];
        List<int> reads = [];
        void Collect(Node term, bool isTop)
        {
            bool joins = node.Operation is Operation.Add or Operation.Multiply && term.Operation == node.Operation && !names.ContainsKey(term);
            if (!term.IsPerStep)
            {
                parameters.AddRange(Parameters(term));
            }
            else if (isTop || joins)
            {
                foreach (Node operand in term.Operands)
                {
                    Collect(operand, isTop: false);
                }
            }
            else
            {
                reads.Add(Visit(term, owner));
            }
        }

        Collect(node, isTop: true);
        if (node.Operation == Operation.Subtract && node.Operands[0] is { Operation: Operation.Constant } constant)
        {
            label = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{constant.Value}−");
        }

        return Add(node, DiagramElementKind.Arithmetic, label, owner, parameters, reads);
    }

    private static IEnumerable<string> Parameters(Node node) => node.IsPerStep
        ? []
        : node.Operation == Operation.Parameter ? [node.Name!] : node.Operands.SelectMany(Parameters);

    private int Add(Node node, DiagramElementKind kind, string label, string owner, IEnumerable<string> parameters, IEnumerable<int> reads)
    {
        int[] read = [.. reads.Where(id => id >= 0).Distinct()];
        elements.Add(new DiagramElement(
            elements.Count, kind, label, owner, names.TryGetValue(node, out List<string>? own) ? [.. own] : [], [.. parameters.Distinct()], read));
        known[node] = elements.Count - 1;
        return elements.Count - 1;
    }

    // The shortest way through arithmetic alone.
    private int[] Belt(int previous, int next)
    {
        if (previous < 0 || next < 0 || elements[next].Kind != DiagramElementKind.Arithmetic)
        {
            return [];
        }

        Queue<int[]> ways = new([[next]]);
        while (ways.TryDequeue(out int[]? way))
        {
            foreach (int read in elements[way[0]].Reads)
            {
                if (read == previous)
                {
                    return way;
                }

                if (elements[read].Kind == DiagramElementKind.Arithmetic)
                {
                    ways.Enqueue([read, .. way]);
                }
            }
        }

        return [];
    }
}
