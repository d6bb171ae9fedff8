namespace Cellwright.Equations;

/// <summary>
/// An expression as it is to be printed, in any notation: what stands beside what. Brackets are put by
/// <see cref="Bracketing"/>; before that a formula has none.
/// </summary>
internal abstract record Formula;

/// <summary>A number that is not negative.</summary>
internal sealed record NumberFormula(double Value) : Formula;

/// <summary>A name in canonical text form.</summary>
/// <param name="Name">The name.</param>
/// <param name="Step">The step relative to t; null for what has no time.</param>
/// <param name="Prefix">What stands before it, such as ∂.</param>
internal sealed record NameFormula(string Name, int? Step, string Prefix = "") : Formula
{
    /// <summary>Whether it is the value before the first step.</summary>
    public bool IsInitial { get; init; }
}

internal readonly record struct FormulaTerm(bool IsNegative, Formula Value);

internal sealed record SumFormula(IReadOnlyList<FormulaTerm> Terms) : Formula;

/// <summary>An elementwise product, or a product of which one side is a single number.</summary>
/// <param name="Left">The left factor.</param>
/// <param name="Right">The right factor.</param>
/// <param name="HasNumber">Whether one of them is a single number.</param>
/// <param name="IsScaling">Whether the left one is a single number that may stand directly before the other.</param>
internal sealed record MultiplyFormula(Formula Left, Formula Right, bool HasNumber = false, bool IsScaling = false) : Formula;

/// <summary>A single number directly before what it scales.</summary>
internal sealed record ScaledFormula(Formula Factor, Formula Value) : Formula;

internal sealed record QuotientFormula(Formula Left, Formula Right) : Formula;

/// <summary>A matrix and what it applies to, side by side.</summary>
/// <param name="Left">What stands on the left.</param>
/// <param name="Right">What stands on the right.</param>
/// <param name="IsFromLeft">Whether the matrix stands on the right.</param>
internal sealed record ProductFormula(Formula Left, Formula Right, bool IsFromLeft = false) : Formula;

internal sealed record PowerFormula(Formula Base, Formula Exponent) : Formula;

internal sealed record TransposeFormula(Formula Inner) : Formula;

/// <summary>Vectors one behind the other.</summary>
internal sealed record ListFormula(IReadOnlyList<Formula> Parts) : Formula;

/// <summary>A function applied.</summary>
/// <param name="Function">The function of the language; null for one of the cell.</param>
/// <param name="Name">Its name in text.</param>
/// <param name="Arguments">What it applies to.</param>
internal sealed record CallFormula(FunctionName? Function, string Name, IReadOnlyList<Formula> Arguments) : Formula;

/// <summary>A function by itself, as another name of it or a column of functions gives it.</summary>
/// <param name="Function">The function of the language; null for one of the cell.</param>
/// <param name="Name">Its name in text.</param>
internal sealed record FunctionFormula(FunctionName? Function, string Name) : Formula;

/// <summary>A column of functions applied to the equal parts of a vector, a function each.</summary>
internal sealed record PartFunctionsFormula(IReadOnlyList<FunctionFormula> Functions, Formula Inner) : Formula;

/// <summary>1 where the left side is larger, else 0.</summary>
internal sealed record GreaterFormula(Formula Left, Formula Right) : Formula;

/// <summary>The sum over all steps, and over the sequences of a batch.</summary>
internal sealed record TotalFormula(Formula Inner) : Formula;

/// <summary>Some rows or columns of a matrix or vector, from one up to another; a null bound is the matrix's own.</summary>
internal sealed record SliceFormula(Formula Inner, string? Rows, string? Columns) : Formula;

/// <summary>A formula in brackets.</summary>
internal sealed record GroupFormula(Formula Inner) : Formula;

/// <summary>An equation to be printed.</summary>
internal sealed record EquationFormula(Formula Left, Formula Right)
{
    /// <summary>The equation with brackets in it.</summary>
    public EquationFormula Bracketed(Brackets brackets) => new(Bracketing.Put(Left, brackets), Bracketing.Put(Right, brackets));
}
