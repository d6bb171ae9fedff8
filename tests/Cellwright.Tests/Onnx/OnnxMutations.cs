using Cellwright.Onnx.Format;
using Cellwright.Onnx.Import;
using Cellwright.Tests.Interchange;
using Google.Protobuf;
using Attributes = Cellwright.Onnx.Format.AttributeProto.Types.AttributeType;

namespace Cellwright.Tests.Onnx;

/// <summary>Damaged ONNX files: valid ones with bytes changed, or with messages changed that still read as messages.</summary>
/// <param name="valid">Valid files.</param>
internal sealed class OnnxMutations(IReadOnlyList<byte[]> valid) : IFileMutations
{
    private static readonly string[] Words =
        ["\u00ff\u00ff\u00ff\u00ff\u000f", "LSTM", "Loop", "Scan", "axis", "direction", "bidirectional", "Softmax", "\u0012\u0000", "\u003a\u0002\u000a\u0000", "\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f"];

    private static readonly long[] Extremes = [0, 1, -1, 2, 7, 64, 1 << 20, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 1L << 40];
    private static readonly float[] Floats = [0f, -1f, 1e-30f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue];

    public string Name => "onnx";

    public byte[] Draw(Random random)
    {
        byte[] file = valid[random.Next(valid.Count)];
        if (random.Next(2) == 0)
        {
            return ByteDamage.Of(file, random, Words);
        }

        ModelProto model = ModelProto.Parser.ParseFrom(file);
        for (int changes = 1 + random.Next(4); changes > 0; changes--)
        {
            Change(model, random);
        }

        return model.ToByteArray();
    }

    public void Read(byte[] bytes)
    {
        OnnxFile file = OnnxFile.Read(bytes, "damaged");
        OnnxModelFormat.Inspect(file);
        GraphReader.Read(file, new Dictionary<string, ConstantTensor>());
    }

    private static void Change(ModelProto model, Random random)
    {
        T? Any<T>(IList<T> list)
            where T : class => list.Count == 0 ? null : list[random.Next(list.Count)];
        long extreme = Extremes[random.Next(Extremes.Length)];
        GraphProto graph = model.Graph;
        NodeProto? node = Any(graph.Node);
        TensorProto? tensor = random.Next(2) == 0 ? Any(graph.Initializer) : Any(graph.Node.SelectMany(each => each.Attribute).Select(each => each.T).Where(each => each is not null).ToList());
        AttributeProto? attribute = Any(graph.Node.SelectMany(each => each.Attribute).ToList());
        switch (random.Next(16))
        {
            case 0 when tensor is { Dims.Count: > 0 }:
                tensor.Dims[random.Next(tensor.Dims.Count)] = extreme;
                break;
            case 1 when tensor is not null:
                tensor.Dims.Insert(random.Next(tensor.Dims.Count + 1), extreme);
                break;
            case 2 when tensor is not null:
                tensor.DataType = random.Next(-1, 24);
                break;
            case 3 when tensor is { HasRawData: true }:
                byte[] raw = tensor.RawData.ToByteArray();
                tensor.RawData = random.Next(2) == 0 ? ByteString.CopyFrom(raw, 0, random.Next(raw.Length + 1)) : ByteString.CopyFrom([.. raw, .. raw]);
                break;
            case 4 when tensor is { HasRawData: true, RawData.Length: >= 8 }:
                byte[] values = tensor.RawData.ToByteArray();
                BitConverter.GetBytes(extreme).CopyTo(values, random.Next(values.Length / 8) * 8);
                tensor.RawData = ByteString.CopyFrom(values);
                break;
            case 5 when tensor is not null:
                tensor.DataLocation = TensorProto.Types.DataLocation.External;
                tensor.ExternalData.Add(new StringStringEntryProto { Key = "location", Value = "../../etc/passwd" });
                break;
            case 6 when attribute is not null:
                attribute.I = extreme;
                attribute.F = Floats[random.Next(Floats.Length)];
                break;
            case 7 when attribute is not null:
                attribute.Type = (Attributes)random.Next(15);
                attribute.Ints.Add(extreme);
                attribute.Floats.Add(Floats[random.Next(Floats.Length)]);
                attribute.Strings.Add(ByteString.CopyFromUtf8("Relu"));
                break;
            case 8 when attribute is not null && Any(graph.Node.SelectMany(each => each.Attribute).ToList()) is { } other:
                (attribute.Name, other.Name) = (other.Name, attribute.Name);
                break;
            case 9 when node is not null && Any(graph.Node) is { } other:
                (node.OpType, other.OpType) = (other.OpType, node.OpType);
                break;
            case 10 when node is { Input.Count: > 0 } && Any(graph.Node) is { Input.Count: > 0 } other:
                node.Input[random.Next(node.Input.Count)] = other.Input[random.Next(other.Input.Count)];
                break;
            case 11 when node is { Input.Count: > 0 } && Any(graph.Node) is { Output.Count: > 0 } other:
                node.Input[random.Next(node.Input.Count)] = other.Output[random.Next(other.Output.Count)];
                break;
            case 12 when node is not null && Any(graph.Node) is { } other:
                graph.Node.Remove(node);
                if (random.Next(2) == 0)
                {
                    graph.Node.Insert(graph.Node.IndexOf(other) + 1, node);
                }

                break;
            case 13 when Any(graph.Input)?.Type?.TensorType?.Shape is { } shape:
                shape.Dim.Insert(random.Next(shape.Dim.Count + 1), new TensorShapeProto.Types.Dimension { DimValue = extreme });
                if (random.Next(2) == 0)
                {
                    shape.Dim.RemoveAt(random.Next(shape.Dim.Count));
                }

                break;
            case 14:
                model.OpsetImport[0].Version = extreme;
                break;
            case 15 when node is not null:
                // A chain that doubles what it reads with every node.
                string name = node.Input.Count > 0 ? node.Input[0] : "x";
                for (int i = 0; i < 40; i++)
                {
                    NodeProto twice = new() { OpType = "Concat", Input = { name, name }, Output = { $"twice{i}" }, Attribute = { new AttributeProto { Name = "axis", Type = Attributes.Int, I = 0 } } };
                    graph.Node.Insert(Math.Max(graph.Node.IndexOf(node), 0), twice);
                    node = twice;
                    name = twice.Output[0];
                }

                break;
        }
    }
}
