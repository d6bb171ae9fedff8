namespace Cellwright.Onnx.Import;

/// <summary>Nodes on the final states of layers.</summary>
internal static class StateNodes
{
    /// <summary>
    /// Where: a layer's final state, or, for a sequence of no step, the state that it began with, which is its final one here
    /// in any case.
    /// </summary>
    public static GraphValue Where(GraphReader reader, GraphNode node)
    {
        if (node.Input(0) is HasStepsValue { Lengths: var lengths } && node.Input(1) is NetworkValue { Signal: FinalSignal { States: [var state] } } final)
        {
            LayerPlan layer = reader.Plan.Layers[state.Layer];
            bool isInitial = layer.Initials.GetValueOrDefault(state.State) switch
            {
                GivenState given => node.Input(2) is NetworkValue network && IsPart(given.Signal, network.Signal),
                null => node.Input(2) is FilledValue { Number: 0 } || (node.Input(2) is ConstantValue { Tensor: { IsWhole: false } zeros } && zeros.IsAll(0)),
                _ => false,
            };
            if (isInitial && layer.Lengths is { } own && own.Input.Name == lengths.Input.Name)
            {
                return final;
            }
        }

        throw node.Error("only a layer's final state for the sequences that have a step, beside its initial state for the others, is understood");
    }

    private static bool IsPart(NetworkSignal initial, NetworkSignal given) => (initial, given) switch
    {
        (InputSignal whole, InputSignal one) => whole.Input.Name == one.Input.Name,
        (InputSignal whole, InputRows rows) => whole.Input.Name == rows.Of.Input.Name,
        (InputRows left, InputRows right) => left.Of.Input.Name == right.Of.Input.Name && left.First == right.First && left.Count == right.Count,
        _ => false,
    };
}
