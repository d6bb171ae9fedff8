namespace Cellwright.Onnx.Import;

/// <summary>A whole number that a graph computes from shapes: a factor, times lengths that only a batch will tell.</summary>
/// <param name="Factor">The known part.</param>
/// <param name="Lengths">The lengths it is multiplied with.</param>
internal readonly record struct SymbolicNumber(long Factor, IReadOnlyList<AxisFactor> Lengths)
{
    /// <summary>The number, where no length is in it or every one is known.</summary>
    public long? Known
    {
        get
        {
            long product = Factor;
            foreach (AxisFactor length in Lengths)
            {
                if (length.Size is not { } size)
                {
                    return null;
                }

                product = unchecked(product * size);
            }

            return product;
        }
    }

    /// <summary>Whether it is a plain number.</summary>
    public bool IsPlain => Lengths.Count == 0;

    public static implicit operator SymbolicNumber(long number) => new(number, []);

    /// <summary>The size of an axis.</summary>
    public static SymbolicNumber Of(IReadOnlyList<AxisFactor> axis) => new(1, axis);

    public static SymbolicNumber operator *(SymbolicNumber left, SymbolicNumber right) =>
        new(unchecked(left.Factor * right.Factor), [.. left.Lengths, .. right.Lengths]);

    /// <inheritdoc/>
    public override string ToString() => Lengths.Count == 0 ? $"{Factor}" : $"{(Factor == 1 ? string.Empty : $"{Factor}·")}{string.Join("·", Lengths)}";
}
