using Cellwright.Kernels;
using Cellwright.Tensors;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class DropoutTests
{
    [Fact]
    public void The_share_is_dropped_and_the_mean_stays()
    {
        float[] values = Apply(0.3, threads: 1, step: 0, count: 100_003);
        values.Count(value => value == 0f).ShouldBeInRange(29_500, 30_500);
        values.Where(value => value != 0f).ShouldAllBe(value => Math.Abs(value - (1 / 0.7f)) < 1e-4f);
        values.Average().ShouldBe(1f, 0.01f);
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void What_is_dropped_depends_on_seed_and_step_and_not_on_threads()
    {
        float[] one = Apply(0.5, threads: 1, step: 4, count: 5001);
        Apply(0.5, threads: 2, step: 4, count: 5001).ShouldBe(one);
        Apply(0.5, threads: 3, step: 4, count: 1025).ShouldBe(one[..1025]);
        Apply(0.5, threads: 1, step: 5, count: 5001).ShouldNotBe(one);
    }

    [Fact]
    public void Nothing_is_dropped_at_zero() => Apply(0, threads: 1, step: 0, count: 10).ShouldAllBe(value => value == 1f);

    private static float[] Apply(double probability, int threads, int step, int count)
    {
        using WorkerTeam team = new(threads);
        using AlignedBuffer buffer = new(count);
        buffer.Span.Fill(1f);
        new Dropout(probability, seed: 1, "test", team).Apply(buffer, count, step);
        return buffer.Span.ToArray();
    }
}
