using Cellwright.Layers;

namespace Cellwright.Inspection;

/// <summary>One sequence through the layers of a stack, each traced.</summary>
internal static class StackTrace
{
    /// <summary>The traces of the recurrent layers, the lowest first.</summary>
    /// <param name="stack">The layers, in use.</param>
    /// <param name="x">The input, [T, 1, width].</param>
    /// <param name="initial">The states before the first step; null for those the cells say.</param>
    /// <param name="y">What the stack gives out, [T, 1, width].</param>
    public static List<Trace> Of(LayerStack stack, float[] x, LayerState? initial, out float[] y)
    {
        List<Trace> traces = [];
        y = x;
        int steps = x.Length / stack.InputWidth;
        int firstState = 0;
        for (int i = 0; i < stack.Layers.Count; i++)
        {
            if (stack.Layers[i] is not Layer layer)
            {
                continue;
            }

            int states = layer.StateWidths.Count;
            Trace trace = Trace.Of(layer, y, steps, initial: initial?.Part(firstState, states));
            firstState += states;
            traces.Add(trace);
            float[] output = trace.Output.ToArray();
            for (int at = 0; stack.AddsInput[i] && at < output.Length; at++)
            {
                output[at] += y[at];
            }

            y = output;
        }

        return traces;
    }
}
