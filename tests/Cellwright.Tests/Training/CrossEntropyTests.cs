using System.Runtime.Intrinsics;
using Cellwright.Kernels;
using Cellwright.Tensors;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class CrossEntropyTests
{
    [Theory]
    [InlineData(1, 2)]
    [InlineData(5, 7)]
    [InlineData(13, 16)]
    [InlineData(37, 65)]
    [InlineData(9, 131)]
    public void Loss_and_gradient_are_those_of_double_precision(int positions, int columns)
    {
        Random random = new(7);
        float[] scores = Filled(random, positions * columns, 4);
        int[] targets = [.. Enumerable.Range(0, positions).Select(_ => random.Next(columns))];
        if (positions > 3)
        {
            targets[2] = -1;
        }

        (double expected, double[] expectedGradient) = Reference(scores, targets, columns);
        using WorkerTeam team = new(2);
        using AlignedBuffer buffer = Buffer(scores);
        double loss = new CrossEntropy(team).MeanWithGradient(buffer, targets, columns, columns);

        loss.ShouldBe(expected, 1e-6);
        double largest = expectedGradient.Max(Math.Abs);
        for (int i = 0; i < scores.Length; i++)
        {
            Math.Abs(buffer.Span[i] - expectedGradient[i]).ShouldBeLessThan(1e-6 * largest, $"element {i}");
        }
    }

    [Fact]
    public void Scores_far_apart_give_a_finite_loss()
    {
        using WorkerTeam team = new(1);
        using AlignedBuffer buffer = Buffer([1000f, -1000f, 0f]);
        new CrossEntropy(team).MeanWithGradient(buffer, new[] { 1 }, 3, 3).ShouldBe(2000, 1e-3);
        buffer.Span[0].ShouldBe(1f, 1e-6f);
        buffer.Span[1].ShouldBe(-1f, 1e-6f);
    }

    [Fact]
    public void A_score_that_is_no_number_makes_the_loss_no_number()
    {
        using WorkerTeam team = new(1);
        for (int at = 0; at < 19; at++)
        {
            float[] scores = new float[19];
            scores[at] = float.NaN;
            using AlignedBuffer buffer = Buffer(scores);
            double.IsFinite(new CrossEntropy(team).Sum(buffer, new[] { 3 }, 19, 19)).ShouldBeFalse($"element {at}");
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void One_and_two_threads_give_the_same_bits()
    {
        Random random = new(11);
        float[] scores = Filled(random, 101 * 65, 3);
        int[] targets = [.. Enumerable.Range(0, 101).Select(_ => random.Next(65))];
        (double Loss, float[] Gradient)[] results = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using WorkerTeam team = new(threads);
            using AlignedBuffer buffer = Buffer(scores);
            double loss = new CrossEntropy(team).MeanWithGradient(buffer, targets, 65, 65);
            return (loss, buffer.Span.ToArray());
        })];
        foreach ((double loss, float[] gradient) in results)
        {
            loss.ShouldBe(results[0].Loss);
            gradient.ShouldBe(results[0].Gradient);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void The_order_of_the_sum_is_the_written_one()
    {
        // The softmax of a row, worked out element by element in the order that every width must keep.
        Random random = new(5);
        float[] scores = Filled(random, 65, 3);
        float largest = scores.Max();
        float[] exponentials = [.. scores.Select(score => Exponential.OfNonPositive(Vector256.Create(score - largest))[0])];
        float[] sums = new float[16];
        for (int i = 0; i < 65; i++)
        {
            sums[i % 16] += exponentials[i];
        }

        for (int half = 8; half >= 1; half /= 2)
        {
            for (int i = 0; i < half; i++)
            {
                sums[i] += sums[i + half];
            }
        }

        float scale = 1f / sums[0];
        using WorkerTeam team = new(1);
        using AlignedBuffer buffer = Buffer(scores);
        new CrossEntropy(team).MeanWithGradient(buffer, new[] { 64 }, 65, 65);
        for (int i = 0; i < 64; i++)
        {
            buffer.Span[i].ShouldBe(exponentials[i] * scale);
        }
    }

    [Fact]
    public void The_exponential_is_within_its_stated_error()
    {
        double worst = 0;
        for (float x = 0; x > -87f; x -= 0.00037f)
        {
            double exact = Math.Exp(x);
            worst = Math.Max(worst, Math.Abs(Exponential.OfNonPositive(Vector256.Create(x))[0] - exact) / exact);
        }

        worst.ShouldBeLessThan(1e-7);
        Exponential.OfNonPositive(Vector256.Create(-1e30f))[0].ShouldBe(0f, 1.2e-38f);
    }

    private static float[] Filled(Random random, int length, float scale) =>
        [.. Enumerable.Range(0, length).Select(_ => ((random.NextSingle() * 2) - 1) * scale)];

    private static AlignedBuffer Buffer(float[] values)
    {
        AlignedBuffer buffer = new(values.Length);
        values.CopyTo(buffer.Span);
        return buffer;
    }

    private static (double Loss, double[] Gradient) Reference(float[] scores, int[] targets, int columns)
    {
        int real = targets.Count(target => target >= 0);
        double loss = 0;
        double[] gradient = new double[scores.Length];
        for (int position = 0; position < targets.Length; position++)
        {
            if (targets[position] < 0)
            {
                continue;
            }

            double[] row = [.. scores.AsSpan(position * columns, columns).ToArray().Select(score => Math.Exp(score))];
            double sum = row.Sum();
            loss -= Math.Log(row[targets[position]] / sum);
            for (int column = 0; column < columns; column++)
            {
                gradient[(position * columns) + column] = ((row[column] / sum) - (column == targets[position] ? 1 : 0)) / real;
            }
        }

        return (loss / real, gradient);
    }
}
