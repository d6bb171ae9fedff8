using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>A program as lines of text: the stages of both passes, in the order they run.</summary>
public sealed class ProgramText
{
    private readonly CellProgram program;
    private readonly Dictionary<Node, string> names = [];

    private ProgramText(CellGraph cell, CellProgram program)
    {
        this.program = program;
        foreach (CellState state in cell.States)
        {
            names[state.Previous] = state.Name + "[t-1]";
        }

        foreach (NamedNode named in cell.Inputs.Concat(cell.Signals).Concat(cell.DerivedParameters))
        {
            names.TryAdd(named.Node, named.Name);
        }

        // A gate's pre-activation has no name of its own; it goes by the gate's.
        foreach (NamedNode signal in cell.Signals.Where(signal => signal.Node.Operands.Length == 1))
        {
            names.TryAdd(signal.Node.Operands[0], $"pre-activation of {signal.Name}");
        }

        foreach ((string name, Node? gradient) in cell.States.Select((state, i) => (state.Name + "[t-1]", program.Gradients.StateGradients[i]))
            .Concat(cell.Inputs.Select((input, i) => (input.Name, program.Gradients.InputGradients[i]))))
        {
            if (gradient is not null)
            {
                names.TryAdd(gradient, "d" + name);
            }
        }
    }

    /// <summary>The stages of a cell's program.</summary>
    public static IReadOnlyList<string> Describe(CellGraph cell, CellProgram program)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(program);
        ProgramText text = new(cell, program);
        List<string> lines = [];
        text.Add(lines, "forward, once before the steps", program.Forward.Before);
        text.Add(lines, "forward, each step", program.Forward.Loop);
        text.Add(lines, "forward, once behind the steps", program.Forward.After);
        text.Add(lines, "backward, once before the steps", program.Backward.Before);
        text.Add(lines, "backward, each step", program.Backward.Loop);
        text.Add(lines, "backward, once behind the steps", program.Backward.After);
        if (program.OuterTotals.Count + program.ColumnTotals.Count > 0)
        {
            lines.Add("gradients, once: " + program.OuterTotals.Count + " sums of outer products, " + program.ColumnTotals.Count + " sums of vectors");
        }

        lines.Add("kept for the backward pass: " + (program.Saved.Count == 0 ? "nothing but states and inputs" : string.Join(", ", program.Saved.Select(text.Name))));
        return lines;
    }

    private void Add(List<string> lines, string title, IReadOnlyList<Stage> stages)
    {
        if (stages.Count > 0)
        {
            lines.Add(title);
            lines.AddRange(stages.Select(stage => "  " + Describe(stage)));
        }
    }

    private string Describe(Stage stage) => stage switch
    {
        ProductStage product => Describe(product),
        PointwiseStage pointwise =>
            $"elementwise  {pointwise.Body.Count(node => ElementFunctions.IsElementwise(node.Operation))} operations over {pointwise.Width}; writes "
            + string.Join(", ", pointwise.Stores.Select(store => store.Node).Distinct().Select(Name)),
        AssembleStage assemble => $"copy  {assemble.Parts.Count} parts into {assemble.Result.Buffer.Name}",
        _ => stage.ToString(),
    };

    private string Describe(ProductStage stage)
    {
        string matrices = string.Join("; ", stage.Matrices.Select(row => string.Join(" ", row.Select(Name))));
        string start = stage.Biases.Count == 0 ? " + what is there" : stage.Biases.Any(bias => bias is not null) ? " + biases" : string.Empty;
        return $"product  [{matrices}] × [{string.Join(", ", stage.Operands.Select(operand => Name(operand.Node)))}]{start}";
    }

    private string Name(Node node)
    {
        if (names.TryGetValue(node, out string? name))
        {
            return name;
        }

        return node.Operation switch
        {
            Operation.Parameter => node.Name!,
            Operation.Constant => node.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            Operation.StateCotangent => $"d{node.Name}",
            Operation.OutputCotangent => "dy",
            Operation.Transpose => Name(node.Operands[0]) + "ᵀ",
            Operation.SliceRows => $"{Name(node.Operands[0])}[{node.Offset}.., :]",
            Operation.SliceColumns => $"{Name(node.Operands[0])}[:, {node.Offset}..]",
            Operation.Sigmoid or Operation.Tanh or Operation.Exp => $"{node.Operation.ToString().ToLowerInvariant()}({Name(node.Operands[0])})",
            Operation.Multiply when !DependsOnCotangent(node) => $"{Name(node.Operands[1])} * {Name(node.Operands[0])}",
            _ => DependsOnCotangent(node) ? GradientName(node) : $"%{node.Id}",
        };
    }

    private static bool DependsOnCotangent(Node node) =>
        node.Operation is Operation.StateCotangent or Operation.OutputCotangent || node.Operands.Any(DependsOnCotangent);

    // The gradient by a pre-activation is known by the biases and matrices whose gradients it makes.
    private string GradientName(Node node)
    {
        OuterTotal? outer = program.OuterTotals.Cast<OuterTotal?>().FirstOrDefault(total => total!.Value.Total.Operands[0] == node);
        string? of = outer is null
            ? null
            : names.FirstOrDefault(pair => pair.Value.StartsWith("pre-activation", StringComparison.Ordinal)
                && Uses(pair.Key, outer.Value.Total)).Value;
        return of is null ? $"gradient %{node.Id}" : "d(" + of + ")";
    }

    private bool Uses(Node sum, Node total)
    {
        int parameter = program.Gradients.ParameterGradients.ToList().IndexOf(total);
        return parameter >= 0 && Reaches(sum, program.Gradients.Cell.Parameters[parameter].Node);
    }

    private static bool Reaches(Node node, Node target) => node == target
        || (node.Operation is Operation.Add or Operation.Product or Operation.SliceColumns or Operation.SliceRows && node.Operands.Any(operand => Reaches(operand, target)));
}
