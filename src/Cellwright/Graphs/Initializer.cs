namespace Cellwright.Graphs;

/// <summary>How a parameter's first values are drawn: the <c>init</c> directive.</summary>
/// <param name="Kind">The distribution.</param>
/// <param name="First">Its first number; see <see cref="InitializerKind"/>.</param>
/// <param name="Second">Its second number.</param>
/// <param name="Blocks">
/// Into how many groups of rows a matrix falls, each drawn as a matrix of its own: the blocks of a block-diagonal matrix,
/// else 1.
/// </param>
public readonly record struct Initializer(InitializerKind Kind, double First = 0, double Second = 0, int Blocks = 1);
