using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class WeightAverageTests
{
    private const int Rows = 9001;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(null, 41)]
    [InlineData(0.9, 1)]
    [InlineData(0.99, 11)]
    public void The_average_is_that_of_double_precision(double? decay, int start)
    {
        Parameter parameter = new("W", Rows, 1, isBias: false);
        using WorkerTeam team = new(2);
        WeightAverage average = new(new ParameterSet([parameter]), team, decay);
        double[] expected = new double[Rows];
        int count = 0;
        for (int update = 1; update <= 200; update++)
        {
            Set(parameter, update);
            if (update < start)
            {
                continue;
            }

            average.Update();
            count++;
            for (int i = 0; i < Rows; i++)
            {
                expected[i] += (parameter.Values[i] - expected[i]) * (count == 1 ? 1 : decay is { } kept ? 1 - Kept(kept, count) : 1.0 / count);
            }
        }

        average.Count.ShouldBe(count);
        average.Swap();
        for (int i = 0; i < Rows; i++)
        {
            ((double)parameter.Values[i]).ShouldBe(expected[i], 5e-7, $"element {i}");
        }
    }

    [Fact]
    public void A_long_mean_does_not_stand_still()
    {
        // From 1, with a share this small a float alone would never move.
        Parameter parameter = new("b", 11, 1, isBias: true);
        using WorkerTeam team = new(1);
        WeightAverage average = new(new ParameterSet([parameter]), team, 0.9999999);
        double expected = 0;
        for (int update = 1; update <= 40000; update++)
        {
            parameter.Values.Fill(update <= 20000 ? 1f : 1.1f);
            average.Update();
            expected = update == 1 ? 1 : expected + ((parameter.Values[0] - expected) * (1 - Kept(0.9999999, update)));
        }

        average.Swap();
        ((double)parameter.Values[0]).ShouldBe(expected, 3e-7);
    }

    [Fact]
    public void Swapping_twice_brings_the_values_back_and_training_waits_meanwhile()
    {
        Parameter parameter = new("W", 20, 1, isBias: false);
        using WorkerTeam team = new(1);
        WeightAverage average = new(new ParameterSet([parameter]), team, null);
        Set(parameter, 1);
        float[] first = parameter.Values.ToArray();
        average.Swap();
        parameter.Values.ToArray().ShouldBe(first);
        average.Swap();
        average.Update();
        Set(parameter, 2);
        float[] second = parameter.Values.ToArray();
        average.Swap();
        average.IsSwappedIn.ShouldBeTrue();
        parameter.Values.ToArray().ShouldBe(first);
        Should.Throw<InvalidOperationException>(() => average.Update()).Message.ShouldContain("swap it out");
        average.Swap();
        average.IsSwappedIn.ShouldBeFalse();
        parameter.Values.ToArray().ShouldBe(second);
        Should.Throw<ArgumentOutOfRangeException>(() => new WeightAverage(new ParameterSet([parameter]), team, 1.0));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0.9)]
    [Trait("Category", "SameBits")]
    public void Threads_and_a_break_change_no_bit(double? decay)
    {
        float[] one = Run(decay, threads: 1, interruptAfter: 0);
        Run(decay, threads: 2, interruptAfter: 0).ShouldBe(one);
        Run(decay, threads: 1, interruptAfter: 6).ShouldBe(one);
    }

    private static double Kept(double decay, int count) => Math.Min(decay, (count + 1.0) / (count + 10.0));

    private static float[] Run(double? decay, int threads, int interruptAfter)
    {
        Parameter parameter = new("W", Rows, 1, isBias: false);
        using WorkerTeam team = new(threads);
        ParameterSet parameters = new([parameter]);
        WeightAverage average = new(parameters, team, decay);
        for (int update = 1; update <= 12; update++)
        {
            Set(parameter, update);
            average.Update();
            if (update == interruptAfter)
            {
                WeightAverage next = new(parameters, team, decay);
                foreach ((OptimizerBuffer from, OptimizerBuffer to) in average.Buffers.Zip(next.Buffers))
                {
                    from.Values.CopyTo(to.Values, 0);
                }

                next.Resume(average.Count);
                average = next;
            }
        }

        average.Swap();
        return parameter.Values.ToArray();
    }

    private static void Set(Parameter parameter, int update)
    {
        for (int i = 0; i < parameter.Rows; i++)
        {
            parameter.Values[i] = (((i * 7) + (update * 31)) % 113 * 0.02f) - 1f;
        }
    }
}
