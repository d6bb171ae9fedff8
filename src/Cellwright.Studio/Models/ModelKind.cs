namespace Cellwright.Studio.Models;

/// <summary>What a model reads.</summary>
internal enum ModelKind
{
    /// <summary>Text, a character a step.</summary>
    Text,

    /// <summary>A series, some rows a step.</summary>
    Series,

    /// <summary>The sequences of a memory task.</summary>
    Memory,
}
