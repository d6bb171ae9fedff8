namespace Cellwright.Onnx.Import;

/// <summary>Something the network computes or is given, apart from the order in which a graph keeps its axes.</summary>
/// <param name="Axes">The lengths in the order in which it is computed.</param>
/// <param name="FeatureAxis">The first of the lengths that make up its width; those before it count vectors.</param>
internal abstract record NetworkSignal(IReadOnlyList<AxisFactor> Axes, int FeatureAxis)
{
    /// <summary>The lengths of its width.</summary>
    public IReadOnlyList<AxisFactor> Features => [.. Axes.Skip(FeatureAxis)];
}

/// <summary>An input of the graph, as it is given.</summary>
internal sealed record InputSignal(GraphInput Input, IReadOnlyList<AxisFactor> Axes) : NetworkSignal(Axes, Axes.Count - 1);

/// <summary>Some rows of an input that holds the states of several layers.</summary>
internal sealed record InputRows(InputSignal Of, int First, int Count, IReadOnlyList<AxisFactor> Axes) : NetworkSignal(Axes, Axes.Count - 1);

/// <summary>The embedding's rows of the symbols.</summary>
internal sealed record EmbeddedSignal(InputSignal Symbols, IReadOnlyList<AxisFactor> Axes) : NetworkSignal(Axes, Axes.Count - 1);

/// <summary>The outputs of a layer, [time, batch, width], or those of one of its directions.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Direction">The direction; null for all.</param>
/// <param name="Time">Time; null where there is a single step.</param>
/// <param name="Axes">The lengths in the order in which they are computed.</param>
/// <param name="FeatureAxis">The first of the lengths that make up the width.</param>
internal sealed record LayerSignal(int Layer, int? Direction, AxisFactor? Time, IReadOnlyList<AxisFactor> Axes, int FeatureAxis) : NetworkSignal(Axes, FeatureAxis)
{
    /// <summary>The outputs of all directions, of which this is one.</summary>
    public LayerSignal? Whole { get; init; }
}

/// <summary>
/// Final states: [which of them, batch, width], or [batch, which of them and width] where each sequence's are put together.
/// </summary>
internal sealed record FinalSignal(IReadOnlyList<FinalState> States, bool IsJoined, IReadOnlyList<AxisFactor> Axes, int FeatureAxis) : NetworkSignal(Axes, FeatureAxis);

/// <summary>The last step of a batch: the padding of shorter sequences, where there is any.</summary>
internal sealed record LastStepSignal(NetworkSignal Of, IReadOnlyList<AxisFactor> Axes, int FeatureAxis) : NetworkSignal(Axes, FeatureAxis);

/// <summary>A step of the head, applied to every vector of a signal.</summary>
internal sealed record HeadSignal(NetworkSignal Of, HeadStep Step, IReadOnlyList<AxisFactor> Axes, int FeatureAxis) : NetworkSignal(Axes, FeatureAxis);

/// <summary>A state of a layer behind its last step.</summary>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Direction">0 or 1 in a bidirectional layer, else 0.</param>
/// <param name="State">The state's name: <c>h</c> or <c>c</c>.</param>
internal readonly record struct FinalState(int Layer, int Direction, string State);
