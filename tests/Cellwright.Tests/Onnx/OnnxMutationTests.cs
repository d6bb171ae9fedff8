using System.Diagnostics;
using System.Globalization;
using Cellwright.Files;
using Cellwright.Onnx.Format;
using Cellwright.Onnx.Import;
using Cellwright.Tests.Interchange;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Onnx;

public class OnnxMutationTests
{
    private const int Files = 300;

    [Fact]
    public void What_is_read_from_a_damaged_file_can_be_built_and_run_or_its_inputs_are_refused()
    {
        OnnxMutations mutations = new(Originals());
        int run = 0;
        for (int number = 0; number < Files; number++)
        {
            byte[] file = FileMutation.Draw(mutations, seed: 3, number);
            if (IsRead(mutations, file))
            {
                Run(file, number);
                run++;
            }
        }

        run.ShouldBeGreaterThan(Files / 20);
    }

    [Fact]
    public void Files_that_would_swell_are_refused_before_they_do()
    {
        // Two bytes a node, one byte a number, text of one byte a letter: each many times itself in memory.
        byte[] nodes = [0x3A, .. Varint(2_000_000), .. Enumerable.Repeat((byte[])[0x0A, 0x00], 1_000_000).SelectMany(pair => pair)];
        byte[] numbers = [0x3A, .. Varint(4_000_008), 0x2A, .. Varint(4_000_004), 0x3A, .. Varint(4_000_000), .. new byte[4_000_000]];
        byte[] text = [0x12, .. Varint(3_000_000), .. Enumerable.Repeat((byte)'a', 3_000_000)];
        foreach (byte[] file in (byte[][])[nodes, numbers, text])
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Should.Throw<InvalidFileException>(() => OnnxFile.Read(file, "swelling"));
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
        }
    }

    [Fact]
    public void Graphs_that_would_swell_are_refused_before_they_do()
    {
        foreach ((string expected, Action<ModelProto> swell) in (IEnumerable<(string, Action<ModelProto>)>)
            [
                ("more deeply than any export does", model => Chain(model, 30, (from, to) => new NodeProto { OpType = "Concat", Input = { from, from }, Output = { to }, Attribute = { Axis(0) } })),
                ("no head", model => Chain(model, 500, (from, to) => new NodeProto { OpType = "Softmax", Input = { from }, Output = { to } }, start: model.Graph.Output[0].Name)),
                ("64 can be imported", model => Chain(model, 100, (from, to) => Deeper(model, from, to), start: Recurrent(model).Input[0], before: Recurrent(model))),
            ])
        {
            ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(ForeignModel.PathOf("onnx-pytorch", "lstm-embedding-softmax")));
            swell(model);

            Should.Throw<InvalidFileException>(() => GraphReader.Read(OnnxFile.Read(model.ToByteArray(), "swelling"), new Dictionary<string, ConstantTensor>())).Message.ShouldContain(expected);
        }
    }

    private static NodeProto Recurrent(ModelProto model) => model.Graph.Node.First(node => node.OpType == "LSTM");

    private static AttributeProto Axis(long axis) => new() { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = axis };

    // An LSTM as wide as what it reads, with the weights of the first.
    private static NodeProto Deeper(ModelProto model, string from, string to)
    {
        if (model.Graph.Initializer.All(tensor => tensor.Name != "w"))
        {
            foreach (string name in (string[])["w", "r"])
            {
                TensorProto tensor = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { 1, 16, 4 } };
                tensor.FloatData.Add(new float[16 * 4]);
                model.Graph.Initializer.Add(tensor);
            }

            model.Graph.Initializer.Add(new TensorProto { Name = "axis", DataType = (int)TensorProto.Types.DataType.Int64, Dims = { 1 }, Int64Data = { 1 } });
        }

        return new NodeProto { OpType = "LSTM", Input = { from, "w", "r" }, Output = { "y" + to } };
    }

    private static void Chain(ModelProto model, int count, Func<string, string, NodeProto> next, string start = "head.bias", NodeProto? before = null)
    {
        string from = start;
        int place = before is null ? model.Graph.Node.Count : model.Graph.Node.IndexOf(before);
        for (int i = 0; i < count; i++)
        {
            string to = $"chained{i}";
            NodeProto node = next(from, to);
            model.Graph.Node.Insert(place++, node);
            if (node.OpType == "LSTM")
            {
                model.Graph.Node.Insert(place++, new NodeProto { OpType = "Squeeze", Input = { node.Output[0], "axis" }, Output = { to } });
            }

            from = to;
        }
    }

    /// <summary>Files of other programs, and of random nodes.</summary>
    internal static List<byte[]> Originals() =>
    [
        .. ((string[])["onnx-operators", "onnx-pytorch", "onnx-keras"]).SelectMany(folder => ForeignModel.Names(folder).Select(name => File.ReadAllBytes(ForeignModel.PathOf(folder, name)))),
        .. Enumerable.Range(1000, 20).Select(seed => RandomNode.Draw(seed).Model.ToByteArray()),
    ];

    private static IEnumerable<byte> Varint(int value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            yield return (byte)(value | 0x80);
        }

        yield return (byte)value;
    }

    private static bool IsRead(OnnxMutations mutations, byte[] file)
    {
        try
        {
            mutations.Read(file);
            return true;
        }
        catch (InvalidFileException problem)
        {
            problem.Problem.ShouldNotContain('\n');
            return false;
        }
    }

    // What was understood can be built and run, or its inputs are refused.
    private static void Run(byte[] file, int number)
    {
        try
        {
            using OnnxModel model = OnnxModel.Read(file, "mutated", threads: 1);
            model.Run(model.Inputs.ToDictionary(input => input.Name, input =>
            {
                int[] shape = [.. input.Shape.Select(size => int.TryParse(size, CultureInfo.InvariantCulture, out int known) ? Math.Min(known, 64) : 2)];
                int count = shape.Aggregate(1, (product, size) => product * size);
                return input.Role is OnnxInputRole.Lengths or OnnxInputRole.Symbols ? OnnxValue.Of(Enumerable.Repeat(1L, count).ToArray(), shape) : OnnxValue.Of(new float[count], shape);
            }));
        }
        catch (ArgumentException)
        {
        }
        catch (Exception problem)
        {
            throw new UnreachableException($"file {number}", problem);
        }
    }
}
