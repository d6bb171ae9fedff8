using System.Globalization;

namespace Cellwright.Onnx.Import;

/// <summary>
/// A length that a graph's tensors share: time, the batch, the directions of a node, its units. An axis is made of one,
/// of several one inside the other, or, where it has a single place, of none.
/// </summary>
/// <param name="name">What it counts, for errors.</param>
/// <param name="size">The length, where the file says it.</param>
internal sealed class AxisFactor(string name, long? size = null)
{
    private AxisFactor? same;
    private AxisFactor? sorted;
    private long? size = size;

    /// <summary>What it counts.</summary>
    public string Name { get; } = name;

    /// <summary>The length, where the file says it.</summary>
    public long? Size => Root.size;

    /// <summary>Whether it is a batch in the order of lengths.</summary>
    public bool IsSorted { get; private init; }

    private AxisFactor Root => same is null ? this : same = same.Root;

    /// <summary>Whether both are known to be one length.</summary>
    public bool Is(AxisFactor other) => ReferenceEquals(Root, other.Root);

    /// <summary>Says that both are one length. False where the file says two different ones.</summary>
    public bool Join(AxisFactor other)
    {
        if (Is(other))
        {
            return true;
        }

        if (IsSorted != other.IsSorted)
        {
            return false;
        }

        if (Size is { } mine && other.Size is { } theirs && mine != theirs)
        {
            return false;
        }

        AxisFactor root = Root;
        AxisFactor joined = other.Root;
        root.size ??= joined.size;
        AxisFactor? order = joined.sorted;
        joined.same = root;
        if (root.sorted is null)
        {
            root.sorted = order;
        }

        return root.sorted is null || order is null || root.sorted.Join(order);
    }

    /// <summary>The same sequences in the order of their lengths, longest first: what PyTorch makes of a batch before it packs it.</summary>
    public AxisFactor Sort() => Root.sorted ??= new AxisFactor("sorted " + Name, Size) { IsSorted = true };

    /// <summary>Whether both count the same things, in whatever order.</summary>
    public bool Counts(AxisFactor other) => Is(other) || (Root.sorted?.Is(other) ?? false) || (other.Root.sorted?.Is(this) ?? false);

    /// <inheritdoc/>
    public override string ToString() => Size is { } known ? known.ToString(CultureInfo.InvariantCulture) : Name;
}
