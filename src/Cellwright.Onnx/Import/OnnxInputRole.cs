namespace Cellwright.Onnx.Import;

/// <summary>What an imported model takes an input of its graph for.</summary>
public enum OnnxInputRole
{
    /// <summary>Nothing reads it.</summary>
    Unused,

    /// <summary>The vectors of the sequences.</summary>
    Sequence,

    /// <summary>Symbols, whose vectors the embedding holds.</summary>
    Symbols,

    /// <summary>The steps of each sequence.</summary>
    Lengths,

    /// <summary>States before the first step.</summary>
    InitialState,
}
