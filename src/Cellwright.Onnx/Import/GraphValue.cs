namespace Cellwright.Onnx.Import;

/// <summary>What a name of a graph stands for, as far as it is known before a batch is there.</summary>
internal abstract record GraphValue;

/// <summary>Numbers of the file.</summary>
internal sealed record ConstantValue(ConstantTensor Tensor) : GraphValue;

/// <summary>A shape or a part of one: whole numbers on one axis, or a single one.</summary>
/// <param name="Numbers">The numbers.</param>
/// <param name="IsSingle">Whether it is a number and no list of one.</param>
internal sealed record ShapeValue(IReadOnlyList<SymbolicNumber> Numbers, bool IsSingle) : GraphValue;

/// <summary>One number in every place of a shape: the zeros a state starts from.</summary>
internal sealed record FilledValue(float Number, IReadOnlyList<SymbolicNumber> Shape) : GraphValue;

/// <summary>0, 1, 2, … up to a number.</summary>
internal sealed record CountedValue(SymbolicNumber End) : GraphValue;

/// <summary>The order of the sequences by their lengths, longest first, or the way back.</summary>
internal sealed record OrderValue(AxisFactor Batch, bool IsBack) : GraphValue;

/// <summary>What the network computes from a batch, with its axes where the graph has put them.</summary>
/// <param name="Signal">What it is.</param>
/// <param name="Axes">The axes, outermost first; each as the lengths it is made of.</param>
internal sealed record NetworkValue(NetworkSignal Signal, IReadOnlyList<IReadOnlyList<AxisFactor>> Axes) : GraphValue
{
    /// <summary>The axes as an error shows them.</summary>
    public string Shape => $"[{string.Join(", ", Axes.Select(axis => axis.Count == 0 ? "1" : string.Join("·", axis)))}]";
}

/// <summary>For each sequence, whether it has a step at all.</summary>
/// <param name="Lengths">The input that says how long each sequence is.</param>
internal sealed record HasStepsValue(InputSignal Lengths) : GraphValue;

/// <summary>A whole number that depends on shapes, repeated: the lengths of sequences that are all alike.</summary>
internal sealed record RepeatedValue(SymbolicNumber Number, SymbolicNumber Times) : GraphValue;
