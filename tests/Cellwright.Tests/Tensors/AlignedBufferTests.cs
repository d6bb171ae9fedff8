using Cellwright.Tensors;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tensors;

public unsafe class AlignedBufferTests
{
    [Fact]
    public void Memory_is_aligned_and_zero_with_its_slack()
    {
        for (int length = 0; length < 200; length += 7)
        {
            using AlignedBuffer buffer = new(length);
            buffer.Length.ShouldBe(length);
            buffer.Span.Length.ShouldBe(length);
            if (length == 0) continue;
            ((nint)buffer.Pointer % 64).ShouldBe(0);
            new Span<float>(buffer.Pointer, length + AlignedBuffer.Slack).ToArray().ShouldAllBe(x => x == 0f);
        }
    }

    [Fact]
    public void Large_memory_begins_on_a_large_page_and_is_zero_with_its_slack()
    {
        const int Length = 700_001;
        using AlignedBuffer buffer = new(Length);
        buffer.Length.ShouldBe(Length);
        ((nuint)buffer.Pointer % LargePages.Size).ShouldBe(0u);
        new Span<float>(buffer.Pointer, Length + AlignedBuffer.Slack).IndexOfAnyExcept(0f).ShouldBe(-1);
    }

    [Fact]
    public void It_grows_to_zeros_and_never_shrinks()
    {
        using AlignedBuffer buffer = new(10);
        buffer.Span.Fill(1f);
        float* before = buffer.Pointer;
        buffer.Reserve(5);
        ((nint)buffer.Pointer).ShouldBe((nint)before);
        buffer.Length.ShouldBe(10);
        buffer.Span.ToArray().ShouldAllBe(x => x == 1f);
        buffer.Reserve(1000);
        buffer.Length.ShouldBe(1000);
        buffer.Span.ToArray().ShouldAllBe(x => x == 0f);
    }

    [Fact]
    public void A_disposed_buffer_is_empty()
    {
        AlignedBuffer buffer = new(10);
        buffer.Dispose();
        buffer.Length.ShouldBe(0);
        buffer.Span.Length.ShouldBe(0);
        buffer.Dispose();
    }
}
