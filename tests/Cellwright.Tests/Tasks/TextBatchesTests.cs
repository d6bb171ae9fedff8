using Cellwright.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class TextBatchesTests
{
    [Fact]
    public void Each_sequence_goes_on_where_its_last_window_ended()
    {
        int[] text = [.. Enumerable.Range(0, 23)];
        TextBatches batches = new(text, batch: 3, window: 5);
        int[] inputs = new int[15];
        int[] targets = new int[15];
        int[] starts = [0, 7, 15];
        for (int step = 0; step < 9; step++)
        {
            batches.Fill(step, inputs, targets);
            for (int sequence = 0; sequence < 3; sequence++)
            {
                for (int time = 0; time < 5; time++)
                {
                    inputs[(time * 3) + sequence].ShouldBe((starts[sequence] + (step * 5) + time) % 23);
                    targets[(time * 3) + sequence].ShouldBe((starts[sequence] + (step * 5) + time + 1) % 23);
                }
            }
        }
    }

    [Fact]
    public void A_text_shorter_than_a_batch_is_refused()
    {
        string message = Should.Throw<CorpusException>(() => new TextBatches(new int[14], 3, 5)).Message;
        message.ShouldContain("14 characters");
        message.ShouldContain("--batch");
    }

    [Fact]
    public void The_last_tenth_is_for_validation()
    {
        TextSplit split = TextSplit.Of(new int[1_115_394]);
        split.Training.Length.ShouldBe(1_003_854);
        split.Validation.Length.ShouldBe(111_540);
    }
}
