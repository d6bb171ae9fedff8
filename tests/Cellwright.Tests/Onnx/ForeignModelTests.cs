using Cellwright.Onnx.Import;
using Cellwright.Tests.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Onnx;

public class ForeignModelTests
{
    private const double Tolerance = 1e-5;

    // What a node's test case gives besides the batch: weights, which our models keep.
    private static readonly string[] Weights = ["W", "R", "B", "P"];

    public static TheoryData<string> Operators => [.. ForeignModel.Names("onnx-operators")];

    public static TheoryData<string> PyTorch => [.. ForeignModel.Names("onnx-pytorch")];

    public static TheoryData<string> Keras => [.. ForeignModel.Names("onnx-keras")];

    [Theory]
    [MemberData(nameof(Operators))]
    public void Test_cases_of_the_operators_come_out(string name)
    {
        Dictionary<string, OnnxValue> inputs = ForeignModel.Tensors("onnx-operators", name, "in.");
        using OnnxModel model = OnnxModel.Load(
            ForeignModel.PathOf("onnx-operators", name), threads: 1, inputs.Where(input => Weights.Contains(input.Key)).ToDictionary());

        Compare(model.Run(inputs), ForeignModel.Tensors("onnx-operators", name, "out."));
    }

    [Theory]
    [MemberData(nameof(PyTorch))]
    public void Exports_of_PyTorch_give_what_PyTorch_gives(string name)
    {
        using OnnxModel model = OnnxModel.Load(ForeignModel.PathOf("onnx-pytorch", name), threads: 1);

        Compare(model.Run(ForeignModel.Tensors("onnx-pytorch", name, "in.")), ForeignModel.Tensors("onnx-pytorch", name, "out."));
    }

    [Theory]
    [MemberData(nameof(Keras))]
    public void Graphs_as_tf2onnx_writes_them_give_what_their_layers_give(string name)
    {
        using OnnxModel model = OnnxModel.Load(ForeignModel.PathOf("onnx-keras", name), threads: 1);

        Compare(model.Run(ForeignModel.Tensors("onnx-keras", name, "in.")), ForeignModel.Tensors("onnx-keras", name, "out."));
    }

    private static void Compare(IReadOnlyDictionary<string, OnnxValue> actual, Dictionary<string, OnnxValue> expected)
    {
        actual.Keys.ShouldBe(expected.Keys, ignoreOrder: true);
        foreach ((string name, OnnxValue value) in expected)
        {
            actual[name].Shape.ShouldBe(value.Shape, name);
            LayerHarness.Error(LayerHarness.Doubles(actual[name].Singles), LayerHarness.Doubles(value.Singles)).ShouldBeLessThan(Tolerance, name);
        }
    }
}
