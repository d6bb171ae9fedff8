using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Tasks.Series;

namespace Cellwright.Bench;

/// <summary>What a forecaster is made of and how it is trained, from defaults and arguments such as <c>hidden=128</c>.</summary>
internal sealed class ForecastChoices
{
    private readonly Dictionary<string, string> choices;
    private readonly HashSet<string> read = [];

    public ForecastChoices(string[] arguments) =>
        choices = arguments.Where(argument => argument.Contains('=')).Select(argument => argument.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);

    /// <summary>What was chosen, as it was written.</summary>
    public string Written => string.Join(' ', choices.Select(choice => $"{choice.Key}={choice.Value}"));

    public string Text(string name, string otherwise)
    {
        read.Add(name);
        return choices.GetValueOrDefault(name, otherwise);
    }

    public double Number(string name, double otherwise) => double.Parse(Text(name, otherwise.ToString(CultureInfo.InvariantCulture)), CultureInfo.InvariantCulture);

    public int Whole(string name, int otherwise) => (int)Number(name, otherwise);

    public bool Flag(string name, bool otherwise) => Whole(name, otherwise ? 1 : 0) != 0;

    public T Choice<T>(string name, T otherwise)
        where T : struct, Enum => Enum.Parse<T>(Text(name, otherwise.ToString()));

    /// <summary>A design with the choices in place of its own.</summary>
    public ForecasterDesign Over(ForecasterDesign design) => design with
    {
        Cells = choices.ContainsKey("cells") ? [.. Text("cells", string.Empty).Split('+').Select(Cell.Named)] : design.Cells,
        Hidden = Whole("hidden", design.Hidden),
        Window = Whole("window", design.Window),
        Segment = Whole("segment", design.Segment),
        Decoding = Choice("decoding", design.Decoding),
        Logarithm = Flag("log", design.Logarithm),
        Scaling = Choice("scaling", design.Scaling),
        Baseline = Choice("baseline", design.Baseline),
        Period = Whole("period", design.Period),
        Linear = Flag("linear", design.Linear),
        Joint = Flag("joint", design.Joint),
        Dropout = Number("dropout", design.Dropout),
        PositionWidth = Whole("position", design.PositionWidth),
        ChannelWidth = Whole("channel", design.ChannelWidth),
        Head = Choice("loss", design.Head.Kind) is var kind && kind == design.Head.Kind ? design.Head : new ForecastHead { Kind = kind },
    };

    /// <summary>Options with the choices in place of their own.</summary>
    public ForecastTrainingOptions Over(ForecastTrainingOptions options) => options with
    {
        Batch = Whole("batch", options.Batch),
        Epochs = Whole("epochs", options.Epochs),
        StepsPerEpoch = Whole("steps", options.StepsPerEpoch),
        LearningRate = Number("rate", options.LearningRate),
        Decay = Choice("decay", options.Decay),
        Optimizer = Choice("optimizer", options.Optimizer),
        WeightDecay = Text("weightdecay", string.Empty) is { Length: > 0 } decay ? double.Parse(decay, CultureInfo.InvariantCulture) : options.WeightDecay,
        WarmUp = Whole("warmup", options.WarmUp),
        Average = Choice("average", options.Average),
        AverageDecay = Number("averagedecay", options.AverageDecay),
        Patience = Whole("patience", options.Patience),
        ValidationRows = Whole("validation", options.ValidationRows ?? 0),
        ValidationStride = Whole("stride", options.ValidationStride),
        ErrorUnit = Choice("unit", options.ErrorUnit),
        Seed = (ulong)Whole("seed", (int)options.Seed),
        Threads = Whole("threads", options.Threads),
    };

    /// <summary>Fails where a choice was written that nothing has asked for.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    public void CheckAllRead()
    {
        if (choices.Keys.FirstOrDefault(name => !read.Contains(name)) is { } unknown)
        {
            throw new ArgumentException($"there is no choice called '{unknown}'; there are {string.Join(", ", read.Order())}");
        }
    }
}
