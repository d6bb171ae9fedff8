using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Tasks.Series;

/// <summary>What a forecaster is made of, the columns aside.</summary>
/// <remarks>
/// Rows are read in segments of <see cref="Segment"/> rows, one segment a step of the recurrent layers. Unless
/// <see cref="Joint"/>, every target is a sequence of its own, read with the same parameters.
/// </remarks>
public sealed record ForecasterDesign
{
    /// <summary>The equations of each recurrent layer, the lowest first; at least one.</summary>
    public required IReadOnlyList<Cell> Cells { get; init; }

    /// <summary>The width of the state; other sizes that a cell names are in <see cref="Sizes"/>.</summary>
    public int Hidden { get; init; } = 64;

    /// <summary>Sizes that a cell names beside <c>input</c> and <c>hidden</c>.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; init; } = new Dictionary<string, int>();

    /// <summary>The rows that are read for a forecast; where the state is carried, the rows that a training step reads on. A multiple of <see cref="Segment"/>.</summary>
    public int Window { get; init; } = 168;

    /// <summary>The rows ahead that are forecast.</summary>
    public required int Horizon { get; init; }

    /// <summary>The rows of a segment.</summary>
    public int Segment { get; init; } = 1;

    /// <summary>How the steps ahead are made.</summary>
    public ForecastDecoding Decoding { get; init; }

    /// <summary>Whether all targets are read together, as one sequence.</summary>
    public bool Joint { get; init; }

    /// <summary>Whether targets are read and forecast by their logarithms, so that changes count in proportion to the level; all targets are above 0 then.</summary>
    public bool Logarithm { get; init; }

    /// <summary>What is taken out of each window and put back.</summary>
    public WindowScaling Scaling { get; init; } = WindowScaling.LastValue;

    /// <summary>The simple forecast that is corrected.</summary>
    public ForecastBaseline Baseline { get; init; }

    /// <summary>The rows of a season; 0 where there is none.</summary>
    public int Period { get; init; }

    /// <summary>Whether a linear map from the window to the steps ahead is trained beside the recurrent layers, and added (Zeng et al., 2023); <see cref="LinearCombination"/> fits one in closed form behind the training instead. Only where decoding is parallel and targets are read apart.</summary>
    public bool Linear { get; init; }

    /// <summary>
    /// Whether the state goes on from window to window, in training over each whole series in order, in use from its first
    /// row: what lies outside the window still counts.
    /// </summary>
    public bool Carried { get; init; }

    /// <summary>Whether missing targets are marked by an input of their own; they are read as the window's offset in any case.</summary>
    public bool MarksMissing { get; init; }

    /// <summary>What is said of each value to come.</summary>
    public ForecastHead Head { get; init; } = ForecastHead.Mean;

    /// <summary>The share of elements dropped between layers and before the head, from 0 to less than 1.</summary>
    public double Dropout { get; init; }

    /// <summary>The width of the trained vector that tells which segment ahead is meant.</summary>
    public int PositionWidth { get; init; } = 16;

    /// <summary>The width of the trained vector that tells which target is meant, where there are several.</summary>
    public int ChannelWidth { get; init; } = 16;

    /// <summary>The segments ahead: the horizon, the last segment filled up.</summary>
    internal int Ahead => (Horizon + Segment - 1) / Segment;

    /// <summary>The segments of a window.</summary>
    internal int Steps => Window / Segment;

    /// <summary>What is wrong, as a sentence; null where nothing is.</summary>
    public string? Problem() => this switch
    {
        { Cells: null or { Count: 0 } } => "a forecaster has at least one recurrent layer",
        { Hidden: < 1 } => "the width of the state is at least 1",
        { Horizon: < 1 } => "a forecast has at least one step",
        { Segment: < 1 } => "a segment has at least one row",
        { Window: < 1 } => "a window has at least one row",
        { PositionWidth: < 1 } or { ChannelWidth: < 1 } => "the vector of a segment or a target has at least one element",
        { Dropout: not (>= 0 and < 1) } => "a share to drop is from 0 to less than 1",
        { Period: < 0 } => "a season has at least one row; 0 stands for none",
        { Baseline: ForecastBaseline.SeasonalNaive, Period: 0 } => "to correct the seasonal naive forecast, say how many rows a season has",
        { Carried: true, Scaling: not WindowScaling.None } => "a carried state remembers values on one scale, so nothing can be taken out of each window; choose no window scaling, and a baseline where the level moves",
        { Linear: true } when Carried || Joint || Decoding != ForecastDecoding.Parallel => "a linear part needs windows, parallel decoding and targets that are read apart",
        _ when Window % Segment != 0 => FormattableString.Invariant($"a window of {Window} rows is no multiple of the segment of {Segment}"),
        _ when !Carried && Baseline == ForecastBaseline.SeasonalNaive && Period > Window => FormattableString.Invariant($"a season of {Period} rows does not fit into a window of {Window}"),
        _ when Cells.FirstOrDefault(cell => cell.Graph.Inputs.Count != 1) is { } cell => $"the cell '{cell.Name}' has {cell.Graph.Inputs.Count} inputs, and a series gives one",
        _ when !Enum.IsDefined(Decoding) || !Enum.IsDefined(Scaling) || !Enum.IsDefined(Baseline) => "a choice is none of those that there are",
        _ => Head.Problem(),
    };

    /// <summary>Recurrent layers over an input.</summary>
    /// <param name="inputWidth">The width of the input.</param>
    /// <param name="dropsOutput">Whether elements are dropped from what the top layer gives.</param>
    /// <param name="seed">The seed of what is dropped.</param>
    /// <param name="threads">How many threads work on them; 0 for one per processor.</param>
    /// <exception cref="ArgumentException">The cells and sizes do not fit.</exception>
    internal LayerStack Build(int inputWidth, bool dropsOutput, ulong seed, int threads)
    {
        List<SequenceLayer> layers = [];
        try
        {
            int width = inputWidth;
            foreach (Cell cell in Cells)
            {
                if (layers.Count > 0 && Dropout > 0)
                {
                    layers.Add(new DropoutLayer(width, Dropout, seed: seed, threads: threads));
                }

                layers.Add(new Layer(cell, SizesOver(width), threads));
                width = layers[^1].OutputWidth;
            }

            if (dropsOutput && Dropout > 0)
            {
                layers.Add(new DropoutLayer(width, Dropout, seed: seed, threads: threads));
            }

            return new LayerStack(layers);
        }
        catch
        {
            layers.ForEach(layer => layer.Dispose());
            throw;
        }
    }

    /// <summary>The sizes of a layer over an input.</summary>
    internal Dictionary<string, int> SizesOver(int inputWidth) => new(Sizes) { ["input"] = inputWidth, ["hidden"] = Hidden };
}
