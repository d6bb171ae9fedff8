namespace Cellwright.Onnx.Export;

/// <summary>The size of one axis of a tensor: a number, or a name where each run may choose.</summary>
/// <param name="Size">The number.</param>
/// <param name="Name">The name; null for a number.</param>
internal readonly record struct OnnxAxis(long Size, string? Name = null)
{
    /// <summary>The steps of the longest sequence.</summary>
    public static OnnxAxis Time { get; } = new(0, "time");

    /// <summary>The sequences side by side.</summary>
    public static OnnxAxis Batch { get; } = new(0, "batch");

    /// <summary>A number.</summary>
    public static implicit operator OnnxAxis(long size) => new(size);
}
