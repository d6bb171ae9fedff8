namespace Cellwright.Layers;

/// <summary>Turns sequences round: each one's own steps in opposite order; what lies past its end is left alone.</summary>
internal static class ReversedSteps
{
    /// <summary>Copies some columns of sequences, turned round, into columns of others.</summary>
    /// <param name="source">What is copied, [T, B, <paramref name="sourceWidth"/>].</param>
    /// <param name="sourceWidth">The columns of the source.</param>
    /// <param name="sourceOffset">The first of them that is copied.</param>
    /// <param name="target">Where it goes, [T, B, <paramref name="targetWidth"/>].</param>
    /// <param name="targetWidth">The columns of the target.</param>
    /// <param name="targetOffset">The first of them that is written.</param>
    /// <param name="width">How many columns are copied.</param>
    /// <param name="lengths">The steps of each sequence, [B].</param>
    public static void Copy(
        ReadOnlySpan<float> source, int sourceWidth, int sourceOffset, Span<float> target, int targetWidth, int targetOffset, int width, ReadOnlySpan<int> lengths)
    {
        int batch = lengths.Length;
        for (int sequence = 0; sequence < batch; sequence++)
        {
            for (int t = 0; t < lengths[sequence]; t++)
            {
                int from = (t * batch) + sequence;
                int to = ((lengths[sequence] - 1 - t) * batch) + sequence;
                source.Slice((from * sourceWidth) + sourceOffset, width).CopyTo(target[((to * targetWidth) + targetOffset)..]);
            }
        }
    }

    /// <summary>The steps of each sequence in an array that is kept: all, where none are given.</summary>
    public static void Keep(ref int[] kept, ReadOnlySpan<int> lengths, int steps, int batch)
    {
        kept = kept.Length == batch ? kept : new int[batch];
        for (int i = 0; i < batch; i++)
        {
            kept[i] = lengths.IsEmpty ? steps : lengths[i];
        }
    }
}
