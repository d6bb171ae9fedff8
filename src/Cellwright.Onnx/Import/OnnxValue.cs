namespace Cellwright.Onnx.Import;

/// <summary>A tensor that goes into an imported model or comes out of it: fractions or whole numbers, row-major.</summary>
public sealed class OnnxValue
{
    private readonly float[]? singles;
    private readonly long[]? wholes;

    private OnnxValue(float[]? singles, long[]? wholes, int[] shape)
    {
        long count = shape.Aggregate(1L, (product, size) => size < 0 ? -1 : product * size);
        int length = singles?.Length ?? wholes!.Length;
        if (length != count)
        {
            throw new ArgumentException($"{length} values do not fill [{string.Join(", ", shape)}]", nameof(shape));
        }

        this.singles = singles;
        this.wholes = wholes;
        Shape = shape;
    }

    /// <summary>The sizes, outermost first.</summary>
    public IReadOnlyList<int> Shape { get; }

    /// <summary>Whether it holds whole numbers.</summary>
    public bool IsWhole => wholes is not null;

    /// <summary>The fractions.</summary>
    /// <exception cref="InvalidOperationException">It holds whole numbers.</exception>
    public ReadOnlySpan<float> Singles => singles ?? throw new InvalidOperationException("the tensor holds whole numbers");

    /// <summary>The whole numbers.</summary>
    /// <exception cref="InvalidOperationException">It holds fractions.</exception>
    public ReadOnlySpan<long> Wholes => wholes ?? throw new InvalidOperationException("the tensor holds fractions");

    /// <summary>Fractions.</summary>
    /// <param name="values">The values, which are not copied.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <exception cref="ArgumentException">The values do not fill the shape.</exception>
    public static OnnxValue Of(float[] values, params int[] shape) => new(values ?? throw new ArgumentNullException(nameof(values)), null, shape);

    /// <summary>Whole numbers.</summary>
    /// <param name="values">The values, which are not copied.</param>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <exception cref="ArgumentException">The values do not fill the shape.</exception>
    public static OnnxValue Of(long[] values, params int[] shape) => new(null, values ?? throw new ArgumentNullException(nameof(values)), shape);

    internal ConstantTensor ToConstant() => wholes is not null ? ConstantTensor.Of(wholes, [.. Shape]) : ConstantTensor.Of(singles!, [.. Shape]);
}
