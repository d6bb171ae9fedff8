using Cellwright.Layers;

namespace Cellwright.Interchange;

/// <summary>A stack whose layers are all one of PyTorch's recurrent modules, and its weights under their names.</summary>
internal sealed class TorchLayers
{
    private readonly RecurrentWeights[][] layers;

    /// <summary>Recognises every layer.</summary>
    /// <exception cref="NotSupportedException">PyTorch has no such module; the message says why.</exception>
    public TorchLayers(LayerStack stack)
    {
        if (stack.Layers.Any(layer => layer is ReversedLayer))
        {
            throw new NotSupportedException("one of its layers runs against time alone, which no module of PyTorch does");
        }

        layers = [.. stack.Layers.Where(layer => layer is not DropoutLayer).Select(layer => LayerFile.Directions(layer, string.Empty).Select(direction => Recognized(direction.Layer)).ToArray())];
        RecurrentWeights first = layers[0][0];
        if (stack.IsResidual && layers.Skip(1).Any(layer => layer[0].InputWidth == layer.Sum(direction => direction.OutputWidth)))
        {
            throw new NotSupportedException("its layers add their input to their output (residual), which a module of PyTorch does not");
        }

        if (layers.Any(layer => layer.Length != layers[0].Length))
        {
            throw new NotSupportedException("some of its layers have two directions and some have one, and a module of PyTorch has the same in all");
        }

        foreach (RecurrentWeights other in layers.SelectMany(layer => layer))
        {
            if (KindOf(other) != KindOf(first) || other.HiddenWidth != first.HiddenWidth || other.OutputWidth != first.OutputWidth || (other.Projection is null) != (first.Projection is null))
            {
                throw new NotSupportedException("its layers are of several cells or widths, and a module of PyTorch has one; export them one by one");
            }
        }

        Module = new TorchModule(first.Form.Operator.ToString().ToUpperInvariant(), first.InputWidth, first.HiddenWidth, layers.Length)
        {
            Bidirectional = layers[0].Length == 2,
            ProjectionSize = first.Projection is null ? 0 : first.OutputWidth,
            Nonlinearity = first.Form.Operator == RecurrentOperator.Rnn ? KindOf(first).Function.ToString().ToLowerInvariant() : null,
        };
    }

    /// <summary>The module.</summary>
    public TorchModule Module { get; }

    /// <summary>The tensors in the order in which the module registers them.</summary>
    /// <param name="prefix">What stands before their names.</param>
    public IEnumerable<(string Name, int[] Shape, float[] Values)> Tensors(string prefix)
    {
        for (int layer = 0; layer < layers.Length; layer++)
        {
            for (int direction = 0; direction < layers[layer].Length; direction++)
            {
                RecurrentWeights weights = layers[layer][direction];
                string suffix = TorchNames.Suffix(layer, direction == 1);
                int rows = weights.Input.Count * weights.HiddenWidth;
                yield return (prefix + TorchNames.InputWeight + suffix, [rows, weights.InputWidth], Stacked(weights.Input));
                yield return (prefix + TorchNames.HiddenWeight + suffix, [rows, weights.OutputWidth], Stacked(weights.Recurrent));
                yield return (prefix + TorchNames.InputBias + suffix, [rows], Stacked(weights.Bias));
                yield return (prefix + TorchNames.HiddenBias + suffix, [rows], Stacked(weights.RecurrentBias));
                if (weights.Projection is { } projection)
                {
                    yield return (prefix + TorchNames.Projection + suffix, [weights.OutputWidth, weights.HiddenWidth], projection);
                }
            }
        }
    }

    private static float[] Stacked(IReadOnlyList<float[]> gates) => [.. gates.SelectMany(gate => gate)];

    private static (RecurrentOperator, ActivationFunction Function) KindOf(RecurrentWeights weights) => (weights.Form.Operator, weights.Form.CandidateActivation.Function);

    private static RecurrentWeights Recognized(Layer layer)
    {
        RecurrentWeights weights = RecurrentWeights.Of(layer);
        RecurrentForm form = weights.Form;
        string? problem = form switch
        {
            { HasPeepholes: true } => "has peepholes",
            { Clip: not null } => "clips its gates",
            { Operator: RecurrentOperator.Gru, ResetAfter: false } => "is a GRU that resets before the product, and torch.nn.GRU resets after it (as the cell 'gru-reset-after')",
            { Operator: RecurrentOperator.Rnn, CandidateActivation.Function: ActivationFunction.Tanh or ActivationFunction.Relu } => null,
            { Operator: RecurrentOperator.Rnn } => $"has the function {form.CandidateActivation}, and torch.nn.RNN has tanh and relu",
            _ when form.GateActivation != RecurrentActivation.Sigmoid || form.CandidateActivation != RecurrentActivation.Tanh => "has other functions than the sigmoid for gates and tanh for candidates",
            { Operator: RecurrentOperator.Lstm } when form.OutputActivation != RecurrentActivation.Tanh => "gives out c through another function than tanh",
            _ => null,
        };
        problem ??= weights.StartsAtZero ? null : "begins with states that are not 0, which weights of PyTorch do not say";
        return problem is null ? weights : throw new NotSupportedException($"the cell '{layer.Cell.Name}' {problem}");
    }
}
