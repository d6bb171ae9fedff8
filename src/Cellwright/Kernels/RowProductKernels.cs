using System.Runtime.CompilerServices;

namespace Cellwright.Kernels;

/// <summary>The kernels for products of one row, compiled on first use of a shape and kept.</summary>
internal static class RowProductKernels
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<(RowProductShape, int Lanes), RowProductKernel> Known = [];

    /// <summary>Whether there are any on this machine; elsewhere products of one row are products as all others.</summary>
    public static bool AreSupported => VectorWidth.Current.Lanes > 1;

    /// <summary>The code for a shape and this machine's vectors.</summary>
    public static RowProductKernel Get(RowProductShape shape) => Get(shape, VectorWidth.Current);

    /// <summary>The code for a shape and vectors of 8 or 16 floats.</summary>
    public static RowProductKernel Get(RowProductShape shape, VectorWidth width)
    {
        lock (Gate)
        {
            if (!Known.TryGetValue((shape, width.Lanes), out RowProductKernel? kernel))
            {
                kernel = new RowProductGenerator(shape, width).Generate();
                RuntimeHelpers.PrepareDelegate(kernel);
                Known.Add((shape, width.Lanes), kernel);
            }

            return kernel;
        }
    }
}
