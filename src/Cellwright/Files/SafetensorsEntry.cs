using System.Collections.Immutable;

namespace Cellwright.Files;

/// <summary>What a safetensors file says of one tensor.</summary>
public sealed class SafetensorsEntry
{
    internal SafetensorsEntry(string name, SafetensorsType type, ImmutableArray<int> shape, long begin, long end)
    {
        Name = name;
        Type = type;
        Shape = shape;
        Begin = begin;
        End = end;
    }

    /// <summary>The tensor's name.</summary>
    public string Name { get; }

    /// <summary>The type of its elements in the file.</summary>
    public SafetensorsType Type { get; }

    /// <summary>Its sizes, outermost first; empty for a single number.</summary>
    public ImmutableArray<int> Shape { get; }

    /// <summary>How many elements it has: the product of <see cref="Shape"/>.</summary>
    public long Count => (End - Begin) / Type.Size();

    // Bytes of the data section, checked against the file's length.
    internal long Begin { get; }

    internal long End { get; }

    /// <summary>Name, type and shape: <c>layer0.W F32 [7, 5]</c>.</summary>
    public override string ToString() => $"{Name} {Type.Code()} [{string.Join(", ", Shape)}]";
}
