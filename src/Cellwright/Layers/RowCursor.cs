using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>Which rows of each kind of buffer a stage works on: consecutive ones, from these on.</summary>
internal readonly struct RowCursor
{
    /// <summary>The first row of <see cref="Storage.Steps"/> buffers.</summary>
    public long Steps { get; init; }

    /// <summary>The row of <see cref="Storage.States"/> buffers with the values at t.</summary>
    public long States { get; init; }

    /// <summary>The row of <see cref="Storage.States"/> buffers with the values at t−1.</summary>
    public long PreviousStates { get; init; }

    /// <summary>The row of <see cref="Storage.Sequences"/> buffers.</summary>
    public long Sequences { get; init; }

    /// <summary>The row of <see cref="Storage.Carries"/> buffers that this step writes.</summary>
    public long Carries { get; init; }

    /// <summary>The row of <see cref="Storage.Carries"/> buffers that this step reads.</summary>
    public long PreviousCarries { get; init; }

    /// <summary>How many rows.</summary>
    public int Count { get; init; }

    public long Row(Storage storage, bool isPrevious) => storage switch
    {
        Storage.Steps => Steps,
        Storage.States => isPrevious ? PreviousStates : States,
        Storage.Sequences => Sequences,
        _ => isPrevious ? PreviousCarries : Carries,
    };
}
