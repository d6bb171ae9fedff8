using System.Text;
using Cellwright.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class CharacterVocabularyTests
{
    [Fact]
    public void Characters_are_in_code_point_order()
    {
        // U+FFFD comes before U+1F600 by code point, though not by UTF-16 code unit.
        CharacterVocabulary vocabulary = CharacterVocabulary.Of("b😀a\uFFFDb\n");
        vocabulary.Count.ShouldBe(5);
        vocabulary.Text.ShouldBe("\nab\uFFFD😀");
        vocabulary[4].ShouldBe(new Rune(0x1F600));
    }

    [Fact]
    public void Encoding_then_decoding_gives_the_text_again()
    {
        const string Text = "Γs ⊙ c̃ — 😀\r\n\tx";
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(Text);
        int[] symbols = vocabulary.Encode(Text);
        symbols.ShouldAllBe(symbol => symbol >= 0 && symbol < vocabulary.Count);
        vocabulary.Decode(symbols).ShouldBe(Text);
        CharacterVocabulary.Of(vocabulary.Text).Encode(Text).ShouldBe(symbols);
    }

    [Fact]
    public void Unknown_characters_are_named()
    {
        CharacterVocabulary vocabulary = CharacterVocabulary.Of("abc");
        string message = Should.Throw<CorpusException>(() => vocabulary.Encode("a\tbé")).Message;
        message.ShouldContain("U+0009");
        message.ShouldContain("'é' U+00E9");
        Should.Throw<CorpusException>(() => vocabulary.Encode("defghijk")).Message.ShouldContain("and 3 more");
    }
}
