namespace Cellwright.Layers;

/// <summary>The memory that a layer's runs take in training, forward and backward, in bytes; its weights apart.</summary>
/// <param name="PerStep">
/// For each step of each sequence that is kept: inputs, states, outputs, what is saved, gradients. A layer that computes
/// again keeps the steps of one chunk.
/// </param>
/// <param name="PerSequence">For each sequence, however long.</param>
/// <param name="KeptPerStep">For each step of each sequence, kept or not: 0, or a layer's inputs where it computes again.</param>
/// <param name="PerChunk">For each chunk of each sequence: its states where a layer computes again.</param>
/// <param name="Chunk">The steps of a chunk; 0 where all is kept.</param>
public readonly record struct LayerFootprint(long PerStep, long PerSequence, long KeptPerStep, long PerChunk, int Chunk)
{
    /// <summary>The memory of a cell's runs.</summary>
    /// <param name="engine">The cell's program.</param>
    /// <param name="inputs">The width of each input.</param>
    /// <param name="states">The width of each state.</param>
    /// <param name="recompute">The steps of a chunk; 0 where all is kept.</param>
    /// <exception cref="ObjectDisposedException">The program is disposed.</exception>
    internal static LayerFootprint OfRuns(LayerEngine engine, IReadOnlyList<int> inputs, IReadOnlyList<(string Name, int Width)> states, int recompute)
    {
        (long perStep, long perSequence) = engine.Footprint();
        if (recompute == 0)
        {
            return new LayerFootprint(perStep, perSequence, 0, 0, 0);
        }

        long perState = sizeof(float) * states.Sum(state => (long)state.Width);
        return new LayerFootprint(perStep, perSequence + perState, sizeof(float) * inputs.Sum(width => (long)width), perState, recompute);
    }

    /// <summary>The bytes of a batch.</summary>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    public long Of(long steps, long batch)
    {
        long kept = Chunk == 0 ? steps : Math.Min(steps, Chunk);
        long chunks = Chunk == 0 ? 0 : (steps + Chunk - 1) / Chunk;
        return batch * (PerSequence + (PerStep * kept) + (KeptPerStep * steps) + (PerChunk * chunks));
    }
}
