namespace Cellwright.Layers;

/// <summary>How matrices are held that a stream multiplies with.</summary>
public enum WeightFormat
{
    /// <summary>As they are trained, four bytes a number.</summary>
    Float32,

    /// <summary>
    /// Rounded to the nearest bfloat16, ties to even: the upper half of a float32's bits, two bytes a number. Sums are
    /// float32 all the same.
    /// </summary>
    BFloat16,
}
