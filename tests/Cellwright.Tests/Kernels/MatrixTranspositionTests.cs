using Cellwright.Kernels;
using Cellwright.Tensors;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Kernels;

public unsafe class MatrixTranspositionTests
{
    [Fact]
    public void Every_element_lands_in_its_place_and_nothing_else_is_written()
    {
        Random random = new(41);
        for (int trial = 0; trial < 300; trial++)
        {
            int rows = random.Next(1, 40), columns = random.Next(1, 40);
            int strideFrom = columns + random.Next(0, 5), strideTo = rows + random.Next(0, 5);
            using AlignedBuffer from = PlainMatrix.Random(random, rows, columns, strideFrom);
            using AlignedBuffer to = PlainMatrix.Random(random, columns, rows, strideTo);
            float[] expected = to.Span.ToArray();
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++) expected[(j * strideTo) + i] = from.Pointer[(i * strideFrom) + j];
            }

            MatrixTransposition.Copy(from.Pointer, strideFrom, rows, columns, to.Pointer, strideTo);

            to.Span.ToArray().ShouldBe(expected, $"{rows} × {columns}");
        }
    }
}
