namespace Cellwright.Interchange;

/// <summary>A tensor of a file, as <see cref="FileContents"/> lists it.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="Type">The type of its elements: <c>float32</c>, <c>bfloat16</c>, <c>int64</c>, ….</param>
/// <param name="Shape">Its sizes, outermost first; empty for a single number.</param>
public sealed record StoredTensor(string Name, string Type, IReadOnlyList<long> Shape)
{
    /// <summary>How many elements it has.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);
}
