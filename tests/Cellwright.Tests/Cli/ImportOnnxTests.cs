using Cellwright.Cli;
using Cellwright.Layers;
using Cellwright.Tests.Files;
using Cellwright.Tests.Onnx;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class ImportOnnxTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Layers_are_written_and_what_was_understood_is_shown()
    {
        (int code, string output, string errors) = Run("import", "onnx", ForeignModel.PathOf("onnx-pytorch", "gru-embedding-softmax"), "--out", folder["model.safetensors"]);

        errors.ShouldBeEmpty();
        code.ShouldBe(0);
        output.ShouldContain("layer0: gru-reset-after");
        output.ShouldContain("  y = softmax(W x + b)");
        output.ShouldContain("embedding: 11 symbols, 4 wide");
        output.ShouldContain("input 4, output 3, 217 parameters");
        using LayerStack layers = LayerStack.Open(folder["model.safetensors"], threads: 1);
        layers.OutputWidth.ShouldBe(3);
    }

    [Fact]
    public void Weights_that_the_graph_leaves_open_come_from_a_file()
    {
        string name = ForeignModel.PathOf("onnx-operators", "test_gru_with_initial_bias");
        (int code, _, string errors) = Run("import", "onnx", name, "--out", folder["model.safetensors"]);
        code.ShouldBe(2);
        errors.ShouldContain("its weight W is the input 'W' of the graph");
        File.Exists(folder["model.safetensors"]).ShouldBeFalse();

        Cellwright.Files.SafetensorsWriter writer = new();
        foreach ((string input, var value) in ForeignModel.Tensors("onnx-operators", "test_gru_with_initial_bias", "in.").Where(input => input.Key != "X"))
        {
            writer.Add(input, [.. value.Shape], value.Singles.ToArray());
        }

        writer.Save(folder["weights.safetensors"]);
        Run("import", "onnx", name, "--out", folder["model.safetensors"], "--weights", folder["weights.safetensors"]).Output.ShouldContain("layer0: gru\n");
    }

    [Fact]
    public void Inspect_shows_operators_shapes_and_equations()
    {
        string output = Run("inspect", ForeignModel.PathOf("onnx-pytorch", "lstm-both-final-states")).Output;

        output.ShouldContain("ONNX, format version 7, made by pytorch 1.13");
        output.ShouldContain("LSTM             1");
        output.ShouldContain("input x       float32 [time, batch, 4]");
        output.ShouldContain("layer0.reverse: lstm");
        Run("inspect", "--json", ForeignModel.PathOf("onnx-operators", "test_lstm_defaults")).Output.ShouldContain("\"cannot be imported\"");
    }

    private static (int Code, string Output, string Errors) Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        int code = CommandLine.Run(arguments, output, errors);
        return (code, output.ToString(), errors.ToString());
    }
}
