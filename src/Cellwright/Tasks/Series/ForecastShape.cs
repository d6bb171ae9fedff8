namespace Cellwright.Tasks.Series;

/// <summary>What follows for a network from a design and the columns of the series.</summary>
/// <param name="Design">The design.</param>
/// <param name="Columns">How many columns of each kind there are.</param>
/// <param name="IsTraining">Whether what came is there to learn from; otherwise the model is in use.</param>
internal sealed record ForecastShape(ForecasterDesign Design, (int Targets, int Past, int Known, int Constants) Columns, bool IsTraining)
{
    /// <summary>Whether each target is a sequence of its own among several.</summary>
    public bool HasChannels => !Design.Joint && Columns.Targets > 1;

    /// <summary>The targets of one sequence.</summary>
    public int Width => Design.Joint ? Columns.Targets : 1;

    /// <summary>The sequences that one series gives.</summary>
    public int SequencesPerSeries => Design.Joint ? 1 : Columns.Targets;

    private bool IsParallel => Design.Decoding == ForecastDecoding.Parallel;

    private bool LearnsEveryStep => IsTraining && Design.Carried && !IsParallel;

    /// <summary>The segments that are predicted: those ahead, or in training the one behind every segment where the state is carried step by step.</summary>
    public int Points => LearnsEveryStep ? Design.Steps : Design.Ahead;

    /// <summary>How many of them one run of the network gives: all, or in use step by step the first.</summary>
    public int PointsAtOnce => IsParallel || IsTraining ? Points : 1;

    /// <summary>The row of a window at which the first predicted segment begins.</summary>
    public int FirstRow => LearnsEveryStep ? Design.Segment : Design.Window;

    /// <summary>The steps of the encoder.</summary>
    public int Steps => IsParallel || Design.Carried || !IsTraining ? Design.Steps : Design.Steps + Design.Ahead - 1;

    /// <summary>The rows behind a window that are predicted.</summary>
    public int RowsAhead => FirstRow + (Points * Design.Segment) - Design.Window;

    /// <summary>The rows before a window that a baseline may look at.</summary>
    public int RowsBefore => Design.Carried && Design.Baseline != ForecastBaseline.None ? Math.Max(Design.Period, 1) : 0;

    /// <summary>The numbers that the encoder reads of one segment: the rows' values one behind the other, then what is the same for all of them.</summary>
    public int InputWidth => (Design.Segment * RowWidth) + Columns.Constants + (!IsParallel && HasChannels ? Columns.Targets : 0);

    /// <summary>The numbers of one row: targets, their marks, past and known columns.</summary>
    public int RowWidth => (Width * (Design.MarksMissing ? 2 : 1)) + Columns.Past + Columns.Known;

    /// <summary>What the decoder reads of one segment beside its trained vectors: known and static columns.</summary>
    public int DecoderExtras => (Design.Segment * Columns.Known) + Columns.Constants;

    /// <summary>The width of the trained vector of a target; 0 where there is none.</summary>
    public int ChannelWidth => HasChannels ? Design.ChannelWidth : 0;

    /// <summary>The width of the decoder's input.</summary>
    public int DecoderWidth => Design.PositionWidth + ChannelWidth + DecoderExtras;

    /// <summary>The values of one predicted segment.</summary>
    public int SegmentValues => Design.Segment * Width;

    /// <summary>The network's outputs for one segment.</summary>
    public int SegmentOutputs => SegmentValues * Design.Head.Outputs;
}
