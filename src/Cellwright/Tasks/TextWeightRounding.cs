using Cellwright.Layers;

namespace Cellwright.Tasks;

/// <summary>What a text model loses when a stream holds its layers' matrices as <see cref="WeightFormat.BFloat16"/>.</summary>
/// <param name="Float32">How well the model predicts a text as it is.</param>
/// <param name="BFloat16">How well it predicts the same text with rounded matrices.</param>
/// <param name="LargestDifference">The largest difference of a score: what the head gives for a character, before the softmax.</param>
public readonly record struct TextWeightRounding(TextEvaluation Float32, TextEvaluation BFloat16, double LargestDifference)
{
    /// <summary>Evaluates a model on a text as it is and with rounded matrices, which have the bits of a <see cref="TextSession"/> that holds them so.</summary>
    /// <param name="model">The model, which is left as it is.</param>
    /// <param name="symbols">The text as symbols.</param>
    /// <param name="streams">The number of parts that are read side by side, as in <see cref="TextEvaluation.Of(TextModel, SymbolText, int)"/>.</param>
    /// <exception cref="CorpusException">The text has fewer than two characters.</exception>
    public static TextWeightRounding Of(TextModel model, SymbolText symbols, int streams = 0)
    {
        ArgumentNullException.ThrowIfNull(model);
        using LayerStack rounded = model.CopyLayers(trace: false);
        rounded.RoundWeights();
        (TextEvaluation[] results, double difference) = TextEvaluation.Of(model, [model.Layers, rounded], symbols, streams);
        return new TextWeightRounding(results[0], results[1], difference);
    }
}
