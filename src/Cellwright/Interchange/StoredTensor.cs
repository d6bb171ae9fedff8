namespace Cellwright.Interchange;

/// <summary>A tensor of a file, as <see cref="FileContents"/> lists it.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">The type of its elements: <c>float32</c>, <c>bfloat16</c>, <c>int64</c>, ….</param>
/// <param name="Shape">Its sizes, outermost first; empty for a single number.</param>
public sealed record StoredTensor(string Name, string Type, IReadOnlyList<long> Shape)
{
    /// <summary>How many elements it has; at most <see cref="long.MaxValue"/>, which no file holds.</summary>
    public long Count => CountOf(Shape);

    internal static long CountOf(IReadOnlyList<long> shape) => shape.Contains(0)
        ? 0
        : (long)shape.Aggregate(UInt128.One, (count, size) => UInt128.Min(count * (UInt128)size, long.MaxValue));
}
