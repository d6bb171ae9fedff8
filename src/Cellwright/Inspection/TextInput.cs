using Cellwright.Tasks;

namespace Cellwright.Inspection;

/// <summary>What the recurrent layers of a text model read of a text: the embeddings of its characters.</summary>
public static class TextInput
{
    /// <summary>Stretches of a text, evenly spread over it, side by side.</summary>
    /// <param name="model">The model.</param>
    /// <param name="symbols">The text as symbols of its vocabulary, at least <paramref name="length"/> of them.</param>
    /// <param name="length">T, the characters of a stretch.</param>
    /// <param name="batch">B, the number of stretches.</param>
    /// <returns>The input, [T, B, <see cref="TextModel.EmbeddingWidth"/>].</returns>
    public static float[] Of(TextModel model, ReadOnlySpan<int> symbols, int length, int batch = 1)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, symbols.Length);
        int width = model.EmbeddingWidth;
        float[] input = new float[length * batch * width];
        for (int sequence = 0; sequence < batch; sequence++)
        {
            int first = (int)((long)(symbols.Length - length) * sequence / Math.Max(1, batch - 1));
            for (int step = 0; step < length; step++)
            {
                model.Embedding.Table.Values.Slice(symbols[first + step] * width, width).CopyTo(input.AsSpan(((step * batch) + sequence) * width));
            }
        }

        return input;
    }
}
