using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Export;
using Cellwright.Onnx.Import;
using Cellwright.Tests.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Onnx;

/// <summary>What is exported as operators can be imported again.</summary>
public sealed class RoundTripOnnxTests : IDisposable
{
    private const int Steps = 6;
    private const int Batch = 3;
    private const int Width = 4;
    private const int Hidden = 5;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lstm", false)]
    [InlineData("lstm", true)]
    [InlineData("gru", true)]
    [InlineData("gru-reset-after", false)]
    [InlineData("elman", true)]
    [InlineData("lstm-peephole", true)]
    [InlineData("lstm-coupled", false)]
    public void A_layer_and_a_stack_come_back_with_their_states(string cell, bool hasLengths)
    {
        using Layer layer = Layer(cell, Width);
        Compare(layer, hasLengths, state => "state." + state);
        using LayerStack stack = new([Layer(cell, Width), Layer(cell, Hidden)]);
        stack.Initialize(seed: 4);
        Compare(stack, hasLengths, state => "state." + state);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_directions_come_back(bool hasLengths)
    {
        using BidirectionalLayer layer = new(Layer("lstm", Width), Layer("lstm", Width));
        layer.Initialize(seed: 4);
        Compare(layer, hasLengths, stateName: null);
    }

    private static Layer Layer(string cell, int input)
    {
        Layer layer = new(Cell.Named(cell), new Dictionary<string, int> { ["input"] = input, ["hidden"] = Hidden }, threads: 1);
        layer.Initialize(seed: 3);
        return layer;
    }

    private void Compare(SequenceLayer layer, bool hasLengths, Func<string, string>? stateName)
    {
        string path = folder["model.onnx"];
        OnnxExport.Of(layer, new OnnxExportOptions { Lengths = hasLengths, States = stateName is not null }).Save(path);
        int[] lengths = hasLengths ? [Steps, 0, 2] : [];
        float[] x = [.. Enumerable.Range(0, Steps * Batch * Width).Select(i => MathF.Sin(i))];
        LayerState initial = layer.CreateState(Batch);
        LayerState final = layer.CreateState(Batch);
        Dictionary<string, OnnxValue> inputs = new() { ["x"] = OnnxValue.Of(x, Steps, Batch, Width) };
        if (hasLengths)
        {
            inputs["lengths"] = OnnxValue.Of([.. lengths.Select(length => (long)length)], Batch);
        }

        foreach (string state in initial.Names)
        {
            if (stateName is not null)
            {
                float[] values = [.. Enumerable.Range(0, initial[state].Length).Select(i => MathF.Cos(i) / 2)];
                values.CopyTo(initial[state]);
                inputs[stateName(state)] = OnnxValue.Of(values, Batch, values.Length / Batch);
            }
        }

        float[] y = new float[Steps * Batch * layer.OutputWidth];
        layer.Forward(x, Steps, Batch, lengths, initial, y, final);

        using OnnxModel model = OnnxModel.Load(path, threads: 1);
        IReadOnlyDictionary<string, OnnxValue> outputs = model.Run(inputs);

        Near(outputs["y"].Singles, y);
        foreach (string state in stateName is null ? [] : final.Names)
        {
            Near(outputs["final." + state].Singles, final[state]);
        }
    }

    private static void Near(ReadOnlySpan<float> actual, ReadOnlySpan<float> expected)
    {
        actual.Length.ShouldBe(expected.Length);
        float largest = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(actual[i] - expected[i]));
        }

        largest.ShouldBeLessThan(1e-5f);
    }
}
