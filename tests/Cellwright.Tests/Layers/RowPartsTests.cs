using Cellwright.Layers;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public class RowPartsTests
{
    [Fact]
    public void Parts_are_all_rows_once_in_the_order_of_the_loop() =>
        Prop.ForAll<byte, byte, bool>(AreAllRowsOnce).QuickCheckThrowOnFailure();

    [Fact]
    public void Rows_are_done_up_to_the_first_part_that_is_not()
    {
        RowParts parts = new();
        parts.Begin(rows: 10, partRows: 3, isBackward: false);
        int known = 0;
        parts.DoneRows(ref known).ShouldBe(0);
        parts.Done(1);
        parts.DoneRows(ref known).ShouldBe(0);
        parts.Done(0);
        parts.DoneRows(ref known).ShouldBe(6);
        parts.Done(3);
        parts.DoneRows(ref known).ShouldBe(6);
        parts.Done(2);
        parts.DoneRows(ref known).ShouldBe(10);

        parts.Begin(rows: 4, partRows: 3, isBackward: true);
        known = 0;
        parts.DoneRows(ref known).ShouldBe(0);
    }

    private static void AreAllRowsOnce(byte rows, byte partRows, bool isBackward)
    {
        RowParts parts = new();
        parts.Begin(rows, 1 + partRows, isBackward);
        List<long> taken = [];
        int count = 0;
        while (parts.TryTake(out int part, out long begin, out long end))
        {
            part.ShouldBe(count++);
            (end - begin).ShouldBeInRange(1, 1 + partRows);
            long[] range = [.. Enumerable.Range((int)begin, (int)(end - begin)).Select(row => (long)row)];
            taken.AddRange(isBackward ? range.Reverse() : range);
            parts.End(part).ShouldBe(taken.Count);
        }

        taken.ShouldBe(Enumerable.Range(0, rows).Select(row => (long)(isBackward ? rows - 1 - row : row)));
        parts.TryTake(out _, out _, out _).ShouldBeFalse();
    }
}
