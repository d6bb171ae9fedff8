using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Inspection;

/// <summary>
/// The bias of a gate by which a state is carried on: the forget gate of an LSTM, the update gate of a GRU. It is found
/// in the equations: what multiplies the state's previous value, a sigmoid of a sum with a vector of parameters in it.
/// </summary>
/// <param name="State">The state that the gate carries on.</param>
/// <param name="Parameter">The parameter that the bias is, or is a part of.</param>
/// <param name="Sign">1 where the gate's opening keeps the state; −1 where it overwrites it, as in <c>(1 - z) * h[t-1]</c>.</param>
/// <param name="Offset">The first element of the bias within the parameter.</param>
/// <param name="Width">The elements of the bias.</param>
public sealed record ForgetBias(string State, string Parameter, int Sign, Width Offset, Width Width)
{
    /// <summary>The forget biases of a cell, one a state at most; none where no state is carried on by a gate with a bias of its own.</summary>
    public static IReadOnlyList<ForgetBias> Of(CellGraph cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return [.. cell.States.Select(state => Carrier(state.Next, state.Previous) is { } gate ? Bias(state.Name, gate, 1, Width.Zero, state.Next.Shape.Rows) : null).OfType<ForgetBias>()];
    }

    /// <summary>Sets the bias so that the gate begins at σ(<paramref name="value"/>) for keeping, where its other inputs are 0.</summary>
    /// <param name="layer">A layer of the cell; <see cref="SequenceLayer.Load"/> it after.</param>
    /// <param name="value">The bias, as for a gate that keeps where it is open.</param>
    public void Set(Layer layer, double value)
    {
        ArgumentNullException.ThrowIfNull(layer);
        Parameter parameter = layer.Parameters.First(each => each.Name == Parameter);
        parameter.Values.Slice(Offset.Evaluate(layer.Sizes), Width.Evaluate(layer.Sizes)).Fill((float)(Sign * value));
    }

    // What the state's previous value is multiplied by on its way through sums.
    private static Node? Carrier(Node node, Node previous) => node.Operation switch
    {
        Operation.Add or Operation.Subtract => Carrier(node.Operands[0], previous) ?? Carrier(node.Operands[1], previous),
        Operation.Multiply when node.Operands[0] == previous => node.Operands[1],
        Operation.Multiply when node.Operands[1] == previous => node.Operands[0],
        _ => null,
    };

    private static ForgetBias? Bias(string state, Node node, int sign, Width offset, Width width) => node.Operation switch
    {
        Operation.Subtract when node.Operands[0].Operation is Operation.Constant or Operation.Broadcast => Bias(state, node.Operands[1], -sign, offset, width),
        Operation.Sigmoid => Added(state, node.Operands[0], sign, offset, width),
        Operation.SliceRows => Bias(state, node.Operands[0], sign, offset + node.Offset!, width),
        _ => null,
    };

    private static ForgetBias? Added(string state, Node node, int sign, Width offset, Width width) => node.Operation switch
    {
        Operation.Add => Added(state, node.Operands[0], sign, offset, width) ?? Added(state, node.Operands[1], sign, offset, width),
        Operation.SliceRows => Added(state, node.Operands[0], sign, offset + node.Offset!, width),
        Operation.Parameter when node.Shape.Rank == 1 => new ForgetBias(state, node.Name!, sign, offset, width),
        _ => null,
    };
}
