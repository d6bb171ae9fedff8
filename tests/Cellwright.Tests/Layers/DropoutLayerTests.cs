using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class DropoutLayerTests
{
    private const int Steps = 9;
    private const int Batch = 4;
    private const int Width = 21;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void In_use_everything_passes_and_what_is_past_an_end_does_not(bool variational)
    {
        using DropoutLayer layer = new(Width, 0.5, variational, seed: 1, threads: 2);
        int[] lengths = [9, 0, 4, 1];
        float[] x = Ones(Steps * Batch * Width);
        float[] y = Run(layer, x, Steps, Batch, lengths);
        for (int row = 0; row < Steps * Batch; row++)
        {
            y[(row * Width)..((row + 1) * Width)].ShouldAllBe(value => value == (row / Batch < lengths[row % Batch] ? 1f : 0f));
        }
    }

    [Fact]
    public void A_variational_mask_stays_for_the_sequence_and_a_plain_one_does_not()
    {
        foreach (bool variational in (bool[])[true, false])
        {
            using DropoutLayer layer = new(Width, 0.5, variational, seed: 1, threads: 2) { TrainingStep = 3 };
            float[] y = Run(layer, Ones(Steps * Batch * Width), Steps, Batch, []);
            float[][] rows = [.. y.Chunk(Width)];
            for (int sequence = 0; sequence < Batch; sequence++)
            {
                int masks = Enumerable.Range(0, Steps).Select(t => string.Join(' ', rows[(t * Batch) + sequence])).Distinct().Count();
                masks.ShouldBe(variational ? 1 : Steps);
            }

            rows.Take(Batch).Select(row => string.Join(' ', row)).Distinct().Count().ShouldBe(Batch);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_expectation_stays(bool variational)
    {
        using DropoutLayer layer = new(401, 0.3, variational, seed: 5, threads: 2) { TrainingStep = 0 };
        float[] y = Run(layer, Ones(8 * 50 * 401), 8, 50, []);
        y.ShouldAllBe(value => value == 0 || Math.Abs(value - (1 / 0.7f)) < 1e-4f);
        y.Average().ShouldBe(1f, 0.03f);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_passes_where_the_value_did(bool variational)
    {
        using DropoutLayer layer = new(Width, 0.4, variational, seed: 1, threads: 2) { TrainingStep = 7 };
        float[] y = Run(layer, Ones(Steps * Batch * Width), Steps, Batch, [9, 2, 0, 5]);
        float[] dx = new float[y.Length];
        // A step set between the passes is the next run's.
        layer.TrainingStep = 8;
        layer.Backward(Ones(y.Length), null, dx, null);
        dx.ShouldBe(y);
    }

    [Theory]
    [Trait("Category", "SameBits")]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_dropped_depends_on_neither_threads_nor_the_other_sequences_nor_the_steps_to_come(bool variational)
    {
        float[] expected = Run(variational, threads: 1, Steps, Batch);
        Run(variational, threads: 2, Steps, Batch).ShouldBe(expected);
        Run(variational, threads: 3, Steps, Batch).ShouldBe(expected);
        Run(variational, threads: 2, 4, Batch).ShouldBe(expected[..(4 * Batch * Width)]);
        Run(variational, threads: 2, Steps, 1).ShouldBe([.. expected.Chunk(Batch * Width).SelectMany(row => row[..Width])]);
    }

    [Fact]
    public void Seed_place_and_step_each_change_what_is_dropped()
    {
        static float[] Of(ulong seed, int step, bool second)
        {
            DropoutLayer layer = new(Width, 0.5, seed: seed, threads: 1);
            using LayerStack stack = new(second ? [new DropoutLayer(Width, 0, threads: 1), layer] : [layer]);
            stack.TrainingStep = step;
            return Run(stack, Ones(Steps * Batch * Width), Steps, Batch, []);
        }

        float[] expected = Of(seed: 1, step: 0, second: false);
        Of(seed: 1, step: 0, second: false).ShouldBe(expected);
        Of(seed: 2, step: 0, second: false).ShouldNotBe(expected);
        Of(seed: 1, step: 1, second: false).ShouldNotBe(expected);
        Of(seed: 1, step: 0, second: true).ShouldNotBe(expected);
    }

    [Fact]
    public void A_rate_or_a_step_out_of_range_is_refused()
    {
        Should.Throw<ArgumentOutOfRangeException>(() => new DropoutLayer(3, 1)).Message.ShouldStartWith("a rate is from 0 to less than 1");
        Should.Throw<ArgumentOutOfRangeException>(() => new DropoutLayer(3, double.NaN));
        using DropoutLayer layer = new(3, 0.5);
        Should.Throw<ArgumentOutOfRangeException>(() => layer.TrainingStep = -1).Message.ShouldStartWith("a training step is a number from 0 on");
    }

    private static float[] Run(bool variational, int threads, int steps, int batch)
    {
        using DropoutLayer layer = new(Width, 0.5, variational, seed: 1, threads: threads) { TrainingStep = 3 };
        return Run(layer, Ones(steps * batch * Width), steps, batch, []);
    }

    private static float[] Run(SequenceLayer layer, float[] x, int steps, int batch, int[] lengths)
    {
        float[] y = new float[x.Length];
        layer.Forward(x, steps, batch, lengths, null, y, null);
        return y;
    }

    private static float[] Ones(int count)
    {
        float[] values = new float[count];
        Array.Fill(values, 1f);
        return values;
    }
}
