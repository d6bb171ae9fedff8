using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Tests.Layers;

/// <summary>Runs any compiled layer on tensors by the names of <c>cell run</c>.</summary>
internal static class SequenceHarness
{
    public static Dictionary<string, double[]> Run(SequenceLayer layer, SequenceShape shape, IReadOnlyDictionary<string, double[]> tensors)
    {
        Set(layer, tensors);
        LayerState dFinal = layer.CreateState(shape.Batch);
        LayerState? initial = null;
        foreach (string state in dFinal.Names)
        {
            LayerHarness.Floats(tensors["dstate." + state]).CopyTo(dFinal[state]);
            if (tensors.TryGetValue("state." + state, out double[]? given))
            {
                initial ??= layer.CreateState(shape.Batch);
                LayerHarness.Floats(given).CopyTo(initial[state]);
            }
        }

        LayerState final = layer.CreateState(shape.Batch);
        LayerState dInitial = layer.CreateState(shape.Batch);
        float[] y = new float[shape.Steps * shape.Batch * layer.OutputWidth];
        float[] dx = new float[shape.Steps * shape.Batch * layer.InputWidth];
        layer.Forward(LayerHarness.Floats(tensors["x"]), shape.Steps, shape.Batch, shape.Lengths.Span, initial, y, final);
        layer.Backward(LayerHarness.Floats(tensors["dy"]), dFinal, dx, dInitial);
        Dictionary<string, double[]> results = new() { ["y"] = LayerHarness.Doubles(y), ["grad.x"] = LayerHarness.Doubles(dx) };
        foreach (string state in dFinal.Names)
        {
            results["state." + state] = LayerHarness.Doubles(final[state]);
            results["grad.state." + state] = LayerHarness.Doubles(dInitial[state]);
        }

        foreach (Parameter parameter in layer.Parameters)
        {
            results["grad." + parameter.Name] = LayerHarness.Doubles(parameter.Gradient);
        }

        return results;
    }

    /// <summary>Sets all parameters.</summary>
    public static void Set(SequenceLayer layer, IReadOnlyDictionary<string, double[]> tensors)
    {
        foreach (Parameter parameter in layer.Parameters)
        {
            LayerHarness.Floats(tensors[parameter.Name]).CopyTo(parameter.Values);
        }

        layer.Load();
    }
}
