using System.Diagnostics;
using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Tasks;

namespace Cellwright.Bench;

/// <summary>Times training steps of a text model, with products of the first layer's input over the vocabulary and over every position.</summary>
internal static class TextBenchmark
{
    private const int Rounds = 12;

    public static void Run(Cell cell)
    {
        const string Alphabet = "\n !,-.:;?ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'0123";
        Random random = new(1);
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(Alphabet);
        int[] symbols = [.. Enumerable.Range(0, 200_000).Select(_ => random.Next(vocabulary.Count))];
        foreach ((int hidden, bool tied) in ((int, bool)[])[(256, false), (256, true), (512, false), (512, true)])
        {
            TextModelDesign design = new() { Cells = [cell], Sizes = new Dictionary<string, int> { ["input"] = tied ? hidden : TextModel.DefaultEmbedding, ["hidden"] = hidden }, Tied = tied };
            using TextModel model = TextModel.Create(design, vocabulary, seed: 1);
            using TextTrainer trainer = new(model, symbols, new TextTrainingOptions { Batch = 32 });
            double[] best = [double.MaxValue, double.MaxValue];
            for (int round = 0; round < 2 * Rounds; round++)
            {
                model.Embedding.GathersProducts = round % 2 == 1;
                trainer.Step(1000);
                long begin = Stopwatch.GetTimestamp();
                trainer.Step(1000);
                trainer.Step(1000);
                best[round % 2] = Math.Min(best[round % 2], Stopwatch.GetElapsedTime(begin).TotalSeconds / 2);
            }

            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{cell.Name}, hidden {hidden}, embedding {model.EmbeddingWidth}{(tied ? ", tied" : string.Empty)}, {vocabulary.Count} characters, 32 x 64: {trainer.CharactersPerStep / best[0]:N0} characters/s with products of every position, {trainer.CharactersPerStep / best[1]:N0} with rows gathered ({best[0] / best[1]:F2} times)"));
        }
    }
}
