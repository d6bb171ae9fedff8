using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class AdamTests
{
    [Fact]
    public void Updates_are_those_of_double_precision()
    {
        Random random = new(3);
        Parameter parameter = new("W", 7, 11, isBias: false);
        double[] expected = new double[77];
        double[] mean = new double[77];
        double[] square = new double[77];
        for (int i = 0; i < 77; i++)
        {
            parameter.Values[i] = random.NextSingle() - 0.5f;
            expected[i] = parameter.Values[i];
        }

        using WorkerTeam team = new(2);
        Adam adam = new(new ParameterSet([parameter]), team);
        for (int update = 1; update <= 25; update++)
        {
            for (int i = 0; i < 77; i++)
            {
                parameter.Gradient[i] = random.NextSingle() - 0.4f;
                double gradient = parameter.Gradient[i] * 0.5;
                mean[i] = (0.9 * mean[i]) + (0.1 * gradient);
                square[i] = (0.999 * square[i]) + (0.001 * gradient * gradient);
                expected[i] -= 0.01 * (mean[i] / (1 - Math.Pow(0.9, update))) / (Math.Sqrt(square[i] / (1 - Math.Pow(0.999, update))) + 1e-8);
            }

            adam.Update(0.01, 0.5f);
        }

        for (int i = 0; i < 77; i++)
        {
            ((double)parameter.Values[i]).ShouldBe(expected[i], 1e-5);
        }

        adam.Updates.ShouldBe(25);
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Threads_and_the_place_in_a_vector_change_no_bit()
    {
        float[] one = Train(threads: 1, rows: 21003);
        Train(threads: 2, rows: 21003).ShouldBe(one);

        // Each element is worked out by itself, so those of a shorter parameter, which fall into the tail, are the same.
        Train(threads: 1, rows: 5).ShouldBe(one[..5]);
    }

    private static float[] Train(int threads, int rows)
    {
        Parameter parameter = new("b", rows, 1, isBias: true);
        for (int i = 0; i < rows; i++)
        {
            parameter.Values[i] = (i % 101 * 0.01f) - 0.5f;
        }

        using WorkerTeam team = new(threads);
        Adam adam = new(new ParameterSet([parameter]), team);
        for (int update = 0; update < 5; update++)
        {
            for (int i = 0; i < rows; i++)
            {
                parameter.Gradient[i] = ((i + update) % 37 * 0.003f) - 0.04f;
            }

            adam.Update(0.003, 0.7f);
        }

        return parameter.Values.ToArray();
    }
}
