using System.Security.Cryptography;
using System.Text;
using Cellwright.Graphs;

namespace Cellwright.Tests.Graphs;

/// <summary>A text of a cell's graph that is the same for isomorphic graphs: ids, and the order of sums, do not count.</summary>
internal static class GraphSignature
{
    public static string Of(CellGraph cell)
    {
        Dictionary<Node, string> contents = [];
        foreach (Node node in cell.Graph.Nodes)
        {
            IEnumerable<string> operands = node.Operands.Select(operand => contents[operand]);
            if (node.Operation is Operation.Add or Operation.Multiply)
            {
                operands = operands.Order(StringComparer.Ordinal);
            }

            string text = $"{node.Operation}({string.Join(',', operands)}) {node.Name} {node.Value:R} {node.Offset} {node.Shape} {node.IsPerStep}";
            contents[node] = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
        }

        return string.Join(
            '\n',
            cell.Inputs.Select(input => $"input {input.Name} {contents[input.Node]}")
                .Concat(cell.Signals.Select(signal => $"signal {signal.Name} {contents[signal.Node]}"))
                .Concat(cell.States.Select(state => $"state {state.Name} {contents[state.Next]} {contents[state.Initial]}"))
                .Concat(cell.Parameters.Select(parameter => $"parameter {parameter.Name} {parameter.Node.Shape} {parameter.Initializer}"))
                .Concat(cell.DerivedParameters.Select(derived => $"derived {derived.Name} {contents[derived.Node]}"))
                .Append($"output {cell.Output.Name} {contents[cell.Output.Node]}"));
    }
}
