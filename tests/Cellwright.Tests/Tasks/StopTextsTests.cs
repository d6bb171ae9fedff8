using System.Text;
using Cellwright.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class StopTextsTests
{
    [Theory]
    [InlineData("the end is near", "the ", "end")]
    [InlineData("aaab", "a", "aab")]
    [InlineData("abababc and", "ab", "ababc")]
    [InlineData("abcabd", "abcab", "d", "abe")]
    [InlineData("one\n\ntwo", "one", "\n\n")]
    [InlineData("xabcd", "x", "abcd", "abce", "bcx")]
    [InlineData("xabc", "xa", "abcd", "bc")]
    [InlineData("xabc", "x", "bc", "abc")]
    [InlineData("a😀b", "a", "😀")]
    [InlineData("nothing comes", "nothing comes", "comes!", "z")]
    [InlineData("nothing comes", "nothing comes")]
    [InlineData("", "", "a")]
    public void What_comes_before_the_first_stop_is_given_out_and_no_more(string written, string given, params string[] stops)
    {
        StopTexts texts = new(stops);
        for (int round = 0; round < 2; round++)
        {
            texts.Begin();
            StringBuilder output = new();
            foreach (Rune character in written.EnumerateRunes().TakeWhile(_ => !texts.HasCome))
            {
                texts.Add(character);
                while (texts.TryTake(out Rune taken))
                {
                    output.Append(taken.ToString());
                }

                // Whatever comes next, what has been given out stays right.
                given.ShouldStartWith(output.ToString());
            }

            while (texts.TryTakeRest(out Rune taken))
            {
                output.Append(taken.ToString());
            }

            output.ToString().ShouldBe(given);
            texts.HasCome.ShouldBe(given != written);
        }
    }

    [Fact]
    public void A_character_that_begins_no_stop_is_given_out_at_once()
    {
        StopTexts texts = new(["stop"]);
        texts.Add(new Rune('s'));
        texts.TryTake(out _).ShouldBeFalse();
        texts.Add(new Rune('u'));
        texts.TryTake(out Rune first).ShouldBeTrue();
        first.ShouldBe(new Rune('s'));
        texts.TryTake(out _).ShouldBeTrue();
        texts.TryTake(out _).ShouldBeFalse();
    }

    [Fact]
    public void An_empty_stop_is_refused() => Should.Throw<ArgumentException>(() => new StopTexts(["a", ""])).Message.ShouldContain("a character or more");
}
