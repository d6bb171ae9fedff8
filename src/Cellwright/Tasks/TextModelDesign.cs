using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Tasks;

/// <summary>What a text model is made of, its vocabulary aside.</summary>
public sealed record TextModelDesign
{
    /// <summary>The equations of each recurrent layer, the lowest first; at least one.</summary>
    public required IReadOnlyList<Cell> Cells { get; init; }

    /// <summary>
    /// The sizes by name, for all layers: <c>input</c>, which is the width of the embedding, <c>hidden</c>, and others that
    /// a cell names. For a layer above the first, <c>input</c> is the width of what the layer below gives.
    /// </summary>
    public required IReadOnlyDictionary<string, int> Sizes { get; init; }

    /// <summary>Whether a layer above the first whose input and output are equally wide adds its input to its output (He et al., 2016).</summary>
    public bool Residual { get; init; }

    /// <summary>
    /// Whether the head's matrix is the table of the embedding (Press and Wolf, 2017; Inan, Khosravi and Socher, 2017); the
    /// top layer's output has to be as wide as the embedding.
    /// </summary>
    public bool Tied { get; init; }

    /// <summary>What is drawn while the model is trained.</summary>
    public TextRegularization Regularization { get; init; } = new();

    /// <summary>How many numbers training changes.</summary>
    /// <param name="vocabulary">The number of symbols.</param>
    /// <exception cref="ArgumentException">The cells and sizes do not fit.</exception>
    public long CountParameters(int vocabulary)
    {
        int width = Sizes["input"];
        long count = ((long)vocabulary * width) + vocabulary;
        foreach (Cell cell in Cells)
        {
            Dictionary<string, int> sizes = SizesOver(width);
            count += CellSizes.CountParameters(cell.Graph, sizes);
            width = cell.Graph.Output.Node.Shape.Rows.Evaluate(sizes);
        }

        return count + (Tied ? 0 : (long)vocabulary * width);
    }

    /// <summary>The layers, compiled.</summary>
    /// <param name="threads">How many threads work on them; 0 for one per processor.</param>
    /// <param name="trace">Whether each records its signals.</param>
    /// <exception cref="ArgumentException">The cells and sizes do not fit, or one another.</exception>
    internal LayerStack Build(int threads, bool trace = false)
    {
        if (Cells.Count == 0)
        {
            throw new ArgumentException("a text model has at least one layer", nameof(Cells));
        }

        if (Regularization.Problem(Cells) is { } problem)
        {
            throw new ArgumentException(problem, nameof(Regularization));
        }

        List<SequenceLayer> layers = [];
        try
        {
            foreach (Cell cell in Cells)
            {
                if (cell.Graph.Inputs.Count != 1)
                {
                    throw new ArgumentException($"the cell '{cell.Name}' has {cell.Graph.Inputs.Count} inputs, and a text gives one", nameof(Cells));
                }

                Layer layer = new(cell, SizesOver(layers.Count == 0 ? null : layers[^1].OutputWidth), threads, trace, Regularization.Of(cell));
                if (layers.Count == 0)
                {
                    AddDropout(layers, layer.InputWidth, threads);
                }

                layers.Add(layer);
                AddDropout(layers, layer.OutputWidth, threads);
            }

            if (Tied && layers[^1].OutputWidth != layers[0].InputWidth)
            {
                throw new ArgumentException(
                    FormattableString.Invariant($"a tied embedding is the head's matrix too, so it has to be as wide as what the layers give: the embedding is {layers[0].InputWidth} wide and the output {layers[^1].OutputWidth}"),
                    nameof(Sizes));
            }

            return new LayerStack(layers, Residual);
        }
        catch
        {
            layers.ForEach(layer => layer.Dispose());
            throw;
        }
    }

    private void AddDropout(List<SequenceLayer> layers, int width, int threads)
    {
        if (Regularization.Dropout > 0)
        {
            layers.Add(new DropoutLayer(width, Regularization.Dropout, Regularization.Variational, Regularization.Seed, threads));
        }
    }

    /// <summary>The sizes of a layer.</summary>
    /// <param name="below">The output width of the layer below; null for the lowest.</param>
    internal Dictionary<string, int> SizesOver(int? below)
    {
        Dictionary<string, int> sizes = Sizes.ToDictionary();
        if (below is { } width)
        {
            sizes["input"] = width;
        }

        return sizes;
    }
}
