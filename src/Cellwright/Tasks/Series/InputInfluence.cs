namespace Cellwright.Tasks.Series;

/// <summary>How a forecast follows one input.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Gradients">
/// By how many of its deviations the forecast rises for each deviation that the input is higher, row by row: [0] is the
/// last row, [1] the one before; of <see cref="InputKind.Ahead"/> [0] is the first row ahead, as far as it is known.
/// </param>
public sealed record InputInfluence(string Name, InputKind Kind, IReadOnlyList<double> Gradients)
{
    /// <summary>The sum of the gradients' sizes.</summary>
    public double Size => Gradients.Sum(Math.Abs);
}
