using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class BatchRowsTests
{
    [Fact]
    public void Rows_of_any_lengths_are_found_once_and_shared_without_overlap()
    {
        Random random = new(1);
        BatchRows rows = new();
        for (int round = 0; round < 300; round++)
        {
            int steps = random.Next(0, 12);
            int batch = random.Next(1, 9);
            int[] lengths = [.. Enumerable.Range(0, batch).Select(_ => random.Next(0, steps + 1))];
            rows.Set(steps, batch, lengths);
            rows.Steps.ShouldBe(lengths.Max());
            rows.Total.ShouldBe(lengths.Sum());
            Enumerable.Range(0, batch).Select(rows.Sequence).Order().ShouldBe(Enumerable.Range(0, batch));
            for (int row = 0; row < batch; row++)
            {
                rows.Length(row).ShouldBe(lengths[rows.Sequence(row)]);
                row.ShouldSatisfyAllConditions(() => (row == 0 || rows.Length(row - 1) >= rows.Length(row)).ShouldBeTrue());
            }

            for (int step = 0; step < rows.Steps; step++)
            {
                rows.Active(step).ShouldBe(lengths.Count(length => length > step));
            }

            int threads = random.Next(1, 5);
            int next = 0;
            for (int thread = 0; thread < threads; thread++)
            {
                (int first, int end) = rows.Share(thread, threads);
                first.ShouldBe(next);
                end.ShouldBeGreaterThanOrEqualTo(first);
                next = end;
            }

            next.ShouldBe(batch);
        }
    }

    [Fact]
    public void Runs_of_steps_cover_all_steps_and_their_previous_rows_follow_each_other()
    {
        Random random = new(2);
        BatchRows rows = new();
        for (int round = 0; round < 300; round++)
        {
            int steps = random.Next(1, 12);
            int batch = random.Next(1, 6);
            rows.Set(steps, batch, round % 3 == 0 ? [] : [.. Enumerable.Range(0, batch).Select(_ => random.Next(1, steps + 1))]);
            for (int step = 0; step < rows.Steps;)
            {
                int end = rows.RunEnd(step);
                end.ShouldBeGreaterThan(step);
                for (int inside = step; inside < end; inside++)
                {
                    (rows.PreviousState(inside) - rows.PreviousState(step)).ShouldBe(rows.Start(inside) - rows.Start(step));
                }

                step = end;
            }
        }
    }

    [Fact]
    public void Equal_lengths_are_one_run_in_the_order_they_came()
    {
        BatchRows rows = new();
        rows.Set(9, 4, []);
        rows.RunEnd(0).ShouldBe(9);
        Enumerable.Range(0, 4).Select(rows.Sequence).ShouldBe([0, 1, 2, 3]);
    }
}
