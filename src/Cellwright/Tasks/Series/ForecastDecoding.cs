namespace Cellwright.Tasks.Series;

/// <summary>How a model comes from what it has read to the steps ahead.</summary>
public enum ForecastDecoding
{
    /// <summary>
    /// All steps at once: the state behind the last row is copied for each segment ahead, and one step from each copy, told
    /// by a trained vector which segment (and which target) it is, gives the segment (Lin et al., SegRNN, 2023).
    /// </summary>
    Parallel,

    /// <summary>Segment by segment: each is predicted from the state and read as the next input. Trained with what came instead (teacher forcing).</summary>
    Recursive,
}
