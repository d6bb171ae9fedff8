using System.Text;
using Cellwright.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class TextCorpusTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cellwright").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_folder_is_read_in_ordinal_order_with_lines_kept_apart()
    {
        Write("b.txt", "b"u8);
        Write("B.txt", "B\n"u8);
        Write("a/z.txt", "\uFEFFz\r\nz"u8);
        Write(".hidden/x.txt", "hidden"u8);
        Write(".hidden.txt", "hidden"u8);
        TextCorpus corpus = TextCorpus.Read([folder]);
        corpus.Text.ShouldBe("B\nz\nz\nb");
        corpus.Files.Select(Path.GetFileName).ShouldBe(["B.txt", "z.txt", "b.txt"]);
        corpus.Length.ShouldBe(7);
    }

    [Fact]
    public void Files_are_read_in_the_order_given()
    {
        string second = Write("2", "two"u8);
        string first = Write("1", "one"u8);
        TextCorpus.Read([second, first]).Text.ShouldBe("two\none");
    }

    [Fact]
    public void Text_that_cannot_be_used_is_an_error_of_one_sentence()
    {
        string nowhere = Path.Combine(folder, "nowhere.txt");
        Message(nowhere).ShouldBe($"there is no file or folder '{nowhere}'");
        Message(Write("empty.txt", ""u8)).ShouldContain("there is no text in");
        Message(Write("image.png", [0x89, 0x50, 0x00, 0x47])).ShouldContain("zero byte at offset 2");
        string latin = Message(Write("latin.txt", [0x61, 0x62, 0xE9, 0x20]));
        latin.ShouldContain("is not UTF-8 text");
        latin.ShouldContain("offset 2");
    }

    [Fact]
    public void Documentation_becomes_plain_English_once()
    {
        string first = Write("first.xml", Encoding.UTF8.GetBytes("""
            <?xml version="1.0"?><doc><assembly><name>No prose here</name></assembly><members>
            <member name="M:A.B.C"><summary>Gets the
               <see cref="T:System.Collections.Generic.List`1" />, or <see langword="null" />.</summary>
              <param name="x">Passed to <see cref="M:System.String.Join``1(System.Char)" /> as <paramref name="x" />.</param>
              <remarks><para>One paragraph.</para><para>Another of them.</para><code>int code = 1;</code></remarks>
              <returns>Nothing</returns></member>
            <member name="M:A.B.D"><summary>See <see href="http://there">this page</see> &amp; more.</summary></member>
            </members></doc>
            """));
        string second = Write("second.xml", "<doc><members><member name=\"T:X\"><summary>One paragraph.</summary><returns>A new one.</returns></member></members></doc>"u8);
        string broken = Write("broken.xml", "<doc><members><member name=\"T:X\"><summary>Whole text.</summary><returns>A cut"u8);
        TextCorpus corpus = DocumentationProse.Read([first, second, broken], 10_000);
        corpus.Text.ShouldBe("""
            Gets the List, or null.
            Passed to Join as x.
            One paragraph.
            Another of them.

            See this page & more.

            A new one.

            Whole text.

            """.ReplaceLineEndings("\n"));
        corpus.Files.ShouldBe([first, second, broken]);
    }

    [Fact]
    public void Documentation_ends_with_a_whole_paragraph_within_the_limit()
    {
        string file = Write("many.xml", Encoding.UTF8.GetBytes(
            "<doc><members>" + string.Concat(Enumerable.Range(0, 100).Select(i => $"<member><summary>Paragraph number {i}.</summary></member>")) + "</members></doc>"));
        TextCorpus corpus = DocumentationProse.Read([file], 500);
        corpus.Length.ShouldBeInRange(450, 500);
        corpus.Text.TrimEnd().ShouldEndWith(".");
    }

    [Fact]
    public void There_is_always_a_default_text()
    {
        TextCorpus corpus = TextCorpus.Default();
        corpus.Length.ShouldBeInRange(10_000, TextCorpus.DefaultLimit);
        corpus.Files.ShouldBe(corpus.Files.Order(StringComparer.Ordinal));
        corpus.Describe().ShouldContain(corpus.Files[0]);
    }

    private string Message(string path) => Should.Throw<CorpusException>(() => TextCorpus.Read([path])).Message;

    private string Write(string name, ReadOnlySpan<byte> contents)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, contents);
        return path;
    }
}
