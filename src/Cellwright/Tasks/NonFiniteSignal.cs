using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Tensors;

namespace Cellwright.Tasks;

/// <summary>Runs a window that gave a loss that is not finite again, every signal recorded, to say where it began.</summary>
internal static class NonFiniteSignal
{
    /// <summary>Names the first signal that is not finite, by time, then from the lowest layer up, then in the order of the equations; null where all are.</summary>
    /// <param name="model">The model.</param>
    /// <param name="symbols">What the model read, [steps, batch].</param>
    /// <param name="steps">The steps of the window.</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="initial">The states before the window.</param>
    /// <param name="trainingStep">The training step, whose dropped elements are dropped again.</param>
    public static string? First(TextModel model, ReadOnlyMemory<int> symbols, int steps, int batch, LayerState initial, int trainingStep)
    {
        using LayerStack layers = model.CopyLayers(trace: true);
        layers.TrainingStep = trainingStep;
        using AlignedBuffer x = new((long)symbols.Length * model.EmbeddingWidth);
        model.Embedding.Forward(symbols, x);
        layers.Forward(x.Span, steps, batch, [], initial, new float[steps * batch * layers.OutputWidth], null);
        string? first = null;
        int earliest = steps;
        Layer[] traced = [.. layers.Layers.OfType<Layer>()];
        for (int layer = 0; layer < traced.Length; layer++)
        {
            IReadOnlyList<NamedNode> signals = traced[layer].Graph.Signals;
            for (int signal = 0; signal < signals.Count; signal++)
            {
                int width = signals[signal].Node.Shape.Rows.Evaluate(traced[layer].Sizes);
                float[] values = new float[steps * batch * width];
                traced[layer].GetTrace(signal, values);
                if (Array.FindIndex(values, value => !float.IsFinite(value)) is >= 0 and int index && index / (batch * width) < earliest)
                {
                    earliest = index / (batch * width);
                    first = FormattableString.Invariant($"the signal '{signals[signal].Name}' of layer{layer} in character {earliest + 1} of the window");
                }
            }
        }

        return first;
    }
}
