namespace Cellwright.Studio.Gradients;

/// <summary>When a gradient was measured.</summary>
internal enum FlowPhase
{
    /// <summary>In a cell with its first values, on noise.</summary>
    Untrained,

    /// <summary>In a model with its first values, on what it reads.</summary>
    Before,

    /// <summary>In a model as it is, on what it reads.</summary>
    After,
}
