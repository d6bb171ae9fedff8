using System.Globalization;
using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <summary>
/// The derived backward pass as equations: ∂s is the gradient of the loss by a signal s, δs the one by what the function
/// of s is applied to, dy the one that comes from outside. What a step hands to the one before is written where it
/// arrives, at t+1. What is used more than once, and not short, is named by a letter that the cell does not use.
/// </summary>
internal sealed class GradientFormulas
{
    private readonly CellGraph cell;
    private readonly CellGradients gradients;
    private readonly Dictionary<Node, NameFormula> names = [];
    private readonly HashSet<Node> backward = [];
    private readonly List<EquationFormula> equations = [];
    private HashSet<Node> shared = [];
    private int named;

    private GradientFormulas(CellGraph cell, CellGradients gradients)
    {
        this.cell = cell;
        this.gradients = gradients;
        foreach (Node node in cell.Graph.Nodes)
        {
            if (node.Operation is Operation.OutputCotangent or Operation.StateCotangent or Operation.InitialCotangent || node.Operands.Any(backward.Contains))
            {
                backward.Add(node);
            }
        }
    }

    /// <summary>The equations, from the last signal of a step to the parameters.</summary>
    public static IReadOnlyList<EquationFormula> Of(CellGraph cell, CellGradients gradients)
    {
        GradientFormulas formulas = new(cell, gradients);
        formulas.NameForward();
        formulas.AddAll();
        return formulas.equations;
    }

    private static NumberFormula Number(double value) => new(value);

    private static Formula Negative(Formula formula) => new SumFormula([new FormulaTerm(true, formula)]);

    private void NameForward()
    {
        foreach (CellState state in cell.States)
        {
            names.TryAdd(state.Previous, new NameFormula(state.Name, -1));
        }

        foreach (NamedNode named in cell.Inputs.Concat(cell.Signals))
        {
            names.TryAdd(named.Node, new NameFormula(named.Name, 0));
        }

        foreach (NamedNode derived in cell.DerivedParameters)
        {
            names.TryAdd(derived.Node, new NameFormula(derived.Name, null));
        }
    }

    private void AddAll()
    {
        List<(NameFormula Name, Node Gradient)> steps = [];
        foreach (NamedNode signal in cell.Signals.OrderByDescending(signal => signal.Node.Id))
        {
            Note(steps, signal.Name, 0, "∂", signal.Node);
            if (signal.Node.Operands is [var inner] && ElementFunctions.IsElementwise(signal.Node.Operation) && !names.ContainsKey(inner))
            {
                Note(steps, signal.Name, 0, "δ", inner);
            }
        }

        foreach (NamedNode input in cell.Inputs)
        {
            Note(steps, input.Name, 0, "∂", input.Node);
        }

        foreach (NamedNode derived in cell.DerivedParameters.Reverse())
        {
            Note(steps, derived.Name, null, "∂", derived.Node);
        }

        IEnumerable<Node> roots = steps.Select(step => step.Gradient).Concat(cell.Parameters.Select(parameter => gradients.Adjoints.GetValueOrDefault(parameter.Node)).OfType<Node>());
        shared = SharedNodes.Of(roots, node => names.ContainsKey(node) || IsLeaf(node), Inside);
        foreach ((NameFormula name, Node gradient) in steps)
        {
            equations.Add(new EquationFormula(name, names[gradient] == name ? Build(gradient, 0) : names[gradient]));
        }

        foreach (CellParameter parameter in cell.Parameters)
        {
            if (gradients.Adjoints.TryGetValue(parameter.Node, out Node? gradient))
            {
                AddParameter(new NameFormula(parameter.Name, null, "∂"), parameter.Node.Shape, gradient);
            }
        }
    }

    private void Note(List<(NameFormula, Node)> steps, string name, int? step, string prefix, Node node)
    {
        if (gradients.Adjoints.TryGetValue(node, out Node? gradient))
        {
            NameFormula symbol = new(name, step, prefix);
            names.TryAdd(gradient, symbol);
            steps.Add((symbol, gradient));
        }
    }

    // Where parts of a parameter are used apart, each part has a line.
    private void AddParameter(NameFormula name, Shape shape, Node gradient)
    {
        List<(string? Rows, string? Columns, Node Node)> blocks = [];
        Collect(gradient, null, null);
        List<EquationFormula> lines = [];
        foreach (IGrouping<(string?, string?), Node> block in blocks.GroupBy(block => (block.Rows, block.Columns), block => block.Node).Reverse())
        {
            (string? rows, string? columns) = block.Key;
            Formula left = rows is null && columns is null ? name : new SliceFormula(name, rows, columns);
            Formula[] terms = [.. block.Select(node => Of(node, 0))];
            lines.Add(new EquationFormula(left, terms is [var single] ? single : new SumFormula([.. terms.Select(term => new FormulaTerm(false, term))])));
        }

        equations.AddRange(StackedFormulas.Whole([.. lines.Select(line => line.Right)]) is { } whole ? [new EquationFormula(name, whole)] : lines);

        void Collect(Node node, string? rows, string? columns)
        {
            if (node.Operation == Operation.Add && !IsNamed(node))
            {
                Collect(node.Operands[0], rows, columns);
                Collect(node.Operands[1], rows, columns);
            }
            else if (node.Operation == Operation.PlaceRows && rows is null)
            {
                Collect(node.Operands[0], Bounds(node.Offset!, node.Operands[0].Shape.Rows, shape.Rows), columns);
            }
            else if (node.Operation == Operation.PlaceColumns && columns is null)
            {
                Collect(node.Operands[0], rows, Bounds(node.Offset!, node.Operands[0].Shape.Columns, shape.Columns));
            }
            else
            {
                blocks.Add((rows, columns, node));
            }
        }
    }

    private static string Bounds(Width offset, Width size, Width whole)
    {
        Width end = offset + size;
        return $"{(offset.IsZero ? string.Empty : offset)}:{(end.Equals(whole) ? string.Empty : end)}";
    }

    private Formula Of(Node node, int shift)
    {
        if (!names.TryGetValue(node, out NameFormula? name))
        {
            if (!shared.Contains(node))
            {
                return Build(node, shift);
            }

            // Its line stands before the one that uses it first.
            name = new NameFormula(string.Create(CultureInfo.InvariantCulture, $"{Letter()}_{++named}"), node.IsPerStep ? 0 : null);
            names.Add(node, name);
            equations.Add(new EquationFormula(name, Build(node, 0)));
        }

        return name.Step is null ? name : name with { Step = name.Step + shift };
    }

    private bool IsNamed(Node node) => names.ContainsKey(node) || shared.Contains(node);

    private static bool IsLeaf(Node node) =>
        (node.Operands.Length == 0 && node.Operation != Operation.StateCotangent) || IsWidth(node) || node is { Operation: Operation.Broadcast, Operands: [{ Operation: Operation.Constant }] };

    // A width is counted by a sum of ones.
    private static bool IsWidth(Node node) =>
        node is { Operation: Operation.Sum, Operands: [{ Operation: Operation.Broadcast, Operands: [{ Operation: Operation.Constant, Value: 1 }] }] };

    // What a later step hands back is printed where it arrives.
    private IEnumerable<Node> Inside(Node node) => node.Operation == Operation.StateCotangent
        ? cell.States.Select((state, i) => state.Name == node.Name ? gradients.StateGradients[i] : null).OfType<Node>()
        : IsLeaf(node) ? [] : node.Operands;

    private string Letter() => ((string[])["v", "u", "q", "s", "p"]).FirstOrDefault(letter => !cell.Signals.Concat(cell.Inputs).Concat(cell.DerivedParameters).Select(each => each.Name)
        .Concat(cell.Parameters.Select(parameter => parameter.Name)).Any(name => name == letter || name.StartsWith(letter + "_", StringComparison.Ordinal)), "value");

    private Formula Build(Node node, int shift)
    {
        Formula Operand(int i) => Of(node.Operands[i], shift);
        switch (node.Operation)
        {
            case Operation.Constant:
                return node.Value < 0 ? Negative(Number(-node.Value)) : Number(node.Value);
            case Operation.Parameter:
                return new NameFormula(node.Name!, null);
            case Operation.OutputCotangent:
                return new NameFormula("dy", shift);
            case Operation.InitialCotangent:
                return new NameFormula(node.Name!, 0, "∂") { IsInitial = true };
            case Operation.StateCotangent:
                int state = Enumerable.Range(0, cell.States.Count).First(i => cell.States[i].Name == node.Name);
                return shift > 0 ? new NameFormula(node.Name!, shift + 1, "∂") : gradients.StateGradients[state] is { } handed ? Of(handed, shift + 1) : Number(0);
            case Operation.Add when Stacked(node, shift) is { } stacked:
                return stacked;
            case Operation.PlaceRows when StackedFormulas.Of([node], inner => Of(inner, shift)) is { } only:
                return only;
            case Operation.PlaceRows:
                string[] zeros = node.Offset!.IsZero ? [] : ["0"];
                return new ListFormula([.. zeros.Select(_ => Number(0)), Operand(0), .. (node.Offset + node.Operands[0].Shape.Rows).Equals(node.Shape.Rows) ? Array.Empty<Formula>() : [Number(0)]]);
            case Operation.Add or Operation.Subtract or Operation.Negate:
                List<FormulaTerm> terms = [];
                AddTerms(node, shift, false, terms, isTop: true);
                return terms is [(false, var term)] ? term : new SumFormula([.. terms.OrderBy(term => term.IsNegative && terms.Exists(each => !each.IsNegative))]);
            case Operation.Multiply when node.Operands[0] == node.Operands[1]:
                return new PowerFormula(Operand(0), Number(2));
            case Operation.Multiply:
                return BuildMultiply(node, shift);
            case Operation.Divide when node.Operands[0].Operation == Operation.Sum && !IsNamed(node.Operands[0]) && IsWidth(node.Operands[1]):
                return new CallFormula(null, "mean", [Of(node.Operands[0].Operands[0], shift)]);
            case Operation.Divide:
                // One fraction, not a fraction in a fraction.
                return Operand(0) is QuotientFormula inner
                    ? new QuotientFormula(inner.Left, new MultiplyFormula(inner.Right, Operand(1), HasNumber: node.Operands[1].Shape.IsSingle))
                    : new QuotientFormula(Operand(0), Operand(1));
            case Operation.Greater:
                return new GreaterFormula(Operand(0), Operand(1));
            case Operation.Sum when IsWidth(node):
                string width = node.Operands[0].Shape.Rows.ToString();
                return new NameFormula(width.All(char.IsAsciiLetterOrDigit) ? width : $"({width})", null);
            case Operation.Broadcast:
                return Operand(0);
            case Operation.Product or Operation.MatrixProduct:
                return new ProductFormula(Operand(0), Operand(1));
            case Operation.Concatenate:
                return new ListFormula([.. node.Operands.Select(operand => Of(operand, shift))]);
            case Operation.SliceRows:
                return new SliceFormula(Operand(0), Bounds(node.Offset!, node.Shape.Rows, node.Operands[0].Shape.Rows), null);
            case Operation.SliceColumns:
                return node.Operands[0].Operation == Operation.SliceRows && Operand(0) is SliceFormula rows
                    ? rows with { Columns = Bounds(node.Offset!, node.Shape.Columns, node.Operands[0].Shape.Columns) }
                    : new SliceFormula(Operand(0), null, Bounds(node.Offset!, node.Shape.Columns, node.Operands[0].Shape.Columns));
            case Operation.Transpose:
                return new TransposeFormula(Operand(0));
            case Operation.Identity:
                return new NameFormula("I", null);
            case Operation.OuterTotal:
                return new TotalFormula(new ProductFormula(Operand(0), new TransposeFormula(Operand(1))));
            case Operation.Total:
                return new TotalFormula(Operand(0));
            default:
                string function = node.Operation switch
                {
                    Operation.Minimum => "min",
                    Operation.Maximum => "max",
                    Operation.Largest => "max",
                    _ => node.Operation.ToString().ToLower(CultureInfo.InvariantCulture),
                };
                return new CallFormula(FunctionCatalog.Find(function)?.Name, function, [.. node.Operands.Select(operand => Of(operand, shift))]);
        }
    }

    // Vectors placed one behind the other are one vector of parts.
    private Formula? Stacked(Node node, int shift)
    {
        List<Node> leaves = [];
        Flatten(node, isTop: true);
        Node[] places = [.. leaves.Where(leaf => leaf.Operation == Operation.PlaceRows)];
        if (places.Length < 2 || StackedFormulas.Of(places, inner => Of(inner, shift)) is not { } stacked)
        {
            return null;
        }

        Node[] others = [.. leaves.Except(places)];
        return others.Length == 0 ? stacked : new SumFormula([.. others.Select(other => Of(other, shift)).Append(stacked).SelectMany(term => term is SumFormula sum ? sum.Terms : [new FormulaTerm(false, term)])]);

        void Flatten(Node inner, bool isTop)
        {
            if (inner.Operation == Operation.Add && (isTop || !IsNamed(inner)))
            {
                Flatten(inner.Operands[0], false);
                Flatten(inner.Operands[1], false);
            }
            else
            {
                leaves.Add(inner);
            }
        }
    }

    private void AddTerms(Node node, int shift, bool isNegative, List<FormulaTerm> terms, bool isTop)
    {
        bool isNamed = !isTop && IsNamed(node);
        if (!isNamed && node.Operation is Operation.Add or Operation.Subtract)
        {
            AddTerms(node.Operands[0], shift, isNegative, terms, isTop: false);
            AddTerms(node.Operands[1], shift, isNegative ^ (node.Operation == Operation.Subtract), terms, isTop: false);
        }
        else if (!isNamed && node.Operation == Operation.Negate)
        {
            AddTerms(node.Operands[0], shift, !isNegative, terms, isTop: false);
        }
        else if (Of(node, shift) is SumFormula inner)
        {
            terms.AddRange(inner.Terms.Select(term => term with { IsNegative = term.IsNegative ^ isNegative }));
        }
        else
        {
            terms.Add(new FormulaTerm(isNegative, Of(node, shift)));
        }
    }

    // The gradient that comes in stands first, behind it what it is multiplied by; numbers stand before both.
    private Formula BuildMultiply(Node node, int shift)
    {
        List<Node> factors = [];
        Flatten(node, isTop: true);
        Formula? product = null;
        foreach (Node factor in factors.OrderBy(factor => factor.Operation == Operation.Constant ? 0 : backward.Contains(factor) ? 1 : 2))
        {
            Formula next = Of(factor, shift);
            product = product is null ? next : new MultiplyFormula(product, next, product is NumberFormula, product is NumberFormula);
        }

        return product!;

        void Flatten(Node inner, bool isTop)
        {
            if (inner.Operation == Operation.Multiply && inner.Operands[0] != inner.Operands[1] && (isTop || !IsNamed(inner)))
            {
                Flatten(inner.Operands[0], false);
                Flatten(inner.Operands[1], false);
            }
            else
            {
                factors.Add(inner);
            }
        }
    }
}
