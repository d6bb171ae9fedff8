namespace Cellwright.Inspection;

/// <summary>What an element of a <see cref="CellDiagram"/> does.</summary>
public enum DiagramElementKind
{
    /// <summary>An input of the step.</summary>
    Input,

    /// <summary>A state as the step before left it.</summary>
    Previous,

    /// <summary>Matrix products and what is added to them, with the function applied to the sum.</summary>
    Layer,

    /// <summary>Elementwise arithmetic: a product, a sum.</summary>
    Arithmetic,

    /// <summary>A function of one vector.</summary>
    Function,
}

/// <summary>One box, circle or end of a <see cref="CellDiagram"/>.</summary>
/// <param name="Id">Its place in the list of elements; what it reads stands before it.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Label">What stands in it: <c>σ</c>, <c>tanh</c>, <c>×</c>, <c>+</c>, or the name of an input or state.</param>
/// <param name="Owner">The signal whose equation it is part of; empty for inputs and states.</param>
/// <param name="Names">The signals whose value it is.</param>
/// <param name="Parameters">The parameters inside it.</param>
/// <param name="Reads">The elements it computes from.</param>
public sealed record DiagramElement(
    int Id, DiagramElementKind Kind, string Label, string Owner, IReadOnlyList<string> Names, IReadOnlyList<string> Parameters, IReadOnlyList<int> Reads);
