using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Cli;

/// <summary>What a cell costs at given sizes: the object <c>cost</c> of <c>cell show --cost --json</c>.</summary>
/// <param name="ParameterCount">How many numbers the parameters have together.</param>
/// <param name="MultiplyAddsPerStep">The multiply-adds in matrix products, a step and sequence.</param>
/// <param name="TrainingBytesPerStep">All that training takes for each step of each sequence: inputs, states, outputs, what is saved, gradients; the weights apart.</param>
/// <param name="TrainingBytesPerSequence">What it takes for each sequence besides, however long.</param>
/// <param name="Recompute">What it takes where the layer computes again.</param>
internal sealed record CellCost(long ParameterCount, long MultiplyAddsPerStep, long TrainingBytesPerStep, long TrainingBytesPerSequence, RecomputeCost Recompute)
{
    /// <summary>Compiles a layer for the sizes, and asks it.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="sizes">Its sizes.</param>
    /// <param name="parameters">How many numbers the parameters have together.</param>
    /// <param name="products">The multiply-adds in matrix products, a step and sequence.</param>
    public static CellCost Of(Cell cell, IReadOnlyDictionary<string, int> sizes, long parameters, long products)
    {
        LayerFootprint all = Footprint(cell, sizes, recompute: 0);
        // What is read of it is the same for chunks of any size.
        LayerFootprint chunks = Footprint(cell, sizes, recompute: 1);
        return new CellCost(
            parameters, products, all.PerStep, all.PerSequence, new RecomputeCost(chunks.PerSequence, chunks.PerStep, chunks.KeptPerStep, chunks.PerChunk));
    }

    /// <summary>The figures as a table.</summary>
    /// <param name="sizes">The sizes they are for.</param>
    public OutputTable Table(IReadOnlyDictionary<string, int> sizes)
    {
        OutputTable table = new("for " + string.Join(", ", sizes.Select(size => string.Create(CultureInfo.InvariantCulture, $"{size.Key} {size.Value}"))), string.Empty);
        void Add(string what, long number) => table.Add(what, number.ToString("N0", CultureInfo.InvariantCulture));
        Add("parameters", ParameterCount);
        Add("multiply-adds in matrix products, a step and sequence", MultiplyAddsPerStep);
        Add("bytes that training takes, a step and sequence", TrainingBytesPerStep);
        Add("bytes that training takes, a sequence", TrainingBytesPerSequence);
        table.Add("bytes that it takes with recompute K, a sequence of T ≥ K steps", Recompute.Sum());
        return table;
    }

    private static LayerFootprint Footprint(Cell cell, IReadOnlyDictionary<string, int> sizes, int recompute)
    {
        using Layer layer = new(cell, sizes, threads: 1, recompute: recompute);
        return layer.Footprint;
    }
}
