using Cellwright.Kernels;
using Cellwright.Tensors;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class LinearOutputTests
{
    [Theory]
    [InlineData(1, 3, 2)]
    [InlineData(13, 19, 7)]
    [InlineData(70, 64, 65)]
    [InlineData(33, 37, 131)]
    public void Scores_and_gradients_are_those_of_double_precision(int rows, int inputs, int outputs)
    {
        Result result = Run(threads: 2, rows, inputs, outputs);
        double[] scores = new double[rows * outputs];
        double[] weightGradient = new double[outputs * inputs];
        double[] biasGradient = new double[outputs];
        double[] inputGradient = new double[rows * inputs];
        for (int row = 0; row < rows; row++)
        {
            for (int output = 0; output < outputs; output++)
            {
                double score = result.Bias[output];
                double gradient = result.ScoreGradient[(row * outputs) + output];
                for (int input = 0; input < inputs; input++)
                {
                    double h = result.Inputs[(row * inputs) + input];
                    double weight = result.Weights[(output * inputs) + input];
                    score += weight * h;
                    weightGradient[(output * inputs) + input] += gradient * h;
                    inputGradient[(row * inputs) + input] += gradient * weight;
                }

                scores[(row * outputs) + output] = score;
                biasGradient[output] += gradient;
            }
        }

        Error(result.Scores, scores).ShouldBeLessThan(2e-6);
        Error(result.WeightGradient, weightGradient).ShouldBeLessThan(2e-6);
        Error(result.BiasGradient, biasGradient).ShouldBeLessThan(2e-6);
        Error(result.InputGradient, inputGradient).ShouldBeLessThan(2e-6);
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void One_and_several_threads_give_the_same_bits()
    {
        Result one = Run(threads: 1, 45, 83, 65);
        foreach (int threads in new[] { 2, 3 })
        {
            Result several = Run(threads, 45, 83, 65);
            several.Scores.ShouldBe(one.Scores);
            several.WeightGradient.ShouldBe(one.WeightGradient);
            several.BiasGradient.ShouldBe(one.BiasGradient);
            several.InputGradient.ShouldBe(one.InputGradient);
        }
    }

    private static Result Run(int threads, int rows, int inputs, int outputs)
    {
        Random random = new(17);
        using WorkerTeam team = new(threads);
        using LinearOutput layer = new(inputs, outputs, team);
        layer.Initialize(seed: 4);
        Fill(random, layer.Bias.Values);
        layer.Load();
        int stride = layer.Stride;
        using AlignedBuffer h = new(rows * inputs);
        using AlignedBuffer scores = new(rows * stride);
        using AlignedBuffer dh = new(rows * inputs);
        Fill(random, h.Span);
        layer.Forward(rows, h, scores);
        float[] scoresBefore = Dense(scores.Span, rows, outputs, stride);
        Fill(random, scores.Span);
        layer.Weights.Gradient.Fill(float.NaN);
        layer.Bias.Gradient.Fill(float.NaN);
        layer.Backward(rows, h, scores, dh);
        return new Result(
            layer.Weights.Values.ToArray(), layer.Bias.Values.ToArray(), h.Span.ToArray(), scoresBefore, Dense(scores.Span, rows, outputs, stride),
            layer.Weights.Gradient.ToArray(), layer.Bias.Gradient.ToArray(), dh.Span.ToArray());
    }

    private static void Fill(Random random, Span<float> values)
    {
        foreach (ref float value in values)
        {
            value = random.NextSingle() - 0.5f;
        }
    }

    private static float[] Dense(ReadOnlySpan<float> values, int rows, int columns, int stride)
    {
        float[] dense = new float[rows * columns];
        for (int row = 0; row < rows; row++)
        {
            values.Slice(row * stride, columns).CopyTo(dense.AsSpan(row * columns));
        }

        return dense;
    }

    private static double Error(float[] actual, double[] expected) =>
        actual.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second)) / expected.Max(Math.Abs);

    private sealed record Result(
        float[] Weights, float[] Bias, float[] Inputs, float[] Scores, float[] ScoreGradient, float[] WeightGradient, float[] BiasGradient, float[] InputGradient);
}
