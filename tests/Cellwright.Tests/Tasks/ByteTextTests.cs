using System.Text;
using Cellwright.Graphs;
using Cellwright.Randomness;
using Cellwright.Tasks;
using Cellwright.Tests.Files;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class ByteTextTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Files_of_anything_are_read_as_they_are_one_after_the_other()
    {
        byte[][] contents = [[0xEF, 0xBB, 0xBF, 1, 0, 13, 10], [], Noise(5000, 1), [255], Noise(70_000, 2)];
        string[] files = [.. contents.Select((bytes, i) =>
        {
            File.WriteAllBytes(folder[$"{i}.bin"], bytes);
            return folder[$"{i}.bin"];
        })];
        byte[] whole = [.. contents.SelectMany(bytes => bytes)];
        using TextCorpus corpus = TextCorpus.Open(files, asBytes: true);
        corpus.Length.ShouldBe(whole.Length);
        corpus.Vocabulary.ShouldBe(CharacterVocabulary.Bytes);
        SymbolText symbols = corpus.EncodeKnown(CharacterVocabulary.Bytes, out IReadOnlyDictionary<Rune, long> unknown);
        unknown.ShouldBeEmpty();
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Gen.Choose(0, whole.Length).Two().ToArbitrary(), pair =>
        {
            int start = Math.Min(pair.Item1, pair.Item2);
            int[] read = new int[Math.Abs(pair.Item1 - pair.Item2)];
            symbols.Read(start, read);
            read.Select(symbol => (byte)symbol).ShouldBe(whole.AsSpan(start, read.Length).ToArray());
        }));

        File.WriteAllBytes(folder["whole.bin"], whole);
        using TextCorpus joined = TextCorpus.Open([folder["whole.bin"]], asBytes: true);
        corpus.Hash.ShouldBe(joined.Hash);
        Should.Throw<ArgumentException>(() => corpus.EncodeKnown(CharacterVocabulary.Of("ab"), out _)).Message.ShouldContain("opened by bytes");
        Should.Throw<CorpusException>(() => TextCorpus.Open([files[1]], asBytes: true)).Message.ShouldContain("a byte or more");
    }

    [Fact]
    public void Every_text_is_its_utf8_bytes_and_back()
    {
        const string Text = "naïve 😀\0\r\n";
        CharacterVocabulary bytes = CharacterVocabulary.Bytes;
        int[] symbols = bytes.Encode(Text);
        symbols.Select(symbol => (byte)symbol).ShouldBe(Encoding.UTF8.GetBytes(Text));
        bytes.Decode(symbols).ShouldBe(Text);
        bytes.EncodeKnown(Text, out IReadOnlyDictionary<Rune, int> unknown).ShouldBe(symbols);
        unknown.ShouldBeEmpty();
        bytes.Count.ShouldBe(256);
        bytes.Contains(new Rune(0x1F600)).ShouldBeTrue();
        bytes.Name('a').ShouldBe("a");
        bytes.Name(0xC3).ShouldBe("\\xC3");
        bytes.Decode([0x41, 0xC3]).ShouldBe("A\uFFFD");
    }

    [Fact]
    public void A_model_of_bytes_is_saved_and_read_and_its_bytes_are_shown_as_utf8()
    {
        using TextModel made = Model();
        made.Save(folder["bytes.safetensors"]);
        using TextModel model = TextModel.Open(folder["bytes.safetensors"], 1);
        model.Vocabulary.IsBytes.ShouldBeTrue();
        TextSampling free = new() { Temperature = 1.0 };
        for (ulong seed = 0; seed < 5; seed++)
        {
            using TextSession asBytes = new(model, "é", free, seed);
            using TextSession asText = new(model, "é", free, seed);
            byte[] written = [.. asBytes.WriteBytes(400)];
            written.Length.ShouldBe(400);
            written.ShouldContain(value => value >= 0x80, "an untrained model writes anything");
            string.Concat(asText.Write(400)).ShouldBe(Encoding.UTF8.GetString(written));
        }

        model.Evaluate("日本語, and any other").Characters.ShouldBe(Encoding.UTF8.GetByteCount("日本語, and any other") - 1);
    }

    [Fact]
    public void A_run_on_bytes_goes_on_where_it_was_stopped()
    {
        File.WriteAllBytes(folder["corpus.bin"], Noise(3000, 4));
        TextRunConfig config;
        using (TextCorpus corpus = TextCorpus.Open([folder["corpus.bin"]], asBytes: true))
        {
            config = new TextRunConfig
            {
                Cells = ["gru"],
                Sizes = Model().Sizes,
                Training = SmallTextRuns.Options,
                Steps = 12,
                ValidateEvery = 4,
                ValidationCharacters = 200,
                CheckpointEvery = 5,
                AsBytes = true,
                Files = TextRunConfig.FilesOf(corpus),
                TextHash = corpus.Hash,
                Model = folder["model.safetensors"],
            };
            foreach ((string name, int steps) in new[] { ("whole", 12), ("stopped", 7) })
            {
                using TextModel model = Model();
                TextSplit split = TextSplit.Of(corpus.Encode());
                using TextTrainer trainer = new(model, split.Training, config.Training);
                using TextRun run = TextRun.Begin(new(folder[name]), config, model, trainer, split.Validation);
                using CancellationTokenSource stop = new();
                run.Run(progress => (progress.Training.Step == steps ? stop : null)?.Cancel(), stop.Token);
            }
        }

        SmallTextRuns.Resume(new(folder["stopped"])).ShouldBeTrue();
        File.ReadAllBytes(folder["stopped"] + "/last.safetensors").ShouldBe(File.ReadAllBytes(folder["whole"] + "/last.safetensors"));
    }

    private static TextModel Model() =>
        TextModel.Create(Cell.Named("gru"), new Dictionary<string, int> { ["input"] = 5, ["hidden"] = 9 }, CharacterVocabulary.Bytes, seed: 3, threads: 1);

    private static byte[] Noise(int length, ulong seed)
    {
        RandomStream random = new(seed, "test");
        return [.. Enumerable.Range(0, length).Select(i => (byte)random.Below(0, (ulong)i, 256))];
    }
}
