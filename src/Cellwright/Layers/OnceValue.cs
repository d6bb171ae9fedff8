using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>A value known once: element (i, j) is at Pointer[i · RowStride + j · ColumnStride].</summary>
internal readonly unsafe record struct OnceValue(nint Address, int Rows, int Columns, nint RowStride, nint ColumnStride)
{
    public float* Pointer => (float*)Address;

    public ref float this[int row, int column] => ref Pointer[(row * RowStride) + (column * ColumnStride)];

    /// <summary>Whether columns, not rows, have their elements side by side.</summary>
    public bool IsTurned => RowStride == 1 && ColumnStride != 1;

    public OnceValue Transposed => new(Address, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The place where one more column would be.</summary>
    public OnceValue BehindLastColumn => new((nint)(Pointer + (Columns * ColumnStride)), Rows, 1, RowStride, 1);

    public OnceValue Rectangle(int row, int column, int rows, int columns) =>
        new((nint)(Pointer + (row * RowStride) + (column * ColumnStride)), rows, columns, RowStride, ColumnStride);

    /// <summary>Sets all elements to 0.</summary>
    public void Clear()
    {
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Columns; j++)
            {
                this[i, j] = 0;
            }
        }
    }

    /// <summary>Copies all elements, with one number spread over all where the source is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CopyFrom(OnceValue source)
    {
        bool isSingle = source.Rows * source.Columns == 1;
        if (ColumnStride == 1 && source.ColumnStride == 1 && !isSingle && RowStride == Columns && source.RowStride == Columns)
        {
            long bytes = (long)Rows * Columns * sizeof(float);
            Buffer.MemoryCopy(source.Pointer, Pointer, bytes, bytes);
            return;
        }

        if (ColumnStride == 1 && source.IsTurned && !isSingle)
        {
            MatrixTransposition.Copy(source.Pointer, source.ColumnStride, Columns, Rows, Pointer, RowStride);
            return;
        }

        for (int i = 0; i < Rows; i++)
        {
            if (ColumnStride == 1 && source.ColumnStride == 1 && !isSingle)
            {
                new ReadOnlySpan<float>(source.Pointer + (i * source.RowStride), Columns).CopyTo(new Span<float>(Pointer + (i * RowStride), Columns));
                continue;
            }

            for (int j = 0; j < Columns; j++)
            {
                this[i, j] = isSingle ? source[0, 0] : source[i, j];
            }
        }
    }
}
