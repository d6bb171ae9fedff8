using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Import;
using Cellwright.Tests.Files;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Onnx;

public sealed class OnnxModelTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("lstm-time-first", "lstm")]
    [InlineData("gru-time-first", "gru-reset-after")]
    [InlineData("rnn-time-first", "elman")]
    [InlineData("rnn-relu", "elman-relu")]
    public void A_node_with_the_usual_attributes_is_a_cell_of_the_zoo(string name, string cell)
    {
        using OnnxModel model = OnnxModel.Load(ForeignModel.PathOf("onnx-pytorch", name), threads: 1);

        model.Cells[0].Name.ShouldBe(cell);
    }

    [Fact]
    public void Attributes_stand_in_the_equations()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            RandomNode node = RandomNode.Draw(seed);
            using OnnxModel model = OnnxModel.Read(node.Model.ToByteArray(), "node", threads: 1);
            foreach (var cell in model.Cells)
            {
                // What is shown is the cell: it reads back to the same.
                string text = string.Join('\n', cell.Equations);
                Cell.Parse(text).Print().ShouldBe(Cell.Parse(string.Join('\n', Cell.Parse(text).Print())).Print(), node.Description);
                text.Contains("clip(u, -", StringComparison.Ordinal).ShouldBe(node.Description.Contains("clip", StringComparison.Ordinal), node.Description);
                text.Contains("f = 1 - i", StringComparison.Ordinal).ShouldBe(node.Description.Contains("input_forget", StringComparison.Ordinal), node.Description);
                text.Contains("p_i", StringComparison.Ordinal).ShouldBe(node.Description.Contains(", P,", StringComparison.Ordinal) || node.Description.Contains(", P, T", StringComparison.Ordinal), node.Description);
            }
        }
    }

    [Theory]
    [InlineData("lstm-embedding-softmax")]
    [InlineData("gru-relu-before-head")]
    [InlineData("lstm-last-step-linear")]
    [InlineData("gru-unfolded")]
    public void What_is_saved_computes_the_same_bits(string name)
    {
        using OnnxModel model = OnnxModel.Load(ForeignModel.PathOf("onnx-pytorch", name), threads: 1);
        model.Save(folder["layers.safetensors"]);

        using LayerStack layers = LayerStack.Open(folder["layers.safetensors"], threads: 1);

        Compare(model.Layers, layers);
    }

    [Fact]
    public void Layers_against_time_alone_are_saved_too()
    {
        RandomNode node = Enumerable.Range(0, 100).Select(seed => RandomNode.Draw(seed)).First(node => node.Description.Contains("direction reverse", StringComparison.Ordinal));
        using OnnxModel model = OnnxModel.Read(node.Model.ToByteArray(), "node", threads: 1);
        model.Save(folder["layers.safetensors"]);

        using LayerStack layers = LayerStack.Open(folder["layers.safetensors"], threads: 1);

        layers.Layers[0].ShouldBeOfType<ReversedLayer>();
        Compare(model.Layers, layers);
    }

    [Fact]
    public void A_head_that_is_none_of_a_stack_is_not_saved()
    {
        using OnnxModel model = OnnxModel.Load(ForeignModel.PathOf("onnx-pytorch", "lstm-both-final-states"), threads: 1);

        Should.Throw<NotSupportedException>(() => model.Save(folder["layers.safetensors"])).Message.ShouldContain("its head reads final states of both directions");
        File.Exists(folder["layers.safetensors"]).ShouldBeFalse();
    }

    [Fact]
    public void A_stream_gives_what_the_graph_gives_step_by_step()
    {
        const string Name = "lstm-embedding-softmax";
        using OnnxModel model = OnnxModel.Load(ForeignModel.PathOf("onnx-pytorch", Name), threads: 1);
        Dictionary<string, OnnxValue> inputs = ForeignModel.Tensors("onnx-pytorch", Name, "in.");
        OnnxValue expected = model.Run(inputs).Single().Value;
        OnnxValue symbols = inputs["x"];
        int steps = (int)inputs["lengths"].Wholes[0];
        using LayerStream stream = model.Layers.CreateStream();
        float[] y = new float[model.Layers.OutputWidth];
        for (int t = 0; t < steps; t++)
        {
            stream.Step(model.Embedding!.Values.Slice((int)symbols.Wholes[t] * model.Embedding.Columns, model.Embedding.Columns), y);

            y.ShouldBe(expected.Singles.Slice(t * y.Length, y.Length).ToArray());
        }
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_refused()
    {
        using OnnxModel model = OnnxModel.Load(ForeignModel.PathOf("onnx-pytorch", "lstm-batch-first-packed-sorted"), threads: 1);
        OnnxValue x = OnnxValue.Of(new float[2 * 3 * 4], 2, 3, 4);

        Should.Throw<ArgumentException>(() => model.Run(new Dictionary<string, OnnxValue> { ["x"] = x })).Message.ShouldContain("the input 'lengths' is missing");
        Should.Throw<ArgumentException>(() => model.Run(new Dictionary<string, OnnxValue> { ["x"] = x, ["lengths"] = OnnxValue.Of([4L, 1L], 2) })).Message.ShouldContain("2 numbers from 0 to 3");
        Should.Throw<ArgumentException>(() => model.Run(new Dictionary<string, OnnxValue> { ["x"] = x, ["lengths"] = OnnxValue.Of([1L], 1) })).Message.ShouldContain("axis 0 of the input 'lengths' has 1 places where 2");
        Should.Throw<ArgumentException>(() => model.Run(new Dictionary<string, OnnxValue> { ["x"] = OnnxValue.Of(new float[30], 2, 3, 5), ["lengths"] = OnnxValue.Of([1L, 2L], 2) })).Message.ShouldContain("5 wide where 4");
    }

    private static void Compare(LayerStack one, LayerStack other)
    {
        const int Steps = 6;
        const int Batch = 2;
        Random random = new(1);
        float[] x = [.. Enumerable.Range(0, Steps * Batch * one.InputWidth).Select(_ => random.NextSingle() - 0.5f)];
        float[] expected = new float[Steps * Batch * one.OutputWidth];
        float[] actual = new float[expected.Length];
        one.Forward(x, Steps, Batch, [6, 3], null, expected, null);
        other.Forward(x, Steps, Batch, [6, 3], null, actual, null);
        actual.ShouldBe(expected);
    }
}
