using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class OptimizerTests
{
    private const double Rate = 0.01;
    private const float Scale = 0.5f;

    public static TheoryData<string> Kinds() => ["adam", "adamw", "momentum", "plain", "decayed"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Updates_are_those_of_double_precision(string kind)
    {
        Parameter weights = Start("W", 77, isBias: false);
        Parameter biases = Start("b", 13, isBias: true);
        using WorkerTeam team = new(2);
        Optimizer optimizer = Create(kind, new ParameterSet([weights, biases]), team);
        double[][] expected = [Doubles(weights), Doubles(biases)];
        double[][] mean = [new double[77], new double[13]];
        double[][] square = [new double[77], new double[13]];
        double decay = kind is "adamw" or "decayed" ? 0.3 : 0;
        double momentum = kind is "momentum" or "decayed" ? 0.9 : 0;
        for (int update = 1; update <= 25; update++)
        {
            foreach ((Parameter parameter, int index) in new[] { (weights, 0), (biases, 1) })
            {
                SetGradient(parameter, update);
                for (int i = 0; i < expected[index].Length; i++)
                {
                    double gradient = parameter.Gradient[i] * (double)Scale;
                    ref double m = ref mean[index][i];
                    ref double v = ref square[index][i];
                    if (kind.StartsWith("adam", StringComparison.Ordinal))
                    {
                        m = (0.9 * m) + (0.1 * gradient);
                        v = (0.999 * v) + (0.001 * gradient * gradient);
                        expected[index][i] *= parameter.IsBias ? 1 : 1 - (Rate * decay);
                        expected[index][i] -= Rate * (m / (1 - Math.Pow(0.9, update))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, update))) + 1e-8);
                    }
                    else
                    {
                        m = (momentum * m) + gradient;
                        expected[index][i] *= parameter.IsBias ? 1 : 1 - (Rate * decay);
                        expected[index][i] -= Rate * m;
                    }
                }
            }

            optimizer.Update(Rate, Scale);
        }

        Doubles(weights).Zip(expected[0]).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 2e-6);
        Doubles(biases).Zip(expected[1]).ShouldAllBe(pair => Math.Abs(pair.First - pair.Second) < 2e-6);
        optimizer.Updates.ShouldBe(25);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Category", "SameBits")]
    public void Threads_and_the_place_in_a_vector_change_no_bit(string kind)
    {
        float[] one = Train(kind, 21003, threads: 1, interruptAfter: 0);
        Train(kind, 21003, threads: 2, interruptAfter: 0).ShouldBe(one);
        Train(kind, 5, threads: 1, interruptAfter: 0).ShouldBe(one[..5]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("Category", "SameBits")]
    public void One_that_resumes_from_the_buffers_of_another_goes_on_with_the_same_bits(string kind) =>
        Train(kind, 101, threads: 1, interruptAfter: 4).ShouldBe(Train(kind, 101, threads: 1, interruptAfter: 0));

    [Fact]
    public void Buffers_are_known_by_name_and_parameter()
    {
        using WorkerTeam team = new(1);
        ParameterSet parameters = new([Start("W", 6, isBias: false), Start("b", 2, isBias: true)]);
        new Adam(parameters, team).Buffers.Select(buffer => (buffer.Name, buffer.Parameter, buffer.Values.Length))
            .ShouldBe([("mean", 0, 6), ("mean", 1, 2), ("square", 0, 6), ("square", 1, 2)]);
        new GradientDescent(parameters, team).Buffers.Select(buffer => (buffer.Name, buffer.Parameter, buffer.Values.Length))
            .ShouldBe([("velocity", 0, 6), ("velocity", 1, 2)]);
    }

    [Fact]
    public void A_small_decay_is_not_lost_in_rounding()
    {
        Parameter weights = new("W", 10001, 1, isBias: false);
        Parameter biases = new("b", 10001, 1, isBias: true);
        for (int i = 0; i < weights.Rows; i++)
        {
            weights.Values[i] = biases.Values[i] = (i * 0.0001f) - 0.5f;
        }

        double[] first = Doubles(weights);
        using WorkerTeam team = new(1);
        Adam optimizer = new(new ParameterSet([weights, biases]), team) { WeightDecay = 0.01 };
        for (int update = 0; update < 1000; update++)
        {
            optimizer.Update(1e-4, 1f);
        }

        // What all values lose together: of one alone a few parts in a hundred are rounding, which so many even out.
        double lost = first.Sum(Math.Abs) - Doubles(weights).Sum(Math.Abs);
        lost.ShouldBe(first.Sum(Math.Abs) * (1 - Math.Pow(1 - 1e-6, 1000)), 2e-3 * lost);
        Doubles(biases).ShouldBe(first);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_update_allocates_nothing(string kind)
    {
        Parameter parameter = Start("W", 1003, isBias: false);
        using WorkerTeam team = new(1);
        Optimizer optimizer = Create(kind, new ParameterSet([parameter]), team);
        SetGradient(parameter, 1);
        optimizer.Update(Rate, 1f);
        long before = GC.GetAllocatedBytesForCurrentThread();
        optimizer.Update(Rate, 1f);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static Optimizer Create(string kind, ParameterSet parameters, WorkerTeam team) => kind switch
    {
        "adam" => new Adam(parameters, team),
        "adamw" => new Adam(parameters, team) { WeightDecay = 0.3 },
        "momentum" => new GradientDescent(parameters, team),
        "decayed" => new GradientDescent(parameters, team) { WeightDecay = 0.3 },
        _ => new GradientDescent(parameters, team) { Momentum = 0 },
    };

    private static float[] Train(string kind, int rows, int threads, int interruptAfter)
    {
        Parameter parameter = Start("W", rows, isBias: false);
        using WorkerTeam team = new(threads);
        ParameterSet parameters = new([parameter]);
        Optimizer optimizer = Create(kind, parameters, team);
        for (int update = 1; update <= 7; update++)
        {
            SetGradient(parameter, update);
            optimizer.Update(Rate, Scale);
            if (update == interruptAfter)
            {
                Optimizer next = Create(kind, parameters, team);
                foreach ((OptimizerBuffer from, OptimizerBuffer to) in optimizer.Buffers.Zip(next.Buffers))
                {
                    from.Values.CopyTo(to.Values, 0);
                }

                next.Resume(optimizer.Updates);
                optimizer = next;
            }
        }

        return parameter.Values.ToArray();
    }

    private static Parameter Start(string name, int rows, bool isBias)
    {
        Parameter parameter = new(name, rows, 1, isBias);
        for (int i = 0; i < rows; i++)
        {
            parameter.Values[i] = (i % 101 * 0.01f) - 0.5f;
        }

        return parameter;
    }

    private static void SetGradient(Parameter parameter, int update)
    {
        for (int i = 0; i < parameter.Rows; i++)
        {
            parameter.Gradient[i] = ((i + (update * 5)) % 37 * 0.003f) - 0.04f;
        }
    }

    private static double[] Doubles(Parameter parameter) => [.. parameter.Values.ToArray().Select(value => (double)value)];
}
