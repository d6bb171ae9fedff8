using Cellwright.Files;
using Cellwright.Onnx.Format;
using Cellwright.Onnx.Import;
using Google.Protobuf;
using Shouldly;
using Xunit;
using Attributes = Cellwright.Onnx.Format.AttributeProto.Types.AttributeType;

namespace Cellwright.Tests.Onnx;

/// <summary>What cannot be imported is named, in one sentence.</summary>
public class RefusedModelTests
{
    // An LSTM of both directions behind an embedding, with a head: the graph of a whole model.
    private const string Whole = "lstm-embedding-softmax";

    [Fact]
    public void An_operator_of_another_kind_of_network() => Refused(
        "it has the operator 'Conv', which cannot be imported: RNN, GRU and LSTM can, and around them an embedding, a linear head and the handling of shapes",
        model => model.Graph.Node.Insert(0, new NodeProto { OpType = "Conv", Input = { "x" }, Output = { "convolved" } }));

    [Fact]
    public void An_operator_of_another_domain() => Refused(
        "it has the operator 'LSTM' of the domain 'com.microsoft', which cannot be imported", model => Recurrent(model).Domain = "com.microsoft");

    [Fact]
    public void An_attribute_that_is_none_of_the_operator() => Refused(
        "it has the attribute 'linear_before_reset', which is none of its operator's", model => Recurrent(model).Attribute.Add(new AttributeProto { Name = "linear_before_reset", Type = Attributes.Int, I = 1 }));

    [Fact]
    public void An_activation_that_is_none() => Refused(
        "there is no activation 'Gelu'; there are Relu, Tanh, Sigmoid", model => Activations(model, "Sigmoid", "Gelu", "Tanh"));

    [Theory]
    [InlineData("Affine", "alpha")]
    [InlineData("ScaledTanh", "alpha")]
    [InlineData("ThresholdedRelu", "alpha")]
    public void A_number_of_an_activation_that_readers_take_differently(string name, string number) => Refused(
        $"its activation {name} has no activation_{number}, and readers differ in what it is then", model => Activations(model, "Sigmoid", name, "Tanh"));

    [Fact]
    public void Too_few_activations() => Refused("it has 2 activations where 3 were expected", model => Activations(model, "Sigmoid", "Tanh"));

    [Fact]
    public void A_hidden_size_that_the_weights_have_not() => Refused(
        "its hidden_size is 6 where its weights R are for 5", model => Recurrent(model).Attribute.Single(attribute => attribute.Name == "hidden_size").I = 6);

    [Fact]
    public void A_direction_that_is_none() => Refused(
        "its direction is 'backward' where forward, reverse or bidirectional was expected",
        model => Recurrent(model).Attribute.Add(new AttributeProto { Name = "direction", Type = Attributes.String, S = ByteString.CopyFromUtf8("backward") }));

    [Fact]
    public void A_direction_that_the_weights_have_not() => Refused(
        "its direction is bidirectional and its weights are for 1 of them",
        model => Recurrent(model).Attribute.Add(new AttributeProto { Name = "direction", Type = Attributes.String, S = ByteString.CopyFromUtf8("bidirectional") }));

    [Fact]
    public void A_negative_clip() => Refused(
        "its clip is -1 where a number from 0 on was expected", model => Recurrent(model).Attribute.Add(new AttributeProto { Name = "clip", Type = Attributes.Float, F = -1 }));

    [Fact]
    public void Values_in_another_file() => Refused(
        "has its values in another file, which is not read; save the model with all of its values inside",
        model =>
        {
            TensorProto weights = model.Graph.Initializer.First(tensor => tensor.Dims.Count == 3);
            weights.DataLocation = TensorProto.Types.DataLocation.External;
            weights.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "weights.bin" });
        });

    [Fact]
    public void Weights_that_are_cut() => Refused(
        "bytes where its shape asks for", model =>
        {
            TensorProto weights = model.Graph.Initializer.First(tensor => tensor.Dims.Count == 3);
            weights.RawData = ByteString.CopyFrom(weights.RawData.Span[..8]);
        });

    [Fact]
    public void A_shape_that_no_file_could_fill() => Refused(
        "has a shape [4294967296, 4294967296] that no file could fill", model =>
        {
            TensorProto table = model.Graph.Initializer.First(tensor => tensor.Name.StartsWith("embedding", StringComparison.Ordinal));
            table.Dims.Clear();
            table.Dims.Add([1L << 32, 1L << 32]);
        });

    [Theory]
    [InlineData(6)]
    [InlineData(1000)]
    public void An_operator_set_that_is_not_known(int version) => Refused(
        $"its nodes are of ONNX's operator set {version}, and sets 7 to 25 can be imported", model => model.OpsetImport[0].Version = version);

    [Fact]
    public void Two_recurrent_nodes_side_by_side() => Refused(
        "it is beside another recurrent node, and only layers one upon the other can be imported", model =>
        {
            NodeProto second = Recurrent(model).Clone();
            (second.Output[0], second.Output[1], second.Output[2]) = ("other", "other_h", "other_c");
            model.Graph.Node.Insert(model.Graph.Node.IndexOf(Recurrent(model)) + 1, second);
        });

    [Fact]
    public void A_product_before_the_layers() => Refused(
        "it does not read what comes from a recurrent layer, and only a head behind the layers can be imported",
        model => model.Graph.Node.Insert(model.Graph.Node.IndexOf(Recurrent(model)), new NodeProto { OpType = "Tanh", Input = { Recurrent(model).Input[0] }, Output = { "bent" } }));

    [Fact]
    public void A_softmax_over_time() => Refused(
        "it is over axis 1 of", model => model.Graph.Node.Single(node => node.OpType == "Softmax").Attribute.Single().I = 1);

    [Fact]
    public void A_graph_without_recurrent_nodes() => Refused(
        "it has no RNN, GRU or LSTM node, so there is no layer to import", model =>
        {
            model.Graph.Node.Clear();
            model.Graph.Output.Clear();
        });

    [Fact]
    public void A_name_that_nothing_computes() => Refused(
        "it reads 'nowhere', which nothing before it computes", model => Recurrent(model).Input[0] = "nowhere");

    [Fact]
    public void A_file_of_another_kind()
    {
        Should.Throw<InvalidFileException>(() => OnnxModel.Read("PK not an ONNX file"u8, "other.onnx")).Message.ShouldStartWith("other.onnx: it is no ONNX file, or a damaged one");
        Should.Throw<InvalidFileException>(() => OnnxModel.Read([], "empty.onnx")).Message.ShouldBe("empty.onnx: it is empty; an ONNX file was expected");
        Should.Throw<InvalidFileException>(() => OnnxModel.Load(Path.Combine(AppContext.BaseDirectory, "gone.onnx"))).Message.ShouldEndWith("there is no such file");
    }

    private static NodeProto Recurrent(ModelProto model) => model.Graph.Node.First(node => node.OpType == "LSTM");

    private static void Activations(ModelProto model, params string[] names)
    {
        AttributeProto attribute = new() { Name = "activations", Type = Attributes.Strings };
        attribute.Strings.Add(names.Select(ByteString.CopyFromUtf8));
        Recurrent(model).Attribute.Add(attribute);
    }

    private static void Refused(string expected, Action<ModelProto> change)
    {
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(ForeignModel.PathOf("onnx-pytorch", Whole)));
        change(model);

        string message = Should.Throw<InvalidFileException>(() => OnnxModel.Read(model.ToByteArray(), "whole.onnx").Dispose()).Message;

        message.ShouldStartWith("whole.onnx: ");
        message.ShouldContain(expected);
        message.ShouldNotContain('\n');
    }
}
