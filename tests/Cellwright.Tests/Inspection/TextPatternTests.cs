using Cellwright.Inspection;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class TextPatternTests
{
    [Theory]
    [InlineData("inside quotes", "a \"bc\" d", "00011000")]
    [InlineData("inside ( )", "a(b)c", "00100")]
    [InlineData("line position", "ab\ncd", "01201")]
    [InlineData("word position", "ab, cde", "0120012")]
    [InlineData("since \\n", "ab\ncd", "01201")]
    [InlineData("since b", "abcbd", "01010")]
    [InlineData("/[bd]+/", "abdca", "01100")]
    [InlineData("e", "see", "011")]
    [InlineData("e", "é😀e", "001")]
    public void A_pattern_is_a_number_for_each_character(string pattern, string text, string numbers) =>
        string.Concat(TextPattern.Parse(pattern).Of(text)).ShouldBe(numbers);

    [Theory]
    [InlineData("", "a pattern is a text")]
    [InlineData("since", "'since' is followed by a text")]
    [InlineData("/(/", "no regular expression")]
    public void What_is_no_pattern_is_answered_with_what_one_is(string pattern, string sentence) =>
        Should.Throw<FormatException>(() => TextPattern.Parse(pattern)).Message.ShouldContain(sentence);
}
