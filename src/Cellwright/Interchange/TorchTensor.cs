namespace Cellwright.Interchange;

/// <summary>A tensor of PyTorch: a view of a storage.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">The element it begins with.</param>
/// <param name="Sizes">Its sizes, outermost first.</param>
/// <param name="Strides">For each size, the elements from one index to the next.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Sizes, long[] Strides) : PickleValue
{
    /// <summary>How many elements it has; at most <see cref="long.MaxValue"/>, which no file holds.</summary>
    public long Count => StoredTensor.CountOf(Sizes);

    /// <summary>Whether elements lie one behind the other in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Sizes.Length - 1; i >= 0; i--)
            {
                if (Sizes[i] != 1 && Strides[i] != expected)
                {
                    return false;
                }

                expected *= Sizes[i];
            }

            return true;
        }
    }

    /// <summary>Whether every element is inside of the storage.</summary>
    public bool Fits
    {
        get
        {
            if (Sizes.Length != Strides.Length || Offset < 0 || Sizes.Any(size => size < 0) || Strides.Any(stride => stride < 0))
            {
                return false;
            }

            if (Sizes.Contains(0))
            {
                return Offset <= Storage.Count;
            }

            UInt128 last = (UInt128)Offset;
            for (int i = 0; i < Sizes.Length; i++)
            {
                last += (UInt128)(Sizes[i] - 1) * (UInt128)Strides[i];
                if (last >= (UInt128)Storage.Count)
                {
                    return false;
                }
            }

            return last < (UInt128)Storage.Count;
        }
    }
}
