using System.Text.Json;
using Cellwright.Cli;
using Cellwright.Files;
using Cellwright.Tests.Files;
using Cellwright.Tests.Interchange;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class InterchangeCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_module_of_PyTorch_is_imported_run_and_exported()
    {
        (int code, string output, _) = Run("import", "torch", TorchFixture.Path("lstm-2-both.pt"), "--cell", "lstm", "--out", folder["model.safetensors"]);
        code.ShouldBe(0);
        output.ShouldContain("torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True)");

        using (SafetensorsFile expected = SafetensorsFile.Open(TorchFixture.Path("lstm-2-both.case.safetensors")))
        {
            SafetensorsWriter writer = new();
            writer.Add("x", expected["x"].Shape.AsSpan(), expected.ReadSingles("x"));
            writer.Add("lengths", [TorchFixture.Batch], expected.ReadInt64s("lengths"));
            writer.Save(folder["in.safetensors"]);
            Run("cell", "run", folder["model.safetensors"], "--tensors", folder["in.safetensors"], "--out", folder["out.safetensors"], "--backward").Code.ShouldBe(0);
            using SafetensorsFile results = SafetensorsFile.Open(folder["out.safetensors"]);
            TorchFixture.Difference(results.ReadSingles("y"), expected.ReadSingles("out.y")).ShouldBeLessThan(1e-5);
            results["grad.layer1.reverse.W_f"].Shape.ShouldBe([4, 8]);
            results["grad.layer0.b_i"].Shape.ShouldBe([4]);
            results.Contains("state.layer1.reverse.c").ShouldBeTrue();
        }

        (code, output, _) = Run("export", "torch", folder["model.safetensors"], "--out", folder["back.pt"], "--type", "float64");
        code.ShouldBe(0);
        output.ShouldContain("rnn = torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True)\n");
        output.ShouldContain("load_state_dict(torch.load(");
    }

    [Fact]
    public void Inspect_says_what_is_in_each_kind_of_file()
    {
        Run("import", "torch", TorchFixture.Path("gru-2-both.pt"), "--cell", "gru", "--out", folder["model.safetensors"]).Code.ShouldBe(0);

        Run("inspect", folder["model.safetensors"]).Output.ShouldContain("layer1.reverse: gru-reset-after\n  ");
        Run("inspect", TorchFixture.Path("double.pt")).Output.ShouldContain("weight_hh_l0  float64  [16, 4]");
        JsonElement json = JsonDocument.Parse(Run("inspect", folder["model.safetensors"], "--json").Output).RootElement;
        json.GetProperty("cells").GetArrayLength().ShouldBe(4);
        json.GetProperty("tensors")[0].GetProperty("type").GetString().ShouldBe("float32");
    }

    [Fact]
    public void Bad_files_and_uses_are_one_sentence_and_leave_nothing_behind()
    {
        string[] before = Directory.GetFiles(folder.Path);
        Run("import", "torch", TorchFixture.Path("calls.pt"), "--cell", "lstm", "--out", folder["a.safetensors"]).Error.ShouldContain("'posix.system'");
        Run("import", "torch", TorchFixture.Path("lstm-1.pt"), "--cell", "transformer", "--out", folder["a.safetensors"]).Code.ShouldBe(2);
        Run("export", "torch", TorchFixture.Path("lstm-1.safetensors"), "--out", folder["a.pt"]).Error.ShouldContain("no model of Cellwright");
        Run("inspect", TorchFixture.Path("missing")).Error.ShouldContain("there is no file");
        Run("inspect", typeof(InterchangeCommandTests).Assembly.Location).Error.ShouldContain("none of the formats");
        Directory.GetFiles(folder.Path).ShouldBe(before);
    }

    [Fact]
    public void Tensors_that_layers_have_no_use_for_are_named()
    {
        Run("import", "torch", TorchFixture.Path("elman-relu-1.pt"), "--cell", "elman-relu", "--out", folder["model.safetensors"]).Code.ShouldBe(0);
        SafetensorsWriter writer = new();
        writer.Add("x", [2, 1, 3], new float[6]);
        writer.Add("W", [1], new float[1]);
        writer.Save(folder["in.safetensors"]);

        (int code, _, string error) = Run("cell", "run", folder["model.safetensors"], "--tensors", folder["in.safetensors"], "--out", folder["out.safetensors"]);
        code.ShouldBe(2);
        error.ShouldContain("no use for a tensor 'W'");
    }

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new() { NewLine = "\n" };
        using StringWriter error = new();
        int code = CommandLine.Run(arguments, output, error);
        code.ShouldBe(error.ToString().Length == 0 ? 0 : 2, error.ToString());
        return (code, output.ToString(), error.ToString());
    }
}
