using System.Text;
using Cellwright.Graphs;
using Cellwright.Randomness;
using Cellwright.Tasks;
using Cellwright.Tensors;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class TextSessionTests
{
    private const string Alphabet = "abc dé.\n";

    [Fact]
    [Trait("Category", "SameBits")]
    public void Turns_write_what_one_long_turn_writes()
    {
        using TextModel model = Create(threads: 1);
        TextSampling sampling = new() { Temperature = 1.2, TopK = 6, TopP = 0.95 };
        string whole = Text(new TextGenerator(model).Continue("ab", 90, sampling, seed: 7));
        using TextSession session = new(model, "ab", sampling, seed: 7);
        string parts = Text(session.Write(40)) + Text(session.Write(1)) + Text(session.Write(49));
        parts.ShouldBe(whole);
        using TextModel wide = Create(threads: 2);
        Text(new TextGenerator(wide).Continue("ab", 90, sampling, seed: 7)).ShouldBe(whole);
        Text(new TextGenerator(model).Continue("ab", 90, sampling, seed: 8)).ShouldNotBe(whole);
    }

    [Fact]
    public void A_session_that_is_disposed_or_whose_model_is_writes_no_more()
    {
        using TextModel model = Create(threads: 1);
        TextSession session = new(model);
        session.Dispose();
        Should.Throw<ObjectDisposedException>(() => Text(session.Write(1)));
        Should.Throw<ObjectDisposedException>(() => session.Read("a"));
        Should.Throw<ObjectDisposedException>(() => session.Save(Path.Combine(Path.GetTempPath(), "nothing")));

        TextModel gone = Create(threads: 1);
        using TextSession left = new(gone);
        gone.Dispose();
        Should.Throw<ObjectDisposedException>(() => Text(left.Write(1)));
        Should.Throw<ObjectDisposedException>(() => left.Read("a"));
    }

    [Fact]
    public void A_stop_cuts_the_text_where_it_first_comes()
    {
        using TextModel model = Create(threads: 1);
        TextSampling sampling = new() { Temperature = 1.5 };
        string whole = Text(new TextGenerator(model).Continue("a", 300, sampling, seed: 2));
        for (int start = 5; start < 295; start += 29)
        {
            string stop = whole.Substring(start, 3);
            Text(new TextGenerator(model).Continue("a", 300, sampling, seed: 2, stop, "no such text")).ShouldBe(whole[..whole.IndexOf(stop, StringComparison.Ordinal)]);
        }
    }

    [Fact]
    public void What_is_read_between_turns_changes_what_follows_and_an_unknown_character_changes_nothing()
    {
        using TextModel model = Create(threads: 1);
        TextSampling sampling = new() { Temperature = 1.2 };
        using TextSession plain = new(model, "", sampling, seed: 1);
        using TextSession refused = new(model, "", sampling, seed: 1);
        using TextSession told = new(model, "", sampling, seed: 1);
        string first = Text(plain.Write(20));
        Text(refused.Write(20)).ShouldBe(first);
        Text(told.Write(20)).ShouldBe(first);
        Should.Throw<CorpusException>(() => refused.Read("abX")).Message.ShouldContain("'X' U+0058");
        told.Read("dddd");
        string second = Text(plain.Write(60));
        Text(refused.Write(60)).ShouldBe(second);
        Text(told.Write(60)).ShouldNotBe(second);
    }

    [Fact]
    public void A_session_saved_to_a_file_writes_on_as_if_it_had_gone_on()
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("cellwright").FullName, "session.safetensors");
        using TextModel model = CreateDeep();
        using TextSession session = new(model, "abc", seed: 7);
        Text(session.Write(20));
        session.Save(path);
        string expected = Text(session.Write(40));
        using TextSession other = new(model, "ccc", seed: 7);
        other.Restore(path);
        Text(other.Write(40)).ShouldBe(expected);
        using TextModel small = Create(threads: 1);
        using TextSession misfit = new(small, "abc", seed: 7);
        Should.Throw<Cellwright.Files.InvalidFileException>(() => misfit.Restore(path));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Rounded_matrices_predict_nearly_as_well_and_a_session_has_their_bits()
    {
        using TextModel model = CreateDeep();
        RandomStream random = new(4, "test/text");
        int[] symbols = [.. Enumerable.Range(0, 300).Select(i => random.Below(0, (ulong)i, model.Vocabulary.Count))];
        TextWeightRounding rounding = TextWeightRounding.Of(model, symbols, streams: 1);
        rounding.Float32.ShouldBe(TextEvaluation.Of(model, symbols, streams: 1));
        double expected = 0;
        double difference = 0;
        using AlignedBuffer output = new(model.Layers.OutputWidth);
        using AlignedBuffer scores = new(model.Head.Stride);
        using Cellwright.Layers.LayerStream exact = model.Layers.CreateStream();
        using Cellwright.Layers.LayerStream rounded = model.Layers.CreateStream(new Cellwright.Layers.StreamOptions { Weights = Cellwright.Layers.WeightFormat.BFloat16 });
        for (int i = 0; i + 1 < symbols.Length; i++)
        {
            ReadOnlySpan<float> x = model.Embedding.Table.Values.Slice(symbols[i] * model.EmbeddingWidth, model.EmbeddingWidth);
            exact.Step(x, output.Span);
            model.Head.Forward(1, output, scores);
            float[] first = scores.Span[..model.Vocabulary.Count].ToArray();
            rounded.Step(x, output.Span);
            model.Head.Forward(1, output, scores);
            float[] second = scores.Span[..model.Vocabulary.Count].ToArray();
            difference = Math.Max(difference, first.Zip(second).Max(pair => Math.Abs((double)pair.First - pair.Second)));
            expected -= Math.Log(Math.Exp(second[symbols[i + 1]]) / second.Sum(score => Math.Exp(score))) / (symbols.Length - 1);
        }

        rounding.BFloat16.Loss.ShouldBe(expected, 1e-6);
        difference.ShouldBeGreaterThan(0);
        rounding.LargestDifference.ShouldBe(difference);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_evaluation_is_the_loss_of_each_character_after_those_before_it(bool isDeep)
    {
        using TextModel model = isDeep ? CreateDeep() : Create(threads: 2);
        RandomStream random = new(4, "test/text");
        int[] symbols = [.. Enumerable.Range(0, 300).Select(i => random.Below(0, (ulong)i, model.Vocabulary.Count))];
        double expected = 0;
        using (AlignedBuffer output = new(model.Layers.OutputWidth))
        using (AlignedBuffer scores = new(model.Head.Stride))
        using (Cellwright.Layers.LayerStream stream = model.Layers.CreateStream())
        {
            for (int i = 0; i + 1 < symbols.Length; i++)
            {
                stream.Step(model.Embedding.Table.Values.Slice(symbols[i] * model.EmbeddingWidth, model.EmbeddingWidth), output.Span);
                model.Head.Forward(1, output, scores);
                double[] weights = [.. scores.Span[..model.Vocabulary.Count].ToArray().Select(score => Math.Exp(score))];
                expected -= Math.Log(weights[symbols[i + 1]] / weights.Sum()) / (symbols.Length - 1);
            }
        }

        TextEvaluation result = TextEvaluation.Of(model, symbols, streams: 1);
        result.Loss.ShouldBe(expected, 1e-6);
        result.Characters.ShouldBe(299);
        result.BitsPerCharacter.ShouldBe(expected / Math.Log(2), 2e-6);
        result.Perplexity.ShouldBe(Math.Exp(expected), 1e-5);
    }

    [Fact]
    public void Characters_that_are_not_known_are_left_out_and_counted()
    {
        CharacterVocabulary vocabulary = CharacterVocabulary.Of("abc");
        int[] symbols = vocabulary.EncodeKnown("aXb😀cXa", out IReadOnlyDictionary<Rune, int> unknown);
        symbols.ShouldBe(vocabulary.Encode("abca"));
        unknown.Select(pair => (pair.Key.ToString(), pair.Value)).ShouldBe([("X", 2), ("😀", 1)]);
        vocabulary.EncodeKnown("cab", out unknown).ShouldBe(vocabulary.Encode("cab"));
        unknown.ShouldBeEmpty();
    }

    // With larger weights than those that training begins with, what was read matters for what is written.
    private static TextModel Create(int threads)
    {
        TextModel model = TextModel.Create(Cell.Named("gru"), new Dictionary<string, int> { ["input"] = 5, ["hidden"] = 21 }, CharacterVocabulary.Of(Alphabet), seed: 3, threads);
        foreach (ref float value in model.Head.Weights.Values)
        {
            value *= 5;
        }

        model.Load();
        return model;
    }

    private static TextModel CreateDeep() => TextModel.Create(
        new TextModelDesign
        {
            Cells = [Cell.Named("lstm"), Cell.Named("gru")],
            Sizes = new Dictionary<string, int> { ["input"] = 21, ["hidden"] = 21 },
            Residual = true,
            Tied = true,
            Regularization = new TextRegularization
            {
                Dropout = 0.3,
                Zoneout = new Dictionary<string, double> { [TextRegularization.All] = 0.2 },
                WeightDrop = new Dictionary<string, double> { [TextRegularization.All] = 0.2 },
            },
        },
        CharacterVocabulary.Of(Alphabet),
        seed: 3,
        threads: 2);

    private static string Text(IEnumerable<Rune> characters) => string.Concat(characters.Select(character => character.ToString()));
}
