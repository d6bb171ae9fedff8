using System.Buffers.Binary;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Interchange;
using Cellwright.Layers;

namespace Cellwright.Tests.Interchange;

/// <summary>Damaged safetensors files: tensors of every type, weights of PyTorch, and layers of ours.</summary>
internal sealed class SafetensorsMutations : IFileMutations
{
    private static readonly string[] Words =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-1", "9999999999999999999", "1e9", "null", "F64", "BOOL", "\\ud800", "\"shape\"", "\"data_offsets\"", "__metadata__",
        "\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},", "2147483647", "cellwright.layers", "hidden", "[[[[[[[[",
    ];

    private readonly byte[][] valid;

    public SafetensorsMutations()
    {
        valid = [AllTypes(), Module(), Layers()];
    }

    public string Name => "safetensors";

    public byte[] Draw(Random random)
    {
        byte[] file = valid[random.Next(valid.Length)];
        if (random.Next(3) == 0)
        {
            return ByteDamage.Of(file, random, Words);
        }

        // Damage to the JSON under a length that is true, so that it reaches the layout and what reads the metadata.
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        byte[] header = ByteDamage.Of(file.AsSpan(8, length), random, Words);
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        return [.. prefix, .. header, .. file.AsSpan(8 + length)];
    }

    public void Read(byte[] bytes)
    {
        using SafetensorsFile file = SafetensorsFile.FromMemory(bytes, "damaged");
        foreach (SafetensorsEntry entry in file.Tensors)
        {
            _ = file.ViewBytes(entry.Name);
            _ = file.ReadSingles(entry.Name);
        }

        if (new ModelMetadata(file).Kind.Length > 0)
        {
            LayerFile.Read(file, threads: 1, trace: false).Dispose();
        }
        else if (file.Contains("weight_ih_l0"))
        {
            using SafetensorsDictionary weights = SafetensorsDictionary.Of(file);
            TorchImport.Read(weights, "elman", null, threads: 1).Stack.Dispose();
        }
    }

    private static byte[] Bytes(SafetensorsWriter writer)
    {
        using MemoryStream stream = new();
        writer.WriteTo(stream);
        return stream.ToArray();
    }

    private static byte[] AllTypes()
    {
        SafetensorsWriter writer = new();
        writer.Metadata["k"] = "v";
        float[] values = [1.5f, -2, float.NaN, 4, 5, 6];
        foreach (SafetensorsType type in new[] { SafetensorsType.Float64, SafetensorsType.Float32, SafetensorsType.Float16, SafetensorsType.BFloat16 })
        {
            writer.AddAs(type.ToString(), type, [2, 3], values);
        }

        writer.Add("long", [3], new long[] { 1, -2, 3 });
        writer.Add("int", [], new[] { 7 });
        writer.Add("byte", [0], Array.Empty<byte>());
        return Bytes(writer);
    }

    private static byte[] Module()
    {
        SafetensorsWriter writer = new();
        writer.Add("weight_ih_l0", [2, 3], new float[6]);
        writer.Add("weight_hh_l0", [2, 2], new float[4]);
        writer.Add("bias_ih_l0", [2], new float[2]);
        writer.Add("bias_hh_l0", [2], new float[2]);
        return Bytes(writer);
    }

    private static byte[] Layers()
    {
        SafetensorsWriter writer = new();
        Cell cell = Cell.Parse("h = tanh(W x + U h[t-1] + b)", "small");
        Dictionary<string, int> sizes = new() { ["input"] = 3, ["hidden"] = 2 };
        using LayerStack stack = new([new Layer(cell, sizes, 1), new BidirectionalLayer(new Layer(cell, new Dictionary<string, int> { ["input"] = 2, ["hidden"] = 2 }, 1), new Layer(cell, new Dictionary<string, int> { ["input"] = 2, ["hidden"] = 2 }, 1))]);
        LayerFile.AddTo(writer, stack);
        return Bytes(writer);
    }
}
