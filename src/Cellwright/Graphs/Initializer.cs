namespace Cellwright.Graphs;

/// <summary>How a parameter's first values are drawn: the <c>init</c> directive.</summary>
/// <param name="Kind">The distribution.</param>
/// <param name="First">Its first number; see <see cref="InitializerKind"/>.</param>
/// <param name="Second">Its second number.</param>
public readonly record struct Initializer(InitializerKind Kind, double First = 0, double Second = 0);
