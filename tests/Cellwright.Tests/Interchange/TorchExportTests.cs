using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Interchange;
using Cellwright.Layers;
using Cellwright.Tasks;
using Cellwright.Tests.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Interchange;

public sealed class TorchExportTests
{
    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = 3, ["hidden"] = 4, ["projection"] = 2 };

    public static TheoryData<string, string, string> Files
    {
        get
        {
            TheoryData<string, string, string> data = [];
            foreach ((string name, string cell) in TorchFixture.Modules)
            {
                data.Add(name, cell, "out.pt");
                data.Add(name, cell, "out.safetensors");
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void An_exported_import_has_the_names_and_shapes_of_PyTorch_and_imports_to_the_same_bits(string name, string cell, string file)
    {
        using TemporaryFolder folder = new();
        using StateDictionary theirs = StateDictionary.Open(TorchFixture.Path(name + ".pt"));
        TorchImport import = TorchFixture.Import(name + ".pt", cell);
        using LayerStack stack = import.Stack;

        TorchExport export = TorchExport.Of(stack);
        export.Save(folder[file]);
        export.Module.ShouldBe(import.Module);
        Dictionary<string, string> ours = export.Tensors.ToDictionary(tensor => tensor.Name, tensor => string.Join(", ", tensor.Shape));
        foreach (StoredTensor tensor in theirs.Tensors)
        {
            ours[tensor.Name].ShouldBe(string.Join(", ", tensor.Shape), tensor.Name);
        }

        using LayerStack again = TorchImport.Read(folder[file], cell, threads: 1).Stack;
        foreach ((Parameter first, Parameter second) in again.Parameters.Zip(stack.Parameters))
        {
            first.Values.ToArray().ShouldBe(second.Values.ToArray(), first.Name);
        }
    }

    [Fact]
    public void Tensors_are_written_in_the_order_in_which_a_module_of_PyTorch_registers_them()
    {
        using StateDictionary theirs = StateDictionary.Open(TorchFixture.Path("lstm-projected.pt"));
        using LayerStack stack = TorchFixture.Import("lstm-projected.pt", "lstm").Stack;

        TorchExport.Of(stack).Tensors.Select(tensor => tensor.Name).ShouldBe(theirs.Tensors.Select(tensor => tensor.Name));
    }

    [Fact]
    public void Coupled_gates_become_two_gates_with_opposite_weights_that_compute_the_same()
    {
        using TemporaryFolder folder = new();
        using LayerStack coupled = Stack("lstm-coupled");
        TorchExport.Of(coupled).Save(folder["coupled.pt"]);
        using LayerStack plain = TorchImport.Read(folder["coupled.pt"], "lstm", threads: 1).Stack;

        float[] x = [.. Enumerable.Range(0, 30).Select(i => MathF.Sin(i * i))];
        float[] first = new float[40];
        float[] second = new float[40];
        coupled.Forward(x, 10, 1, [], null, first, null);
        plain.Forward(x, 10, 1, [], null, second, null);
        TorchFixture.Difference(first, second).ShouldBeLessThan(1e-6);
    }

    [Theory]
    [InlineData("gru", "resets before the product")]
    [InlineData("lstm-peephole", "has peepholes")]
    [InlineData("memory", "another function than tanh")]
    [InlineData("sru", "none of the standard operators")]
    public void A_cell_that_PyTorch_lacks_is_refused_for_what_it_is(string cell, string reason)
    {
        using LayerStack stack = Stack(cell);

        Should.Throw<NotSupportedException>(() => TorchExport.Of(stack)).Message.ShouldContain(reason);
    }

    [Theory]
    [InlineData("h = sin(W x + U h[t-1] + b)", "none of the standard operators")]
    [InlineData("h = softsign(W x + U h[t-1] + b)", "torch.nn.RNN has tanh and relu")]
    [InlineData("state h = 0.5\nh = tanh(W x + U h[t-1] + b)", "states that are not 0")]
    [InlineData("h = tanh(clip(W x + U h[t-1] + b, -3, 3))", "clips its gates")]
    public void A_cell_of_ones_own_that_PyTorch_lacks_is_refused(string text, string reason)
    {
        using LayerStack stack = new([new Layer(Cell.Parse(text), Sizes, threads: 1)]);

        Should.Throw<NotSupportedException>(() => TorchExport.Of(stack)).Message.ShouldContain(reason);
    }

    [Fact]
    public void Layers_that_are_no_one_module_are_refused()
    {
        using LayerStack mixed = new([new Layer(Cell.Named("elman"), Sizes, 1), new Layer(Cell.Named("elman-relu"), new Dictionary<string, int> { ["input"] = 4, ["hidden"] = 4 }, 1)]);
        using LayerStack residual = new([new Layer(Cell.Named("elman"), Sizes, 1), new Layer(Cell.Named("elman"), new Dictionary<string, int> { ["input"] = 4, ["hidden"] = 4 }, 1)], residual: true);

        Should.Throw<NotSupportedException>(() => TorchExport.Of(mixed)).Message.ShouldContain("several cells");
        Should.Throw<NotSupportedException>(() => TorchExport.Of(residual)).Message.ShouldContain("residual");
    }

    [Theory]
    [InlineData(SafetensorsType.Float64)]
    [InlineData(SafetensorsType.Float16)]
    [InlineData(SafetensorsType.BFloat16)]
    public void Numbers_are_stored_in_the_type_asked_for_in_both_kinds_of_file(SafetensorsType type)
    {
        using TemporaryFolder folder = new();
        using LayerStack stack = Stack("elman");
        TorchExport export = TorchExport.Of(stack);
        export.Save(folder["out.pt"], type);
        export.Save(folder["out.safetensors"], type);

        using StateDictionary torch = StateDictionary.Open(folder["out.pt"]);
        using StateDictionary safe = StateDictionary.Open(folder["out.safetensors"]);
        torch.Tensors.ShouldAllBe(tensor => tensor.Type == type.ToString().ToLowerInvariant());
        float[] first = new float[12];
        float[] second = new float[12];
        torch.Read("weight_ih_l0", 0, first);
        safe.Read("weight_ih_l0", 0, second);
        first.ShouldBe(second);
        TorchFixture.Difference(first, stack.Parameters[0].Values).ShouldBeLessThan(type == SafetensorsType.Float64 ? 1e-30 : 2e-3);
    }

    [Fact]
    public void A_text_model_is_an_embedding_a_module_and_a_head()
    {
        TextModelDesign design = new() { Cells = [Cell.Named("lstm"), Cell.Named("lstm")], Sizes = new Dictionary<string, int> { ["input"] = 5, ["hidden"] = 4 } };
        using TextModel model = TextModel.Create(design, CharacterVocabulary.Of("abcdef"), seed: 1, threads: 1);

        TorchExport export = TorchExport.Of(model);
        export.Tensors.Select(tensor => $"{tensor.Name} [{string.Join(", ", tensor.Shape)}]").Where(line => !line.StartsWith("rnn.", StringComparison.Ordinal))
            .ShouldBe(["embedding.weight [6, 5]", "head.weight [6, 4]", "head.bias [6]"]);
        export.Tensors.Select(tensor => tensor.Name).ShouldContain("rnn.weight_ih_l1");
        export.Python("a\"b.pt").ShouldContain("rnn.load_state_dict(torch.load(\"a\\\"b.pt\"))");
    }

    private static LayerStack Stack(string cell)
    {
        LayerStack stack = new([new Layer(Cell.Named(cell), cell == "sru" ? new Dictionary<string, int> { ["input"] = 3, ["hidden"] = 4 } : Sizes, threads: 1)]);
        stack.Initialize(seed: 5);
        return stack;
    }
}
