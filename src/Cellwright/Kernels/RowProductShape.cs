namespace Cellwright.Kernels;

/// <summary>Compiled code for products of one row.</summary>
/// <param name="table">Addresses: of the start, of the result, then for each term its operands one after the other and its matrix.</param>
internal unsafe delegate void RowProductKernel(nint* table);

/// <summary>What a kernel for one row is compiled for: terms that add to one result, each as a product of its own would.</summary>
/// <param name="Panels">The panels of 16 columns of the result.</param>
/// <param name="HasStart">Whether sums start from values rather than 0.</param>
/// <param name="IsNarrow">Whether the matrices are held as bfloat16, as a <see cref="BFloat16Matrix"/> has them.</param>
/// <param name="IsDescending">
/// Whether the last columns come first, which no sum depends on. Taken in turns, what a cache could not hold all of is
/// partly still there: the columns of the pass before that came last.
/// </param>
/// <param name="Terms">The terms, in order.</param>
internal sealed record RowProductShape(int Panels, bool HasStart, bool IsNarrow, bool IsDescending, IReadOnlyList<RowProductTerm> Terms)
{
    /// <inheritdoc/>
    public bool Equals(RowProductShape? other) => other is not null && Panels == other.Panels && HasStart == other.HasStart && IsNarrow == other.IsNarrow && IsDescending == other.IsDescending
        && Terms.SequenceEqual(other.Terms);

    /// <inheritdoc/>
    public override int GetHashCode() => Terms.Aggregate(HashCode.Combine(Panels, HasStart, IsNarrow, IsDescending), HashCode.Combine);
}

/// <summary>One matrix of a product of one row.</summary>
/// <param name="Runs">Into how many runs its sums are cut, as <see cref="PackedMatrix.RunsOf"/> says.</param>
/// <param name="Counts">The k of each operand, one behind the other; a single one where there are several runs.</param>
internal sealed record RowProductTerm(int Runs, IReadOnlyList<int> Counts)
{
    /// <summary>The length of the sums.</summary>
    public int K { get; } = Counts.Sum();

    /// <inheritdoc/>
    public bool Equals(RowProductTerm? other) => other is not null && Runs == other.Runs && Counts.SequenceEqual(other.Counts);

    /// <inheritdoc/>
    public override int GetHashCode() => Counts.Aggregate(Runs, HashCode.Combine);
}
