namespace Cellwright.Onnx.Import;

/// <summary>An input of the graph while it is read.</summary>
/// <param name="name">Its name.</param>
/// <param name="isWhole">Whether it holds whole numbers.</param>
/// <param name="shape">Its sizes as the file says them.</param>
internal sealed class GraphInput(string name, bool isWhole, IReadOnlyList<string> shape)
{
    /// <summary>Its name.</summary>
    public string Name => name;

    /// <summary>Whether it holds whole numbers.</summary>
    public bool IsWhole => isWhole;

    /// <summary>Its sizes as the file says them.</summary>
    public IReadOnlyList<string> Shape => shape;

    /// <summary>What the network takes it for, once a node has.</summary>
    public OnnxInputRole Role { get; private set; }

    /// <summary>The lengths of its axes; null for an axis of one place.</summary>
    public required IReadOnlyList<AxisFactor?> Axes { get; init; }

    /// <summary>Says what it is taken for. False where a node takes it for something else.</summary>
    public bool Take(OnnxInputRole role)
    {
        bool fits = Role is OnnxInputRole.Unused || Role == role;
        Role = role;
        return fits;
    }
}
