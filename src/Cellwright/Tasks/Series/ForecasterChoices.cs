using Cellwright.Graphs;

namespace Cellwright.Tasks.Series;

/// <summary>A forecaster's design as its file says it: all but the equations. Choices are written by name.</summary>
internal sealed record ForecasterChoices(
    int Hidden,
    Dictionary<string, int> Sizes,
    int Window,
    int Horizon,
    int Segment,
    string Decoding,
    bool Joint,
    string Scaling,
    string Baseline,
    int Period,
    bool Linear,
    bool Carried,
    bool MarksMissing,
    string Head,
    double[] Levels,
    double HuberThreshold,
    double Dropout,
    int PositionWidth,
    int ChannelWidth,
    bool Logarithm = false)
{
    /// <summary>The choices of a design.</summary>
    public static ForecasterChoices Of(ForecasterDesign design) => new(
        design.Hidden,
        design.Sizes.ToDictionary(),
        design.Window,
        design.Horizon,
        design.Segment,
        design.Decoding.ToString(),
        design.Joint,
        design.Scaling.ToString(),
        design.Baseline.ToString(),
        design.Period,
        design.Linear,
        design.Carried,
        design.MarksMissing,
        design.Head.Kind.ToString(),
        [.. design.Head.Levels],
        design.Head.HuberThreshold,
        design.Dropout,
        design.PositionWidth,
        design.ChannelWidth,
        design.Logarithm);

    /// <summary>The design of these choices with some equations.</summary>
    /// <exception cref="ArgumentException">A name is none of those that there are.</exception>
    public ForecasterDesign With(IReadOnlyList<Cell> cells) => new()
    {
        Cells = cells,
        Hidden = Hidden,
        Sizes = Sizes,
        Window = Window,
        Horizon = Horizon,
        Segment = Segment,
        Decoding = Enum.Parse<ForecastDecoding>(Decoding),
        Joint = Joint,
        Scaling = Enum.Parse<WindowScaling>(Scaling),
        Baseline = Enum.Parse<ForecastBaseline>(Baseline),
        Period = Period,
        Linear = Linear,
        Carried = Carried,
        MarksMissing = MarksMissing,
        Head = new ForecastHead { Kind = Enum.Parse<ForecastHeadKind>(Head), Levels = Levels, HuberThreshold = HuberThreshold },
        Dropout = Dropout,
        PositionWidth = PositionWidth,
        ChannelWidth = ChannelWidth,
        Logarithm = Logarithm,
    };
}
