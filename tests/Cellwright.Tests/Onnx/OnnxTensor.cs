using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace Cellwright.Tests.Onnx;

/// <summary>A tensor that goes into ONNX Runtime or comes out of it.</summary>
/// <param name="Name">The name of the input or output.</param>
/// <param name="Type"><c>float32</c>, <c>int32</c>, <c>int64</c> and so on.</param>
/// <param name="Dims">The shape.</param>
/// <param name="Data">The values, little-endian.</param>
internal sealed record OnnxTensor(
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("type")] string Type,
    [property: JsonPropertyName("dims")] int[] Dims,
    [property: JsonPropertyName("data")] byte[] Data)
{
    [JsonIgnore]
    public float[] Floats => [.. MemoryMarshal.Cast<byte, float>(Data)];

    [JsonIgnore]
    public double[] Doubles => Type == "float32" ? [.. Floats.Select(value => (double)value)] : [.. MemoryMarshal.Cast<byte, double>(Data)];

    public static OnnxTensor Of(string name, ReadOnlySpan<float> values, params int[] dims) => new(name, "float32", dims, MemoryMarshal.AsBytes(values).ToArray());

    public static OnnxTensor Of(string name, ReadOnlySpan<int> values, params int[] dims) => new(name, "int32", dims, MemoryMarshal.AsBytes(values).ToArray());

    public static OnnxTensor Of(string name, ReadOnlySpan<long> values, params int[] dims) => new(name, "int64", dims, MemoryMarshal.AsBytes(values).ToArray());
}
