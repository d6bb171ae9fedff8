namespace Cellwright.Kernels;

/// <summary>Compiled code for one shape of tile.</summary>
internal unsafe delegate void MatrixKernel(MatrixTile* tile);

/// <summary>Where a matrix kernel finds its left operand.</summary>
internal enum MatrixKernelKind
{
    /// <summary>Rows apart by a stride, k next to each other; the right operand is packed panels.</summary>
    Product,

    /// <summary>Rows next to each other, k apart by a stride; so is the right operand's k.</summary>
    Gradient,

    /// <summary>As a gradient, but the tile's last row has ones for a left operand: the totals of the right one's columns.</summary>
    GradientWithTotals,
}

/// <summary>The shape of tile that a kernel is compiled for.</summary>
/// <param name="Kind">Where the operands lie.</param>
/// <param name="Rows">Rows of the tile.</param>
/// <param name="Panels">Panels of 16 columns.</param>
/// <param name="Runs">
/// 0: one chain that starts from the start. Otherwise that many runs at once, each summed from zero, then added to the
/// start in order.
/// </param>
internal readonly record struct MatrixKernelShape(MatrixKernelKind Kind, int Rows, int Panels, int Runs);
