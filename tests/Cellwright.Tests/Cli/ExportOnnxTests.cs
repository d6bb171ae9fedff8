using Cellwright.Cli;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Export;
using Cellwright.Tasks;
using Cellwright.Tasks.Series;
using Cellwright.Tests.Files;
using Cellwright.Tests.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class ExportOnnxTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_text_model_is_written_as_the_library_writes_it()
    {
        using TextModel model = TextModel.Create(Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = 4, ["hidden"] = 9 }, CharacterVocabulary.Of("abcd .\n"), seed: 1, threads: 1);
        model.Save(folder["text.safetensors"]);
        string output = Run("export", "onnx", folder["text.safetensors"], "--out", folder["text.onnx"], "--probabilities", "--lengths");
        output.ShouldContain("as LSTM");
        output.ShouldContain("tokens int64 [time, batch]");
        output.ShouldContain("lengths int32 [batch]");
        output.ShouldContain("state.layer0.c float [batch, 9]");
        output.ShouldContain("probabilities float [time, batch, 7]");
        File.ReadAllBytes(folder["text.onnx"]).ShouldBe(OnnxExport.Of(model, new() { Probabilities = true, Lengths = true }).ToArray());
    }

    [Fact]
    public void A_series_model_is_written_as_the_library_writes_it()
    {
        using Forecaster model = Forecaster.Train(SmallForecasters.Set(), SmallForecasters.Designs["parallel"], SmallForecasters.Training);
        model.Save(folder["series.safetensors"]);
        string output = Run("export", "onnx", folder["series.safetensors"], "--out", folder["series.onnx"], "--scan");
        output.ShouldContain("as Scan, Scan");
        output.ShouldContain("window float [batch, 12, 2]");
        output.ShouldContain("forecast float [batch, 6, 2]");
        File.ReadAllBytes(folder["series.onnx"]).ShouldBe(OnnxExport.Of(model, new() { Operators = false }).ToArray());
    }

    [Fact]
    public void Saved_layers_are_written_as_the_library_writes_them()
    {
        Layer One(int input) => new(Cell.Named("lstm"), new Dictionary<string, int> { ["input"] = input, ["hidden"] = 5 }, threads: 1);
        using LayerStack stack = new([new BidirectionalLayer(One(3), One(3)), One(10)]);
        stack.Initialize(3);
        stack.Save(folder["layers.safetensors"]);
        string output = Run("export", "onnx", folder["layers.safetensors"], "--out", folder["layers.onnx"], "--lengths");
        output.ShouldContain("as LSTM, LSTM");
        output.ShouldContain("final.layer0.reverse.c float [batch, 5]");
        File.ReadAllBytes(folder["layers.onnx"]).ShouldBe(OnnxExport.Of(stack, new() { Lengths = true }).ToArray());
    }

    [Fact]
    public void A_cell_is_written_with_values_that_are_drawn_or_given()
    {
        Cell cell = Cell.Named("gru");
        using Layer layer = new(cell, new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 5 }, threads: 1);
        layer.Initialize(7);
        Run("export", "onnx", "gru", "--out", folder["drawn.onnx"], "--input", "3", "--hidden", "5", "--seed", "7", "--no-states").ShouldContain("untrained values drawn from seed 7");
        File.ReadAllBytes(folder["drawn.onnx"]).ShouldBe(OnnxExport.Of(layer, new() { States = false }).ToArray());

        SafetensorsWriter tensors = new();
        tensors.Add("x", [2, 1, 3], new float[6]);
        foreach ((Parameter parameter, CellParameter named) in layer.Parameters.Zip(cell.Graph.Parameters))
        {
            tensors.Add(parameter.Name, named.Node.Shape.Rank == 2 ? [parameter.Rows, parameter.Columns] : [parameter.Rows], parameter.Values.ToArray());
        }

        tensors.Save(folder["in.safetensors"]);
        Run("export", "onnx", "gru", "--out", folder["given.onnx"], "--tensors", folder["in.safetensors"]).ShouldContain("as GRU");
        File.ReadAllBytes(folder["given.onnx"]).ShouldBe(OnnxExport.Of(layer).ToArray());
    }

    [Fact]
    public void What_cannot_be_exported_is_said_in_one_sentence()
    {
        Refused("there is no cell `grx` in the zoo", "grx");
        Refused("gone.safetensors: there is no such file; give a model, or the name of a cell", folder["gone.safetensors"]);
        Refused("--probabilities goes with text models only", "gru", "--probabilities");
        Refused("the tensors say how large everything is", "gru", "--tensors", "in.safetensors", "--hidden", "3");
        new SafetensorsWriter().Save(folder["empty.safetensors"]);
        Refused("it holds tensors but no model", folder["empty.safetensors"]);
        File.WriteAllText(folder["text.bin"], "no tensors");
        Refused("text.bin", folder["text.bin"]);
    }

    private void Refused(string sentence, params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        CommandLine.Run(["export", "onnx", .. arguments, "--out", folder["refused.onnx"]], output, error).ShouldBe(2);
        error.ToString().ShouldContain(sentence);
        error.ToString().Trim().ShouldNotContain("\n");
        File.Exists(folder["refused.onnx"]).ShouldBeFalse();
    }

    private static string Run(params string[] arguments)
    {
        StringWriter output = new();
        StringWriter error = new();
        CommandLine.Run(arguments, output, error).ShouldBe(0, error.ToString());
        return output.ToString();
    }
}
