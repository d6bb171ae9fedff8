using Cellwright.Layers;

namespace Cellwright.Inspection;

/// <summary>One sequence through the layers of a stack, each traced.</summary>
internal static class StackTrace
{
    /// <summary>The traces of the recurrent layers, the lowest first.</summary>
    /// <param name="stack">The layers, in use.</param>
    /// <param name="x">The input, [T, 1, width].</param>
    /// <param name="initial">The states before the first step; null for those the cells say.</param>
    public static List<Trace> Of(LayerStack stack, float[] x, LayerState? initial)
    {
        List<Trace> traces = [];
        float[] input = x;
        int steps = x.Length / stack.InputWidth;
        int firstState = 0;
        for (int i = 0; i < stack.Layers.Count; i++)
        {
            if (stack.Layers[i] is not Layer layer)
            {
                continue;
            }

            int states = layer.StateWidths.Count;
            Trace trace = Trace.Of(layer, input, steps, initial: initial?.Part(firstState, states));
            firstState += states;
            traces.Add(trace);
            float[] output = trace.Output.ToArray();
            for (int at = 0; stack.AddsInput[i] && at < output.Length; at++)
            {
                output[at] += input[at];
            }

            input = output;
        }

        return traces;
    }

    /// <summary>What the stack gives out, given its traces.</summary>
    public static float[] Output(LayerStack stack, IReadOnlyList<Trace> traces)
    {
        float[] output = traces[^1].Output.ToArray();
        bool addsInput = stack.AddsInput[^1];
        for (int at = 0; addsInput && at < output.Length; at++)
        {
            output[at] += traces[^1].Input.Span[at];
        }

        return output;
    }
}
