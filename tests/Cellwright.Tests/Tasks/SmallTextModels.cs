using Cellwright.Graphs;
using Cellwright.Tasks;

namespace Cellwright.Tests.Tasks;

/// <summary>Models of a verse, small enough to be trained in a moment.</summary>
internal static class SmallTextModels
{
    public const string Verse = "the cat sat on the mat; the dog sat on the log. ";

    public static readonly TextTrainingOptions Options = new() { Batch = 4, Window = 12, LearningRate = 0.02, WarmUp = 5 };

    public static readonly TextModelDesign Everything = new()
    {
        Cells = [Cell.Named("gru"), Cell.Named("lstm")],
        Sizes = new Dictionary<string, int> { ["input"] = 19, ["hidden"] = 19 },
        Residual = true,
        Tied = true,
        Regularization = new TextRegularization
        {
            Dropout = 0.2,
            Variational = true,
            Zoneout = new Dictionary<string, double> { [TextRegularization.All] = 0.1, ["c"] = 0.3 },
            WeightDrop = new Dictionary<string, double> { [TextRegularization.All] = 0.2 },
            Seed = 5,
        },
    };

    public static (TextModel Model, int[] Symbols) Create(string cell, int threads) => Create(
        new TextModelDesign { Cells = [Cell.Named(cell)], Sizes = new Dictionary<string, int> { ["input"] = 6, ["hidden"] = 19 } }, threads);

    public static (TextModel Model, int[] Symbols) Create(TextModelDesign design, int threads)
    {
        string text = string.Concat(Enumerable.Repeat(Verse, 40));
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(text);
        return (TextModel.Create(design, vocabulary, seed: 3, threads), vocabulary.Encode(text));
    }
}
