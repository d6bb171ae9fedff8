namespace Cellwright.Tasks.Memory;

/// <summary>A kind of memory task, of which there is one for each length.</summary>
public sealed record MemoryTask
{
    private readonly Func<int, IMemoryTask> create;

    private MemoryTask(string name, string title, string counts, int usual, int least, int most, Func<int, IMemoryTask> create)
    {
        (Name, Title, Counts, UsualLength, LeastLength, MostLength) = (name, title, counts, usual, least, most);
        this.create = create;
    }

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<MemoryTask> All { get; } =
    [
        new("adding", "Add the two marked numbers of a sequence", "steps", 100, 4, 100_000, length => new AddingTask(length)),
        new("copy", "Say ten symbols again after a delay", "blank steps", 100, 1, 100_000, length => new CopyTask(length)),
        new("order", "Tell in which order two symbols came (temporal order, task 6a)", "steps", 100, 10, 100_000, length => new TemporalOrderTask(length)),
        new("reber", "Tell which symbols of the embedded Reber grammar may come next", "most symbols", 40, 9, 1000, length => new EmbeddedReberTask(length)),
        new("anbncn", "Count: tell what may come next in aⁿbⁿcⁿ", "largest n trained", 10, 1, 1000, length => new CountingTask(length)),
        new("noisy", "Remember three numbers' sign under noise on the same line (task 3a)", "steps", 100, 4, 100_000, length => new NoisyLagTask(length)),
    ];

    /// <summary>The name in commands, such as <c>adding</c>.</summary>
    public string Name { get; }

    /// <summary>What is to be done, in a few words.</summary>
    public string Title { get; }

    /// <summary>What a length counts, such as <c>steps</c>.</summary>
    public string Counts { get; }

    /// <summary>The length of the papers, or the shortest of several.</summary>
    public int UsualLength { get; }

    /// <summary>The shortest length.</summary>
    public int LeastLength { get; }

    /// <summary>The greatest length.</summary>
    public int MostLength { get; }

    /// <summary>The kind with a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message says which there are.</exception>
    public static MemoryTask Named(string name) => All.FirstOrDefault(each => each.Name == name)
        ?? throw new ArgumentException($"there is no memory task '{name}'; there are {string.Join(", ", All.Select(each => each.Name))}", nameof(name));

    /// <summary>The task of one length.</summary>
    /// <exception cref="ArgumentException">The length is outside <see cref="LeastLength"/> to <see cref="MostLength"/>.</exception>
    public IMemoryTask Create(int length) => length >= LeastLength && length <= MostLength
        ? create(length)
        : throw new ArgumentException(FormattableString.Invariant($"the task '{Name}' has a length of {LeastLength} to {MostLength} ({Counts}), not {length}"), nameof(length));
}
