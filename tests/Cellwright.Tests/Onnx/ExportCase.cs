using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Export;
using Cellwright.Tests.Layers;

namespace Cellwright.Tests.Onnx;

/// <summary>A layer with random values, run by us and to be run by ONNX Runtime.</summary>
internal static class ExportCase
{
    /// <summary>A layer of a cell of the zoo with random parameters.</summary>
    public static Layer Layer(string name, int input, int hidden, int seed) => Layer(Cell.Named(name), input, hidden, seed);

    /// <summary>A layer of a cell with random parameters.</summary>
    public static Layer Layer(Cell cell, int input, int hidden, int seed)
    {
        Layer layer = new(cell, LayerHarness.SizesOf(cell.Graph, input, hidden), threads: 1);
        Randomize(layer, seed);
        return layer;
    }

    /// <summary>Draws all parameters.</summary>
    public static void Randomize(SequenceLayer layer, int seed)
    {
        Random random = new(seed);
        foreach (Parameter parameter in layer.Parameters)
        {
            double scale = parameter.Columns > 1 ? 1.5 / Math.Sqrt(parameter.Columns) : 0.7;
            foreach (ref float value in parameter.Values)
            {
                value = (float)(scale * ((2 * random.NextDouble()) - 1));
            }
        }

        layer.Load();
    }

    /// <summary>Multiplies all parameters.</summary>
    public static void Scale(SequenceLayer layer, float factor)
    {
        foreach (Parameter parameter in layer.Parameters)
        {
            foreach (ref float value in parameter.Values)
            {
                value *= factor;
            }
        }

        layer.Load();
    }

    /// <summary>Exports a layer, hands it to ONNX Runtime with random inputs and states, and runs it here.</summary>
    /// <returns>What is expected, by the names of the outputs.</returns>
    public static Dictionary<string, double[]> Add(OnnxRuntime runtime, SequenceLayer layer, int steps, int batch, int[] lengths, OnnxExportOptions? options = null)
    {
        options = (options ?? new OnnxExportOptions()) with { Lengths = lengths.Length > 0 };
        Random random = new(99);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
        List<OnnxTensor> feeds = [];
        List<float[]> inputs = [];
        (string Name, int Width)[] names = layer is Layer { Cell.Graph: { } graph } single ? [.. graph.Inputs.Select((input, i) => (input.Name, single.InputWidths[i]))] : [("x", layer.InputWidth)];
        foreach ((string name, int width) in names)
        {
            inputs.Add(Draw(steps * batch * width));
            feeds.Add(OnnxTensor.Of(name, inputs[^1], steps, batch, width));
        }

        if (lengths.Length > 0)
        {
            feeds.Add(OnnxTensor.Of("lengths", lengths, batch));
        }

        LayerState initial = layer.CreateState(batch);
        LayerState final = layer.CreateState(batch);
        // Without states as inputs sequences begin as the cell says.
        foreach (string state in initial.Names.Where(_ => options.States))
        {
            Span<float> values = initial[state];
            // From 0.25 to 1: among them are counts that others are divided by.
            Draw(values.Length).Select(value => 0.625f + (0.375f * value)).ToArray().CopyTo(values);
            feeds.Add(OnnxTensor.Of("state." + state, values, batch, values.Length / batch));
        }

        float[] y = new float[steps * batch * layer.OutputWidth];
        if (layer is Layer one)
        {
            one.Begin(steps, batch, lengths, initial);
            for (int i = 0; i < inputs.Count; i++)
            {
                one.SetInput(i, inputs[i]);
            }

            one.Run(y, final);
        }
        else
        {
            layer.Forward(inputs[0], steps, batch, lengths, initial, y, final);
        }

        runtime.Add(OnnxExport.Of(layer, options).ToArray(), feeds);
        Dictionary<string, double[]> expected = new() { ["y"] = LayerHarness.Doubles(y) };
        foreach (string state in final.Names.Where(_ => options.States))
        {
            expected["final." + state] = LayerHarness.Doubles(final[state]);
        }

        return expected;
    }

    /// <summary>In what a result differs from what is expected; null where it does not.</summary>
    public static string? Difference(Dictionary<string, double[]> expected, (IReadOnlyDictionary<string, OnnxTensor> Outputs, string? Error) result, double tolerance)
    {
        if (result.Error is not null)
        {
            return result.Error;
        }

        if (!expected.Keys.Order(StringComparer.Ordinal).SequenceEqual(result.Outputs.Keys.Order(StringComparer.Ordinal)))
        {
            return $"outputs {string.Join(", ", result.Outputs.Keys)} where {string.Join(", ", expected.Keys)} were expected";
        }

        string[] wrong = [.. expected.Select(entry => (entry.Key, Error: LayerHarness.Error(entry.Value, result.Outputs[entry.Key].Doubles)))
            .Where(entry => !(entry.Error <= tolerance)).Select(entry => FormattableString.Invariant($"{entry.Key} by {entry.Error:G3}"))];
        return wrong.Length == 0 ? null : string.Join(", ", wrong);
    }
}
