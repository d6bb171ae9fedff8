using Cellwright.Kernels;
using Cellwright.Tensors;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class SequenceLossTests
{
    private const int Steps = 7;
    private const int Batch = 3;
    private const int Targets = 2;

    private static readonly int[] Lengths = [7, 0, 4];
    private static readonly double[] Quantiles = [0.1, 0.5, 0.95];

    public static TheoryData<string, bool> Cases() => new()
    {
        { "squared", false }, { "squared", true }, { "absolute", false }, { "absolute", true }, { "pinball", false }, { "pinball", true }, { "logistic", false }, { "logistic", true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Loss_and_gradient_are_those_of_double_precision(string kind, bool mixed)
    {
        using WorkerTeam team = new(2);
        SequenceLoss loss = Create(kind, team);
        int width = Targets * loss.OutputsPerTarget;
        int stride = width + 3;
        Random random = new(5);
        float[] outputs = Filled(random, Steps * Batch * stride);
        float[] targets = Filled(random, Steps * Batch * Targets);
        int[] lengths = mixed ? Lengths : [];
        if (mixed)
        {
            // What is past an end is never read.
            for (int position = 0; position < Steps * Batch; position++)
            {
                if (position / Batch >= Lengths[position % Batch])
                {
                    targets[position * Targets] = float.NaN;
                    outputs[position * stride] = float.NaN;
                }
            }
        }

        int real = (mixed ? Lengths.Sum() : Steps * Batch) * width;
        double expected = 0;
        double[] gradient = [.. outputs.Select(value => (double)value)];
        for (int position = 0; position < Steps * Batch; position++)
        {
            bool counts = !mixed || position / Batch < Lengths[position % Batch];
            for (int i = 0; i < width; i++)
            {
                int at = (position * stride) + i;
                double target = targets[(position * Targets) + (i / loss.OutputsPerTarget)];
                expected += counts ? Error(kind, outputs[at], target, i % loss.OutputsPerTarget) : 0;

                // Far enough from the kink that a central difference is one side's slope.
                gradient[at] = counts
                    ? (Error(kind, outputs[at] + 1e-7, target, i % loss.OutputsPerTarget) - Error(kind, outputs[at] - 1e-7, target, i % loss.OutputsPerTarget)) / 2e-7 / real
                    : 0;
            }
        }

        using AlignedBuffer buffer = Buffer(outputs);
        loss.Sum(buffer, targets, Steps, Batch, lengths, Targets, stride).ShouldBe(expected, 1e-12 * expected);
        buffer.Span[..outputs.Length].ToArray().ShouldBe(outputs);
        loss.MeanWithGradient(buffer, targets, Steps, Batch, lengths, Targets, stride).ShouldBe(expected / real, 1e-12);
        for (int i = 0; i < outputs.Length; i++)
        {
            ((double)buffer.Span[i]).ShouldBe(gradient[i], i % stride < width ? 1e-7 : double.Epsilon, $"element {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Category", "SameBits")]
    public void Threads_change_no_bit(string kind, bool mixed)
    {
        float[] targets = Filled(new Random(3), Steps * Batch * Targets);
        (double Loss, float[] Gradient)[] results = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using WorkerTeam team = new(threads);
            SequenceLoss loss = Create(kind, team);
            int width = Targets * loss.OutputsPerTarget;
            using AlignedBuffer buffer = Buffer(Filled(new Random(4), Steps * Batch * width));
            return (loss.MeanWithGradient(buffer, targets, Steps, Batch, mixed ? Lengths : ReadOnlyMemory<int>.Empty, Targets, width), buffer.Span[..(Steps * Batch * width)].ToArray());
        })];
        foreach ((double loss, float[] gradient) in results)
        {
            loss.ShouldBe(results[0].Loss);
            gradient.ShouldBe(results[0].Gradient);
        }
    }

    [Theory]
    [InlineData("squared")]
    [InlineData("absolute")]
    [InlineData("pinball")]
    public void At_the_target_the_gradient_is_0_and_what_is_no_number_shows(string kind)
    {
        using WorkerTeam team = new(1);
        SequenceLoss loss = Create(kind, team);
        int width = loss.OutputsPerTarget;
        using AlignedBuffer buffer = Buffer([.. Enumerable.Repeat(1.5f, width)]);
        loss.MeanWithGradient(buffer, new[] { 1.5f }, 1, 1, ReadOnlyMemory<int>.Empty, 1, width).ShouldBe(0);
        buffer.Span[..width].ToArray().ShouldAllBe(value => value == 0f);
        buffer.Span[0] = float.NaN;
        loss.MeanWithGradient(buffer, new[] { 1.5f }, 1, 1, ReadOnlyMemory<int>.Empty, 1, width).ShouldBe(double.NaN);
        buffer.Span[0].ShouldBe(float.NaN);
    }

    [Fact]
    public void No_real_step_costs_nothing()
    {
        using WorkerTeam team = new(1);
        using AlignedBuffer buffer = Buffer([4f, 5f]);
        new SquaredError(team).MeanWithGradient(buffer, new float[2], 2, 1, new[] { 0 }, 1, 1).ShouldBe(0);
        buffer.Span[..2].ToArray().ShouldBe([0f, 0f]);
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        using WorkerTeam team = new(1);
        using AlignedBuffer buffer = new(6);
        SquaredError loss = new(team);
        Should.Throw<ArgumentException>(() => loss.Sum(buffer, new float[7], 3, 2, ReadOnlyMemory<int>.Empty, 1, 1)).Message.ShouldContain("7 targets do not fit 3 steps of 2 sequences");
        Should.Throw<ArgumentException>(() => loss.Sum(buffer, new float[6], 3, 2, new[] { 3 }, 1, 1)).Message.ShouldContain("1 lengths for 2 sequences");
        Should.Throw<ArgumentException>(() => loss.Sum(buffer, new float[6], 3, 2, new[] { 3, 4 }, 1, 1)).Message.ShouldContain("a length of 4 does not fit 3 steps");
        Should.Throw<ArgumentException>(() => new PinballLoss([], team)).Message.ShouldContain("needs a quantile");
        Should.Throw<ArgumentException>(() => new PinballLoss([0.5, 1.0], team)).Message.ShouldContain("above 0 and below 1");
    }

    private static SequenceLoss Create(string kind, WorkerTeam team) => kind switch
    {
        "squared" => new SquaredError(team),
        "absolute" => new AbsoluteError(team),
        "logistic" => new LogisticError(team),
        _ => new PinballLoss(Quantiles, team),
    };

    private static double Error(string kind, double output, double target, int place) => kind switch
    {
        "squared" => Math.Pow(output - target, 2),
        "absolute" => Math.Abs(output - target),
        "logistic" => Math.Log(1 + Math.Exp(output)) - (target * output),
        _ => Math.Max(Quantiles[place] * (target - output), (Quantiles[place] - 1) * (target - output)),
    };

    private static float[] Filled(Random random, int length) => [.. Enumerable.Range(0, length).Select(_ => (random.NextSingle() * 4) - 2)];

    private static AlignedBuffer Buffer(float[] values)
    {
        AlignedBuffer buffer = new(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }
}
