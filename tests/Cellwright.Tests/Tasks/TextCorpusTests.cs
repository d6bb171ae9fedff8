using System.Diagnostics;
using System.Text;
using Cellwright.Tasks;
using Cellwright.Training;
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
        using TextCorpus corpus = TextCorpus.Open([folder]);
        TextOf(corpus).ShouldBe("B\nz\nz\nb");
        corpus.Files.Select(Path.GetFileName).ShouldBe(["B.txt", "z.txt", "b.txt"]);
        corpus.Length.ShouldBe(7);
    }

    [Fact]
    public void A_link_to_a_folder_is_not_followed_and_one_to_a_file_is()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string text = Write("corpus/a.txt", "a"u8);
        Directory.CreateSymbolicLink(Path.Combine(folder, "corpus", "loop"), Path.Combine(folder, "corpus"));
        File.CreateSymbolicLink(Path.Combine(folder, "corpus", "b.txt"), text);
        using TextCorpus corpus = TextCorpus.Open([Path.Combine(folder, "corpus")]);
        TextOf(corpus).ShouldBe("a\na");
    }

    [Fact]
    public async Task A_pipe_is_no_text_and_is_not_waited_for()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string pipe = Path.Combine(folder, "pipe");
        using (Process made = Process.Start("mkfifo", [pipe]))
        {
            await made.WaitForExitAsync();
        }

        // Opened, it would wait for a writer for ever.
        File.CreateSymbolicLink(Path.Combine(folder, "link"), pipe);
        foreach (string each in (string[])[pipe, Path.Combine(folder, "link")])
        {
            (await Task.Run(() => Message(each)).WaitAsync(TimeSpan.FromSeconds(30))).ShouldContain("there is no text in");
        }
    }

    [Fact]
    public void Files_are_read_in_the_order_given()
    {
        string second = Write("2", "two"u8);
        string first = Write("1", "one"u8);
        using TextCorpus corpus = TextCorpus.Open([second, first]);
        TextOf(corpus).ShouldBe("two\none");
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

    // Files of plain lines, of lines with accents, and of lines ended as Windows does, more than three blocks of the index long.
    [Fact]
    public void Any_part_of_a_corpus_reads_as_it_stands_in_the_whole()
    {
        string plain = string.Concat(Enumerable.Range(0, 1500).Select(line => $"line {line}\n"));
        string accents = string.Concat(Enumerable.Range(0, 700).Select(line => $"Zeile {line} — größer 😀\n"));
        string windows = string.Concat(Enumerable.Range(0, 500).Select(line => $"line {line}\r\n"));
        string[] parts = [plain + "no end", accents, windows, "\r\r\n\ra\r"];
        string[] files = [.. parts.Select((part, index) => Write($"{index}.txt", Encoding.UTF8.GetBytes(part)))];
        string expected = $"{parts[0]}\n{parts[1]}{parts[2]}{parts[3]}".Replace("\r\n", "\n", StringComparison.Ordinal);
        using TextCorpus corpus = TextCorpus.Open(files);
        corpus.Hash.ShouldBe(ContentHash.OfText(expected));
        corpus.Vocabulary.Text.ShouldBe(CharacterVocabulary.Of(expected).Text);
        int[] whole = corpus.Vocabulary.Encode(expected);
        SymbolText symbols = corpus.Encode();
        symbols.Length.ShouldBe(whole.Length);
        for (int start = 0; start < whole.Length; start += 611)
        {
            int[] some = new int[Math.Min(whole.Length - start, (start * 7 % 9000) + 1)];
            symbols.Read(start, some);
            some.AsSpan().SequenceEqual(whole.AsSpan(start, some.Length)).ShouldBeTrue($"from {start}");
            symbols.Slice(start, some.Length).Read(some.Length - 1, some.AsSpan(0, 1));
            some[0].ShouldBe(whole[start + some.Length - 1]);
        }

        CharacterVocabulary ascii = CharacterVocabulary.Of(plain);
        SymbolText known = corpus.EncodeKnown(ascii, out IReadOnlyDictionary<Rune, long> unknown);
        int[] left = ascii.EncodeKnown(expected, out IReadOnlyDictionary<Rune, int> counts);
        unknown.ShouldBe(counts.Select(pair => KeyValuePair.Create(pair.Key, (long)pair.Value)));
        int[] all = new int[known.Length];
        known.Read(0, all);
        all.ShouldBe(left);
        int[] late = new int[900];
        known.Read(left.Length - 1500, late);
        late.ShouldBe(left[^1500..^600]);
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
        using TextCorpus corpus = DocumentationProse.Read([first, second, broken], 10_000)!;
        TextOf(corpus).ShouldBe("""
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
        using TextCorpus corpus = DocumentationProse.Read([file], 500)!;
        corpus.Length.ShouldBeInRange(450, 500);
        TextOf(corpus).TrimEnd().ShouldEndWith(".");
    }

    [Fact]
    public void There_is_always_a_default_text()
    {
        using TextCorpus corpus = TextCorpus.Default();
        corpus.Length.ShouldBeInRange(10_000, TextCorpus.DefaultLimit);
        corpus.Files.ShouldBe(corpus.Files.Order(StringComparer.Ordinal));
        corpus.Describe().ShouldContain(corpus.Files[0]);
    }

    private static string TextOf(TextCorpus corpus)
    {
        int[] symbols = new int[corpus.Length];
        corpus.Encode().Read(0, symbols);
        return corpus.Vocabulary.Decode(symbols);
    }

    private string Message(string path) => Should.Throw<CorpusException>(() => TextCorpus.Open([path])).Message;

    private string Write(string name, ReadOnlySpan<byte> contents)
    {
        string path = Path.Combine(folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, contents);
        return path;
    }
}
