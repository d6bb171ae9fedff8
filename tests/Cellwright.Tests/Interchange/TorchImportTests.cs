using Cellwright.Files;
using Cellwright.Interchange;
using Cellwright.Layers;
using Cellwright.Tests.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Interchange;

public sealed class TorchImportTests
{
    public static TheoryData<string, string> Modules
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach ((string name, string cell) in TorchFixture.Modules)
            {
                data.Add(name, cell);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Imported_layers_compute_what_the_module_of_PyTorch_does(string name, string cell)
    {
        TorchImport import = TorchFixture.Import(name + ".pt", cell);
        using LayerStack stack = import.Stack;

        import.LeftOut.ShouldBeEmpty();
        TorchFixture.ShouldAgree(stack, name);
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Saved_and_opened_layers_give_the_same_bits(string name, string cell)
    {
        using TemporaryFolder folder = new();
        using LayerStack stack = TorchFixture.Import(name + ".pt", cell).Stack;
        stack.Save(folder["model.safetensors"]);
        using LayerStack opened = LayerStack.Open(folder["model.safetensors"], threads: 1);

        opened.Parameters.Select(parameter => parameter.Name).ShouldBe(stack.Parameters.Select(parameter => parameter.Name));
        foreach ((Parameter ours, Parameter theirs) in opened.Parameters.Zip(stack.Parameters))
        {
            ours.Values.ToArray().ShouldBe(theirs.Values.ToArray());
        }

        TorchFixture.ShouldAgree(opened, name);
    }

    [Fact]
    public void What_a_module_is_made_of_is_read_off_its_tensors()
    {
        TorchImport import = TorchFixture.Import("lstm-projected.pt", "lstm");
        using LayerStack stack = import.Stack;

        import.Module.ToString().ShouldBe("torch.nn.LSTM(3, 4, num_layers=2, bidirectional=True, proj_size=2)");
        ((Layer)((BidirectionalLayer)stack.Layers[1]).AgainstTime).Cell.Name.ShouldBe("lstm-projected");
        (stack.InputWidth, stack.OutputWidth).ShouldBe((3, 4));
    }

    [Theory]
    [InlineData("lstm-1.safetensors", 0)]
    [InlineData("protocol4.pt", 0)]
    [InlineData("parameters.pt", 0)]
    [InlineData("transposed.pt", 0)]
    [InlineData("shared.pt", 0)]
    [InlineData("cell.pt", 0)]
    [InlineData("double.pt", 0)]
    [InlineData("checkpoint.pth", 0)]
    [InlineData("lstm-1-half.safetensors", 1.0 / 2048)]
    [InlineData("bfloat16.pt", 1.0 / 256)]
    public void The_same_weights_in_another_wrapping_are_the_same_layers(string file, double relative)
    {
        using LayerStack plain = TorchFixture.Import("lstm-1.pt", "lstm").Stack;
        using LayerStack wrapped = TorchFixture.Import(file, "lstm").Stack;

        foreach ((Parameter ours, Parameter theirs) in wrapped.Parameters.Zip(plain.Parameters))
        {
            // A bias is the sum of two, each rounded.
            double allowed = 2 * relative * Math.Max(0.5, theirs.Values.ToArray().Max(Math.Abs));
            TorchFixture.Difference(ours.Values, theirs.Values).ShouldBeLessThanOrEqualTo(allowed, ours.Name);
        }
    }

    [Fact]
    public void A_checkpoint_names_its_prefix_and_what_was_left_out()
    {
        TorchImport import = TorchFixture.Import("checkpoint.pth", "lstm");
        import.Stack.Dispose();

        import.Prefix.ShouldBe("state_dict.module.encoder.lstm.");
        import.LeftOut.ShouldBe(["state_dict.module.head.bias", "state_dict.module.head.weight"]);
    }

    [Fact]
    public void Of_several_modules_one_is_chosen_by_its_prefix()
    {
        TorchFixture.Import("two-modules.pt", "lstm", "b").Stack.Dispose();

        Should.Throw<InvalidFileException>(() => TorchFixture.Import("two-modules.pt", "lstm")).Message.ShouldContain("2 recurrent modules, under the prefixes \"a.\", \"b.\"");
        Should.Throw<InvalidFileException>(() => TorchFixture.Import("two-modules.pt", "lstm", "c")).Message.ShouldContain("no recurrent module under the prefix 'c.'");
    }

    [Theory]
    [InlineData("calls.pt", "lstm", "'posix.system'")]
    [InlineData("module.pt", "lstm", "'torch.nn.modules.rnn.LSTM'")]
    [InlineData("legacy.pt", "lstm", "before 1.6")]
    [InlineData("script.pt", "lstm", "TorchScript")]
    [InlineData("list.pt", "lstm", "no dictionary")]
    [InlineData("lstm-1.pt", "gru", "no weight of torch.nn.GRU")]
    [InlineData("lstm-projected.pt", "elman", "only torch.nn.LSTM has")]
    [InlineData("gru-2-both.pt", "lstm", "[12, 4] where [12, 3] was expected")]
    [InlineData("missing.pt", "lstm", "there is no such file")]
    public void What_is_no_such_module_is_refused_for_what_it_is(string file, string cell, string reason)
    {
        Should.Throw<InvalidFileException>(() => TorchFixture.Import(file, cell)).Message.ShouldContain(reason);
        File.Exists(Path.Combine(Path.GetTempPath(), "cellwright-was-here")).ShouldBeFalse();
    }

    [Fact]
    public void A_changed_byte_of_a_storage_is_noticed()
    {
        byte[] bytes = File.ReadAllBytes(TorchFixture.Path("lstm-1.pt"));
        float first = SafetensorsFile.Open(TorchFixture.Path("lstm-1.safetensors")).ReadSingles("weight_ih_l0")[0];
        int place = bytes.AsSpan().IndexOf(BitConverter.GetBytes(first));
        bytes[place] ^= 1;

        using TorchFile file = TorchFile.Of(FileBytes.FromMemory(bytes, "damaged.pt"));
        Should.Throw<InvalidFileException>(() => TorchImport.Read(file, "lstm", null, 1)).Message.ShouldContain("do not fit their checksum");
    }

    [Fact]
    public void Streamed_imported_layers_give_the_bits_of_a_batch()
    {
        using LayerStack stack = TorchFixture.Import("lstm-2.pt", "lstm").Stack;
        float[] x = [.. Enumerable.Range(0, 15).Select(i => MathF.Sin(i))];
        float[] whole = new float[5 * stack.OutputWidth];
        stack.Forward(x, 5, 1, [], null, whole, null);

        using LayerStream stream = stack.CreateStream();
        float[] streamed = new float[whole.Length];
        for (int t = 0; t < 5; t++)
        {
            stream.Step(x.AsSpan(3 * t, 3), streamed.AsSpan(t * stack.OutputWidth, stack.OutputWidth));
        }

        streamed.ShouldBe(whole);
    }
}
