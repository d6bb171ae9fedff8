using Cellwright.Graphs;

namespace Cellwright.Onnx.Export;

/// <summary>Which nodes of a cell are needed, and where each is computed.</summary>
internal sealed class CellPlan
{
    private readonly HashSet<Node> recurrent = [];

    /// <summary>Plans a cell.</summary>
    public CellPlan(CellGraph cell)
    {
        HashSet<Node> needed = [];
        Stack<Node> pending = new(cell.States.Select(state => state.Next).Append(cell.Output.Node));
        while (pending.TryPop(out Node? node))
        {
            if (needed.Add(node))
            {
                foreach (Node operand in NodeExport.Operands(node))
                {
                    pending.Push(operand);
                }
            }
        }

        foreach (Node node in needed.OrderBy(node => node.Id))
        {
            if (node.Operation == Operation.Previous || NodeExport.Operands(node).Any(recurrent.Contains))
            {
                recurrent.Add(node);
            }
        }

        Nodes = [.. needed.OrderBy(node => node.Id)];
    }

    /// <summary>The needed nodes; what a node computes from stands before it.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>Where a node is computed.</summary>
    public NodePlace Place(Node node) => !node.IsPerStep ? NodePlace.Once : recurrent.Contains(node) ? NodePlace.EachStep : NodePlace.AllSteps;
}
