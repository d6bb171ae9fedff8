using Cellwright.Graphs;
using Cellwright.Inspection;

namespace Cellwright.Studio.Models;

/// <summary>A trained model that the page can look into.</summary>
/// <param name="name">What people call it.</param>
internal abstract class OpenModel(string name) : IDisposable
{
    /// <summary>What people call it.</summary>
    public string Name { get; } = name;

    /// <summary>A sentence on it.</summary>
    public abstract string About { get; }

    /// <summary>What it reads.</summary>
    public abstract ModelKind Kind { get; }

    /// <summary>The cell of its lowest layer.</summary>
    public abstract Cell Cell { get; }

    /// <summary>The characters that it knows; empty where it reads none.</summary>
    public virtual string Characters => string.Empty;

    /// <summary>How the gradient flows through it over what it reads.</summary>
    /// <param name="length">The most steps back.</param>
    /// <param name="isTrained">Whether it is measured as it is, or as it was before it was trained.</param>
    public abstract GradientFlow Flow(int length, bool isTrained);

    /// <inheritdoc/>
    public abstract void Dispose();
}
