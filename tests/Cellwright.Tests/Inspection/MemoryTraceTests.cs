using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Randomness;
using Cellwright.Tasks.Memory;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class MemoryTraceTests
{
    [Theory]
    [InlineData("adding", 9)]
    [InlineData("copy", 3)]
    [InlineData("anbncn", 4)]
    public void A_sequence_alone_is_answered_as_it_is_in_a_batch(string name, int length)
    {
        IMemoryTask task = MemoryTask.Named(name).Create(length);
        using MemoryModel model = MemoryModel.Create(Cell.Named("lstm"), new Dictionary<string, int> { ["hidden"] = 7 }, task, seed: 3, layers: 2, threads: 1);
        MemoryBatch batch = new(task, 5);
        MemoryBatch one = new(task, 1);
        RandomStream stream = new(4, "sequences");
        batch.Fill(stream, 10);
        one.Fill(stream, 13);

        MemoryTrace trace = MemoryTrace.Of(model, one);

        Cellwright.Tensors.AlignedBuffer scores = model.Forward(batch);
        trace.Steps.ShouldBe(batch.Lengths[3]);
        for (int step = 0; step < trace.Steps; step++)
        {
            ReadOnlySpan<float> expected = scores.Span.Slice(((step * 5) + 3) * model.Head.Stride, task.OutputWidth);
            trace.Outputs(step).SequenceEqual(expected).ShouldBeTrue();
            trace.Right[step].ShouldBe(batch.Judge(step, 3, expected));
        }

        trace.Layers.Count.ShouldBe(2);
        trace.Layers[1].Input.Span.SequenceEqual(trace.Layers[0].Output.Span).ShouldBeTrue();
    }

    [Fact]
    public void Several_sequences_at_once_are_refused()
    {
        IMemoryTask task = MemoryTask.Named("adding").Create(9);
        using MemoryModel model = MemoryModel.Create(Cell.Named("elman"), new Dictionary<string, int> { ["hidden"] = 3 }, task, seed: 3, threads: 1);

        Should.Throw<ArgumentException>(() => MemoryTrace.Of(model, new MemoryBatch(task, 2))).Message.ShouldContain("one is traced");
    }
}
