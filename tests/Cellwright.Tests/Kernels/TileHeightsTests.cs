using Cellwright.Kernels;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Kernels;

public class TileHeightsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(16)]
    public void Tiles_cover_all_rows_and_none_is_too_high(int lanes)
    {
        MatrixKernels kernels = MatrixKernels.For(new VectorWidth(lanes));
        for (int rows = 1; rows <= 200; rows++)
        {
            TileHeights heights = new(kernels, rows);
            int even = (heights.Even.LargerParts * (heights.Even.Smaller + 1)) + ((heights.Even.Parts - heights.Even.LargerParts) * heights.Even.Smaller);
            (even + heights.Last).ShouldBe(rows);
            (heights.Even.Smaller + (heights.Even.LargerParts > 0 ? 1 : 0)).ShouldBeInRange(1, kernels.MaxRows);
        }
    }

    [Fact]
    public void Of_more_than_six_rows_no_tile_has_four_where_vectors_have_eight_floats()
    {
        MatrixKernels kernels = MatrixKernels.For(new VectorWidth(8));
        for (int rows = 7; rows <= 200; rows++)
        {
            TileHeights heights = new(kernels, rows);
            heights.Even.Smaller.ShouldNotBe(4, $"{rows} rows");
            (heights.Even.LargerParts > 0 && heights.Even.Smaller == 3).ShouldBeFalse($"{rows} rows");
        }
    }
}
