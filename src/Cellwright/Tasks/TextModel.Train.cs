using System.Text;
using Cellwright.Graphs;
using Cellwright.Training;

namespace Cellwright.Tasks;

// From equations and a text to a model in one call.
public sealed partial class TextModel
{
    /// <summary>The width of the embedding that <see cref="Train"/> uses unless told otherwise.</summary>
    public const int DefaultEmbedding = 64;

    /// <summary>Trains a model of one layer on a text. The same arguments give the same model on every machine.</summary>
    /// <remarks>
    /// All of the text is trained on: hold back what the model is to be judged by (<see cref="Evaluate"/>). Nothing is
    /// written; <see cref="TextRun"/> keeps checkpoints of longer training.
    /// </remarks>
    /// <param name="cell">The equations of the layer; a cell with one input and no sizes but <c>input</c> and <c>hidden</c>.</param>
    /// <param name="text">The text; its characters are those that the model knows.</param>
    /// <param name="hidden">The width of the layer's signals.</param>
    /// <param name="steps">The number of training steps.</param>
    /// <param name="options">How to train, the seed of the first values included; as <see cref="TextTrainingOptions"/> does by default where it is left out.</param>
    /// <param name="embedding">The width of a character's embedding, which is the layer's input.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the training between two steps; the model is then as it was after the last one.</param>
    /// <exception cref="ArgumentException">The cell has several inputs, or the sizes do not fit it.</exception>
    /// <exception cref="CorpusException">The text is too short for the batch and the window.</exception>
    /// <exception cref="Training.NonFiniteException">The loss or a gradient is not finite.</exception>
    public static TextModel Train(
        Cell cell,
        string text,
        int hidden,
        int steps,
        TextTrainingOptions? options = null,
        int embedding = DefaultEmbedding,
        Action<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(hidden, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(embedding, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        if (text.Length == 0)
        {
            throw new CorpusException("the text is empty; give one of at least a batch of windows");
        }

        options ??= new TextTrainingOptions();
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(text);
        TextModel model = Create(cell, new Dictionary<string, int> { ["input"] = embedding, ["hidden"] = hidden }, vocabulary, options.Seed);
        try
        {
            using TextTrainer trainer = new(model, vocabulary.Encode(text), options);
            trainer.Run(steps, progress, cancellation);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Says how well the model predicts a text. Characters that it never saw are left out, and counted in <see cref="TextEvaluation.Unknown"/>.</summary>
    /// <param name="text">The text; one that the model was not trained on tells more.</param>
    /// <exception cref="CorpusException">The text has fewer than two characters that the model knows.</exception>
    public TextEvaluation Evaluate(string text)
    {
        int[] symbols = Vocabulary.EncodeKnown(text, out IReadOnlyDictionary<Rune, int> unknown);
        return TextEvaluation.Of(this, symbols) with { Unknown = unknown.Values.Sum(count => (long)count) };
    }
}
