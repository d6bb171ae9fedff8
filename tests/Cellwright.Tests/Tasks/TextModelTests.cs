using System.Text;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks;

public sealed class TextModelTests : IDisposable
{
    private const string Verse = "the cat sat on the mat; the dog sat on the log. ";

    private static readonly TextTrainingOptions Options = new() { Batch = 4, Window = 12, LearningRate = 0.02, WarmUp = 5 };

    private readonly string folder = Directory.CreateTempSubdirectory("cellwright").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_model_learns_a_text_by_heart_and_writes_it()
    {
        (TextModel model, int[] symbols) = Create("lstm", threads: 2);
        using (model)
        {
            // Which of two endings comes follows from a word more than 12 characters before.
            using TextTrainer trainer = new(model, symbols, Options with { Window = 48 });
            List<double> losses = [];
            trainer.Run(800, step => losses.Add(step.Loss));
            losses.Count.ShouldBe(800);
            losses[0].ShouldBeGreaterThan(2.0);
            losses[^1].ShouldBeLessThan(0.05);
            TextEvaluation.Of(model, symbols).Loss.ShouldBeLessThan(0.05);
            Text(new TextGenerator(model).Continue(Verse + Verse, Verse.Length, temperature: 0, seed: 1)).ShouldBe(Verse);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Training_gives_the_same_bits_for_any_number_of_threads()
    {
        byte[][] files = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            (TextModel model, int[] symbols) = Create("lstm", threads);
            using (model)
            {
                using TextTrainer trainer = new(model, symbols, Options);
                trainer.Run(7);
                string path = Path.Combine(folder, $"{threads}.safetensors");
                model.Save(path);
                return File.ReadAllBytes(path);
            }
        })];
        files[1].ShouldBe(files[0]);
        files[2].ShouldBe(files[0]);
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Steps_found_from_a_budget_are_the_steps_of_a_run_of_that_number()
    {
        (TextModel first, int[] symbols) = Create("elman", threads: 1);
        (TextModel second, _) = Create("elman", threads: 1);
        using (first)
        using (second)
        {
            using TextTrainer timed = new(first, symbols, Options);
            int steps = Math.Min(timed.StepsWithin(TimeSpan.FromMilliseconds(50), validation: 10), 60);
            steps = Math.Max(steps, timed.Steps + 3);
            timed.Run(steps);
            using TextTrainer counted = new(second, symbols, Options);
            counted.Run(steps);
            counted.Steps.ShouldBe(timed.Steps);
            TextEvaluation.Of(first, symbols).Loss.ShouldBe(TextEvaluation.Of(second, symbols).Loss);
        }
    }

    [Fact]
    public void A_saved_model_is_read_again_bit_by_bit()
    {
        (TextModel model, int[] symbols) = Create("lstm", threads: 1);
        string path = Path.Combine(folder, "model.safetensors");
        using (model)
        {
            using TextTrainer trainer = new(model, symbols, Options);
            trainer.Run(3);
            model.Save(path);
            using TextModel read = TextModel.Open(path, threads: 2);
            read.Vocabulary.Text.ShouldBe(model.Vocabulary.Text);
            read.Sizes.ShouldBe(model.Sizes, ignoreOrder: true);
            read.Design.Cells[0].Text.ShouldBe(model.Design.Cells[0].Text);
            TextEvaluation.Of(read, symbols).Loss.ShouldBe(TextEvaluation.Of(model, symbols).Loss);
            Text(new TextGenerator(read).Continue("the ", 60, 0.9, seed: 5)).ShouldBe(Text(new TextGenerator(model).Continue("the ", 60, 0.9, seed: 5)));
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        file.Contains("embedding").ShouldBeTrue();
        file.Contains("head.W").ShouldBeTrue();
        file.Contains("head.b").ShouldBeTrue();
        file.Tensors.Count(tensor => tensor.Name.StartsWith("layer0.", StringComparison.Ordinal)).ShouldBe(model.Layers.Parameters.Count);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused_in_one_sentence()
    {
        string tensors = Path.Combine(folder, "tensors.safetensors");
        SafetensorsWriter writer = new();
        writer.Add("x", [2], new float[2]);
        writer.Save(tensors);
        Should.Throw<InvalidFileException>(() => TextModel.Open(tensors, 1)).Message.ShouldContain("no text model");

        (TextModel model, _) = Create("elman", threads: 1);
        using (model)
        {
            string path = Path.Combine(folder, "model.safetensors");
            model.Save(path);
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.sizes", """{"hidden":2000000000,"input":6}"""), 1)).Message.ShouldContain("'hidden' is 2000000000");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.sizes", """{"hidden":18,"input":6}"""), 1)).Message.ShouldContain("was expected");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.sizes", "many"), 1)).Message.ShouldContain("cellwright.sizes");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.vocabulary", ""), 1)).Message.ShouldContain("vocabulary");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.vocabulary", "ab"), 1)).Message.ShouldContain("'embedding'");
            Should.Throw<InvalidFileException>(() => TextModel.Open(Altered(path, "cellwright.version", "99"), 1)).Message.ShouldContain("version '99'");
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Streams_whose_lead_in_reaches_the_start_change_nothing_but_the_order_of_the_sum()
    {
        (TextModel model, int[] symbols) = Create("lstm", threads: 2);
        using (model)
        {
            int[] text = symbols[..200];
            TextEvaluation one = TextEvaluation.Of(model, text, streams: 1);
            TextEvaluation four = TextEvaluation.Of(model, text, streams: 4);
            one.Characters.ShouldBe(199);
            four.Characters.ShouldBe(199);
            four.Loss.ShouldBe(one.Loss, 1e-12);
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_stops_before_the_values_change()
    {
        (TextModel model, int[] symbols) = Create("elman", threads: 1);
        using (model)
        {
            using TextTrainer trainer = new(model, symbols, Options);
            trainer.Run(2);
            model.Layers.Parameters[0].Values[3] = float.NaN;
            model.Layers.Load();
            float[] before = model.Layers.Parameters[1].Values.ToArray();
            Cellwright.Training.NonFiniteException problem = Should.Throw<Cellwright.Training.NonFiniteException>(() => trainer.Step(10));
            problem.Step.ShouldBe(3);
            problem.Message.ShouldContain("the loss");
            model.Layers.Parameters[1].Values.ToArray().ShouldBe(before);
        }
    }

    [Fact]
    public void A_training_step_allocates_nothing()
    {
        // With one thread everything is done by this one, so what it allocates is all.
        (TextModel model, int[] symbols) = Create("lstm", threads: 1);
        using (model)
        {
            using TextTrainer trainer = new(model, symbols, Options);
            trainer.Run(5);
            long before = GC.GetAllocatedBytesForCurrentThread();
            trainer.Run(25);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        }
    }

    [Fact]
    public void The_seed_decides_what_is_written()
    {
        (TextModel model, _) = Create("elman", threads: 1);
        using (model)
        {
            TextGenerator generator = new(model);
            string first = Text(generator.Continue("", 50, 1, seed: 1));
            first.EnumerateRunes().Count().ShouldBe(50);
            Text(generator.Continue("", 50, 1, seed: 1)).ShouldBe(first);
            Text(generator.Continue("", 50, 1, seed: 2)).ShouldNotBe(first);
            Should.Throw<CorpusException>(() => generator.Continue("CAT", 5, 1, seed: 1)).Message.ShouldContain("'C' U+0043");
        }
    }

    private static string Text(IEnumerable<Rune> characters) => string.Concat(characters.Select(character => character.ToString()));

    private static (TextModel Model, int[] Symbols) Create(string cell, int threads)
    {
        string text = string.Concat(Enumerable.Repeat(Verse, 40));
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(text);
        Dictionary<string, int> sizes = new() { ["input"] = 6, ["hidden"] = 19 };
        return (TextModel.Create(Cell.Named(cell), sizes, vocabulary, seed: 3, threads), vocabulary.Encode(text));
    }

    private string Altered(string path, string key, string value)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        SafetensorsWriter writer = new();
        foreach ((string name, string text) in file.Metadata)
        {
            writer.Metadata[name] = name == key ? value : text;
        }

        foreach (SafetensorsEntry tensor in file.Tensors)
        {
            writer.Add(tensor.Name, [.. tensor.Shape], file.ReadSingles(tensor.Name));
        }

        string altered = Path.Combine(folder, "altered.safetensors");
        writer.Save(altered);
        return altered;
    }
}
