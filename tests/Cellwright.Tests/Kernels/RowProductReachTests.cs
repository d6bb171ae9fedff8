using System.Runtime.InteropServices;
using Cellwright.Kernels;
using Cellwright.Tensors;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Kernels;

public sealed unsafe class RowProductReachTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_matrix_of_more_than_two_gibibytes_is_read_to_its_end(bool isDescending)
    {
        // Pages that are only read take no memory on Linux alone, and without vectors there are no such kernels.
        if (!OperatingSystem.IsLinux() || !RowProductKernels.AreSupported || GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < 8L << 30)
        {
            return;
        }

        const int K = 4096;
        const int Panels = 8193;
        const long PanelFloats = (long)K * PackedMatrix.PanelColumns;
        const long Reach = 1L << 32;

        // Where a distance loses its upper half, zeros that lie before the matrix are read and the sums are wrong.
        long bytes = Reach + (Panels * PanelFloats * sizeof(float));
        byte* memory;
        try
        {
            memory = (byte*)NativeMemory.AllocZeroed((nuint)bytes);
        }
        catch (OutOfMemoryException)
        {
            // A system may refuse to promise what nobody will touch.
            return;
        }

        try
        {
            float* matrix = (float*)(memory + Reach);
            for (int column = 0; column < PackedMatrix.PanelColumns; column++)
            {
                matrix[column] = 1 + column;
                matrix[((Panels - 1) * PanelFloats) + ((K - 1) * PackedMatrix.PanelColumns) + column] = 100 + column;
            }

            using AlignedBuffer row = new(K);
            row.Span.Fill(1);
            using AlignedBuffer result = new(Panels * PackedMatrix.PanelColumns);
            nint* table = stackalloc nint[4] { 0, (nint)result.Pointer, (nint)row.Pointer, (nint)matrix };
            RowProductKernels.Get(new RowProductShape(Panels, HasStart: false, IsNarrow: false, isDescending, [new RowProductTerm(1, [K])]))(table);

            float[] sums = result.Span.ToArray();
            sums[..PackedMatrix.PanelColumns].ShouldBe([.. Enumerable.Range(1, PackedMatrix.PanelColumns).Select(value => (float)value)]);
            sums[^PackedMatrix.PanelColumns..].ShouldBe([.. Enumerable.Range(100, PackedMatrix.PanelColumns).Select(value => (float)value)]);
            sums.Count(value => value != 0).ShouldBe(2 * PackedMatrix.PanelColumns);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }
}
