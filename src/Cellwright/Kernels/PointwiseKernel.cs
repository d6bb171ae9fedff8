namespace Cellwright.Kernels;

/// <summary>
/// Runs an elementwise stage over consecutive rows.
/// </summary>
/// <param name="rows">For each buffer that the kernel touches, its first row.</param>
/// <param name="once">For each vector or number that is the same for all rows, its address.</param>
/// <param name="partials">16 floats for each sum over the width.</param>
/// <param name="count">The number of rows, at least 1.</param>
internal unsafe delegate void PointwiseKernel(float** rows, float** once, float* partials, nint count);
