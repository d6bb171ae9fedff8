using Cellwright.Randomness;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Randomness;

public class Philox4x32Tests
{
    // The known answers that the Random123 library publishes for philox4x32 with ten rounds (tests/kat_vectors):
    // counter and key of zeros, of ones, and of the digits of π.
    [Theory]
    [Trait("Category", "SameBits")]
    [InlineData(0UL, 0UL, 0UL, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd)]
    [InlineData(0x85a308d3_243f6a88, 0x03707344_13198a2e, 0x299f31d0_a4093822, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1)]
    public void A_block_is_the_published_answer(ulong low, ulong high, ulong key, uint word0, uint word1, uint word2, uint word3) =>
        Philox4x32.Block(low, high, key).ShouldBe(new PhiloxBlock(word0, word1, word2, word3));
}
