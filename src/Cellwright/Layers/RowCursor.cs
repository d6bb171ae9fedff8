using System.Runtime.CompilerServices;
using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>Which rows of each kind of buffer a stage works on: consecutive ones, from these on.</summary>
internal readonly struct RowCursor
{
    private readonly FirstRows rows;

    /// <summary>The first row of <see cref="Storage.Steps"/> buffers.</summary>
    public long Steps
    {
        get => rows[Kind(Storage.Steps, isPrevious: false)];
        init => rows[Kind(Storage.Steps, isPrevious: false)] = value;
    }

    /// <summary>The row of <see cref="Storage.States"/> buffers with the values at t.</summary>
    public long States
    {
        get => rows[Kind(Storage.States, isPrevious: false)];
        init => rows[Kind(Storage.States, isPrevious: false)] = value;
    }

    /// <summary>The row of <see cref="Storage.States"/> buffers with the values at t−1.</summary>
    public long PreviousStates
    {
        get => rows[Kind(Storage.States, isPrevious: true)];
        init => rows[Kind(Storage.States, isPrevious: true)] = value;
    }

    /// <summary>The row of <see cref="Storage.Sequences"/> buffers.</summary>
    public long Sequences
    {
        get => rows[Kind(Storage.Sequences, isPrevious: false)];
        init => rows[Kind(Storage.Sequences, isPrevious: false)] = value;
    }

    /// <summary>The row of <see cref="Storage.Carries"/> buffers that this step writes.</summary>
    public long Carries
    {
        get => rows[Kind(Storage.Carries, isPrevious: false)];
        init => rows[Kind(Storage.Carries, isPrevious: false)] = value;
    }

    /// <summary>The row of <see cref="Storage.Carries"/> buffers that this step reads.</summary>
    public long PreviousCarries
    {
        get => rows[Kind(Storage.Carries, isPrevious: true)];
        init => rows[Kind(Storage.Carries, isPrevious: true)] = value;
    }

    /// <summary>Whether the step is an odd one: it writes the second half of <see cref="Storage.Carries"/> buffers.</summary>
    public bool IsOdd => Carries > PreviousCarries;

    /// <summary>How many rows.</summary>
    public int Count { get; init; }

    /// <summary>The first row of a kind (<see cref="Kind"/>): a look-up, since a small step looks up dozens.</summary>
    public long this[int kind] => rows[kind];

    /// <summary>The number of a kind of row.</summary>
    public static int Kind(Storage storage, bool isPrevious) => storage switch
    {
        Storage.Steps => 0,
        Storage.States => isPrevious ? 2 : 1,
        Storage.Sequences => 3,
        _ => isPrevious ? 5 : 4,
    };

    [InlineArray(6)]
    private struct FirstRows
    {
        private long first;
    }
}
