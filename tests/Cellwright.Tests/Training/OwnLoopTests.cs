using Cellwright.Graphs;
using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Tensors;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class OwnLoopTests
{
    private const int Steps = 9;
    private const int Batch = 3;
    private const int Width = 5;

    private static readonly int[] Lengths = [9, 2, 0];

    [Fact]
    public void A_loop_of_ones_own_allocates_nothing_after_its_first_step()
    {
        using Layer layer = new(Cell.Named("gru"), new Dictionary<string, int> { ["input"] = 4, ["hidden"] = Width });
        layer.Initialize(seed: 3);
        float[] x = Drawn(Steps * Batch * 4);
        float[] targets = Drawn(Steps * Batch * Width);
        float[] y = new float[targets.Length];
        SquaredError loss = new();
        Optimizer[] optimizers = [new Adam(layer.Parameters), new GradientDescent(layer.Parameters)];
        double Step()
        {
            layer.Forward(x, Steps, Batch, Lengths, initial: null, y, final: null);
            double error = loss.MeanWithGradient(y, targets, Steps, Batch, Lengths, gradient: y);
            layer.Backward(y, dFinal: null, dx: [], dInitial: null);
            foreach (Optimizer optimizer in optimizers)
            {
                optimizer.Update(learningRate: 0.003);
            }

            layer.Load();
            return error;
        }

        double first = Step();
        long before = GC.GetAllocatedBytesForCurrentThread();
        double last = first;
        for (int step = 0; step < 50; step++)
        {
            last = Step();
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        last.ShouldBeLessThan(first);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_loss_of_spans_is_that_of_the_trainers(int outputsPerTarget)
    {
        SequenceLoss loss = outputsPerTarget == 1 ? new AbsoluteError(threads: 2) : new PinballLoss([0.1, 0.5, 0.9], threads: 2);
        float[] targets = Drawn(Steps * Batch * Width);
        float[] outputs = Drawn(targets.Length * outputsPerTarget);
        using AlignedBuffer buffer = new(outputs.Length);
        outputs.CopyTo(buffer.Span);
        double expected = loss.MeanWithGradient(buffer, targets, Steps, Batch, Lengths, Width, Width * outputsPerTarget);

        float[] gradient = new float[outputs.Length];
        loss.MeanWithGradient(outputs, targets, Steps, Batch, Lengths, gradient).ShouldBe(expected);
        gradient.ShouldBe(buffer.Span.ToArray());
    }

    [Fact]
    public void Spans_that_do_not_fit_their_shape_are_refused()
    {
        SquaredError loss = new(threads: 1);
        float[] six = new float[6];
        Should.Throw<ArgumentException>(() => loss.MeanWithGradient(six, six.AsSpan(0, 3), 3, 2, [], six)).Message.ShouldContain("do not fit");
        Should.Throw<ArgumentException>(() => loss.MeanWithGradient(six, six, 3, 2, [], six.AsSpan(0, 5))).Message.ShouldContain("do not fit");
        Should.Throw<ArgumentException>(() => loss.MeanWithGradient(six, six, 4, 2, [], six)).Message.ShouldContain("do not fit");
        Should.Throw<ArgumentException>(() => loss.MeanWithGradient(six, six, 3, 2, [3, 4], six)).Message.ShouldContain("a length of 4 does not fit 3 steps");
    }

    [Fact]
    public void A_number_of_threads_of_0_is_one_for_each_processor() =>
        WorkerTeam.Default(0).ShouldBeSameAs(WorkerTeam.Default(Environment.ProcessorCount));

    private static float[] Drawn(int count)
    {
        Random random = new(count);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
    }
}
