namespace Cellwright.Layers;

/// <summary>How a <see cref="LayerStream"/> runs.</summary>
public sealed record StreamOptions
{
    /// <summary>The bytes of matrices from which on threads gain more by sharing a step's products than they lose by waiting for each other.</summary>
    public const long LeastSharedBytes = 1 << 17;

    /// <summary>
    /// How the matrices are held that the stream multiplies with; <see cref="WeightFormat.Float32"/> by default. A step at
    /// batch 1 is as fast as the cache that its weights come from, so half the bytes are up to twice the speed. Vectors
    /// and states stay float32. What rounding does to given data is what <see cref="StreamError"/> measures.
    /// </summary>
    public WeightFormat Weights { get; init; }

    /// <summary>
    /// How many threads share a step's products; 1 by default, 0 for one per processor. The others spin for some 20 µs
    /// after a step and then sleep, so this pays where steps follow one another at once. A layer whose matrices take less
    /// than 128 KB (<see cref="LeastSharedBytes"/>) steps with one thread all the same. No result depends on it.
    /// </summary>
    public int Threads { get; init; } = 1;

    /// <summary>The bytes of a layer's matrices from which on threads share them.</summary>
    internal long LeastBytes { get; init; } = LeastSharedBytes;
}
