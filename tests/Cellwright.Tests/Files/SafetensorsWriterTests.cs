using System.Buffers.Binary;
using System.Text;
using Cellwright.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Files;

public sealed class SafetensorsWriterTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var writer = new SafetensorsWriter();
        writer.Add("layer0.W_f", [2, 3], new float[] { 1, -2, 3.5f, float.MaxValue, float.Epsilon, -0f });
        writer.Add("scale", [], new[] { Math.PI });
        writer.Add("lengths", [3], new[] { 1L, long.MaxValue, long.MinValue });
        writer.Add("ids", [2], new[] { int.MinValue, 7 });
        writer.Add("generator", [3], new byte[] { 0, 128, 255 });
        writer.Add("none", [0, 4], Array.Empty<float>());
        writer.Metadata["cell"] = "h = tanh(W x + U h[t-1] + b)\n\"σ\"";
        writer.Save(folder["model.safetensors"]);

        using SafetensorsFile file = SafetensorsFile.Open(folder["model.safetensors"]);
        file.Tensors.Select(tensor => tensor.ToString()).ShouldBe(
            ["generator U8 [3]", "ids I32 [2]", "layer0.W_f F32 [2, 3]", "lengths I64 [3]", "none F32 [0, 4]", "scale F64 []"]);
        file.ReadSingles("layer0.W_f").Select(BitConverter.SingleToInt32Bits)
            .ShouldBe(new[] { 1, -2, 3.5f, float.MaxValue, float.Epsilon, -0f }.Select(BitConverter.SingleToInt32Bits));
        file.ReadDoubles("scale").ShouldBe([Math.PI]);
        file.ReadInt64s("lengths").ShouldBe([1, long.MaxValue, long.MinValue]);
        file.ReadInt64s("ids").ShouldBe([int.MinValue, 7]);
        file.ReadBytes("generator").ShouldBe([0, 128, 255]);
        file.ReadSingles("none").ShouldBeEmpty();
        file.Metadata.ShouldBe(new Dictionary<string, string> { ["cell"] = "h = tanh(W x + U h[t-1] + b)\n\"σ\"" });
    }

    [Fact]
    public void The_payload_of_a_NaN_survives()
    {
        int[] patterns = [0x7FC00001, unchecked((int)0xFFC12345), 0x7F800001, 0x7FFFFFFF];
        var writer = new SafetensorsWriter();
        writer.Add("nan", [4], patterns.Select(BitConverter.Int32BitsToSingle).ToArray());
        writer.Save(folder["nan.safetensors"]);

        using SafetensorsFile file = SafetensorsFile.Open(folder["nan.safetensors"]);
        file.ReadSingles("nan").Select(BitConverter.SingleToInt32Bits).ShouldBe(patterns);
    }

    [Fact]
    public void The_data_is_aligned_and_each_tensor_to_its_element()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", [3], new byte[] { 1, 2, 3 });
        writer.Add("b", [1], new[] { 4f });
        writer.Add("c", [1], new[] { 5.0 });
        writer.Metadata["note"] = "x";
        byte[] bytes = Bytes(writer);

        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        (headerLength % 8).ShouldBe(0UL);
        Encoding.UTF8.GetString(bytes, 8, (int)headerLength).TrimEnd(' ').ShouldBe(
            """{"__metadata__":{"note":"x"},"c":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]},"a":{"dtype":"U8","shape":[3],"data_offsets":[12,15]}}""");
        bytes.Length.ShouldBe(8 + (int)headerLength + 15);
    }

    [Fact]
    public void The_order_of_adding_does_not_show()
    {
        var one = new SafetensorsWriter();
        one.Add("a", [1], new[] { 1f });
        one.Add("B", [1], new[] { 2f });
        one.Metadata["p"] = "1";
        one.Metadata["q"] = "2";
        var other = new SafetensorsWriter();
        other.Metadata["q"] = "2";
        other.Metadata["p"] = "1";
        other.Add("B", [1], new[] { 2f });
        other.Add("a", [1], new[] { 1f });

        Bytes(one).ShouldBe(Bytes(other));
    }

    [Fact]
    public void An_empty_file_is_valid()
    {
        SafetensorsFile file = SafetensorsFile.FromMemory(Bytes(new SafetensorsWriter()), "empty");

        file.Tensors.ShouldBeEmpty();
        file.Metadata.ShouldBeEmpty();
    }

    [Fact]
    public void A_tensor_longer_than_a_chunk_is_whole()
    {
        float[] values = [.. Enumerable.Range(0, 200_003).Select(i => (float)i)];
        var writer = new SafetensorsWriter();
        writer.Add("long", [values.Length], values);
        SafetensorsFile file = SafetensorsFile.FromMemory(Bytes(writer), "long");

        file.ReadSingles("long").ShouldBe(values);
        file.ReadDoubles("long").ShouldBe(values.Select(value => (double)value));
    }

    [Fact]
    public void Wrong_names_and_shapes_are_refused()
    {
        var writer = new SafetensorsWriter();
        writer.Add("a", [2], new[] { 1f, 2f });

        Should.Throw<ArgumentException>(() => writer.Add("a", [1], new[] { 1f })).Message.ShouldContain("added twice");
        Should.Throw<ArgumentException>(() => writer.Add("__metadata__", [1], new[] { 1f })).Message.ShouldContain("metadata");
        Should.Throw<ArgumentException>(() => writer.Add("b", [2, 2], new[] { 1f, 2f })).Message.ShouldContain("[2, 2]");
        Should.Throw<ArgumentException>(() => writer.Add("b", [-1], new[] { 1f }));
    }

    private static byte[] Bytes(SafetensorsWriter writer)
    {
        using var stream = new MemoryStream();
        writer.WriteTo(stream);
        return stream.ToArray();
    }
}
