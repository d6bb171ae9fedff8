using System.Globalization;

namespace Cellwright.Graphs;

/// <summary>Something in which two cells differ.</summary>
/// <param name="What">What kind of thing: input, output, state, initial value, signal or parameters.</param>
/// <param name="Name">Its name.</param>
/// <param name="First">What the first cell has; null where it has none.</param>
/// <param name="Second">What the second cell has; null where it has none.</param>
public readonly record struct CellDifference(string What, string Name, string? First, string? Second);

/// <summary>
/// In what two cells differ. What a signal computes is compared by structure: the names of parameters and of
/// intermediate signals do not count, nor does whether matrices are written apart or stacked in one over a
/// concatenation. States and inputs are matched by name.
/// </summary>
public sealed class CellComparison
{
    private readonly Dictionary<string, int> structures = new(StringComparer.Ordinal);
    private readonly Dictionary<Node, int> known = [];
    private readonly List<CellDifference> differences = [];

    private CellComparison()
    {
    }

    /// <summary>The differences; none where the two compute the same from parameters of the same shapes.</summary>
    /// <param name="first">A cell.</param>
    /// <param name="second">Another.</param>
    public static IReadOnlyList<CellDifference> Compare(Cell first, Cell second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        CellComparison comparison = new();
        comparison.Add(first, second);
        comparison.AddCounts(first.Graph, second.Graph);
        // A signal that differs only because one it reads does says nothing new.
        CellDifference[] own = [.. comparison.differences.Where(difference => difference.First != difference.Second)];
        return own.Length > 0 ? own : comparison.differences;
    }

    private static string Equation(Cell cell, string name) =>
        cell.Print().FirstOrDefault(line => line.StartsWith(name + " = ", StringComparison.Ordinal) || (line.StartsWith('[') && line[1..line.IndexOf(']', StringComparison.Ordinal)].Split(", ").Contains(name))) ?? name;

    private static string Initial(Cell cell, string name) =>
        cell.Print().FirstOrDefault(line => line.StartsWith($"state {name} = ", StringComparison.Ordinal))?[$"state {name} = ".Length..] ?? "0";

    // A matrix used twice and two matrices compute alike, but are not the same to train.
    private void AddCounts(CellGraph first, CellGraph second)
    {
        (string First, string Second) counts = (Count(first), Count(second));
        if (counts.First != counts.Second)
        {
            differences.Add(new CellDifference("parameters", string.Empty, counts.First, counts.Second));
        }
    }

    private static string Count(CellGraph cell)
    {
        Dictionary<string, int> sizes = cell.SizeNames.ToDictionary(name => name, name => name == "hidden" ? 256 : 64);
        sizes["input"] = 64;
        sizes["hidden"] = 256;
        long count = cell.Parameters.Sum(parameter => (long)parameter.Node.Shape.Rows.Evaluate(sizes) * parameter.Node.Shape.Columns.Evaluate(sizes));
        return string.Create(CultureInfo.InvariantCulture, $"{count:N0} for input 64, hidden 256");
    }

    private void Add(Cell first, Cell second)
    {
        CellGraph a = first.Graph;
        CellGraph b = second.Graph;
        Match("input", a.Inputs.ToDictionary(each => each.Name, each => each.Node.Shape.ToString()), b.Inputs.ToDictionary(each => each.Name, each => each.Node.Shape.ToString()));
        Match("state", a.States.ToDictionary(each => each.Name, each => each.Next.Shape.ToString()), b.States.ToDictionary(each => each.Name, each => each.Next.Shape.ToString()));
        foreach (CellState state in a.States)
        {
            CellState? other = b.States.Where(each => each.Name == state.Name).Select(each => (CellState?)each).FirstOrDefault();
            if (other is { } matched && Structure(state.Initial) != Structure(matched.Initial))
            {
                differences.Add(new CellDifference("initial value", state.Name, Initial(first, state.Name), Initial(second, state.Name)));
            }
        }

        HashSet<int> ofFirst = [.. a.Signals.Select(signal => Structure(signal.Node))];
        HashSet<int> ofSecond = [.. b.Signals.Select(signal => Structure(signal.Node))];
        NamedNode[] onlyFirst = [.. a.Signals.Where(signal => !ofSecond.Contains(Structure(signal.Node)))];
        NamedNode[] onlySecond = [.. b.Signals.Where(signal => !ofFirst.Contains(Structure(signal.Node)))];
        foreach (string name in onlyFirst.Concat(onlySecond).Select(signal => signal.Name).Distinct())
        {
            differences.Add(new CellDifference(
                "signal", name, onlyFirst.Any(signal => signal.Name == name) ? Equation(first, name) : null, onlySecond.Any(signal => signal.Name == name) ? Equation(second, name) : null));
        }

        foreach (CellState state in a.States)
        {
            bool isMoved = b.States.Any(other => other.Name == state.Name && Structure(other.Next) != Structure(state.Next)) && !differences.Any(difference => difference.Name == state.Name);
            if (isMoved)
            {
                differences.Add(new CellDifference("signal", state.Name, Equation(first, state.Name), Equation(second, state.Name)));
            }
        }

        if (Structure(a.Output.Node) != Structure(b.Output.Node))
        {
            differences.Add(new CellDifference("output", a.Output.Name == b.Output.Name ? a.Output.Name : string.Empty, a.Output.Name, b.Output.Name));
        }
    }

    private void Match(string what, Dictionary<string, string> first, Dictionary<string, string> second)
    {
        foreach (string name in first.Keys.Union(second.Keys))
        {
            string? a = first.GetValueOrDefault(name);
            string? b = second.GetValueOrDefault(name);
            if (a != b)
            {
                differences.Add(new CellDifference(what, name, a, b));
            }
        }
    }

    // Equal numbers for equal structure, whichever cell a node is of.
    private int Structure(Node node)
    {
        if (known.TryGetValue(node, out int number))
        {
            return number;
        }

        string text = IsPartOfParameter(node)
            ? $"parameter {node.Shape}"
            : $"{node.Operation} {string.Join(',', Operands(node))} {node.Name} {node.Value:R} {node.Offset} {node.Shape}";
        if (!structures.TryGetValue(text, out number))
        {
            number = structures.Count;
            structures.Add(text, number);
        }

        known.Add(node, number);
        return number;
    }

    private static bool IsPartOfParameter(Node node) =>
        node.Operation == Operation.Parameter || (node.Operation is Operation.SliceRows or Operation.SliceColumns && IsPartOfParameter(node.Operands[0]));

    // The order and the brackets of sums and products do not count.
    private IEnumerable<int> Operands(Node node) => node.Operation is Operation.Add or Operation.Multiply
        ? Flat(node, node.Operation).Select(Structure).Order()
        : node.Operands.Select(Structure);

    private static IEnumerable<Node> Flat(Node node, Operation operation) =>
        node.Operation == operation ? node.Operands.SelectMany(operand => Flat(operand, operation)) : [node];
}
