namespace Cellwright.Equations;

/// <summary>A cell's text, understood: what every name is, and equations in which every product is settled.</summary>
internal sealed class CellReading
{
    public required SourceText Source { get; init; }

    /// <summary>The letter that counts the steps.</summary>
    public required string TimeLetter { get; init; }

    public string? Name { get; init; }

    public string? Title { get; init; }

    public string? Origin { get; init; }

    /// <summary>The inputs as they are declared.</summary>
    public required IReadOnlyList<Definition> Inputs { get; init; }

    /// <summary>The equations as they are written, but for initial states.</summary>
    public required IReadOnlyList<Equation> Equations { get; init; }

    /// <summary>The equations of constants, derived parameters and signals, each behind what it reads in the same step.</summary>
    public required IReadOnlyList<Equation> Order { get; init; }

    /// <summary>The parameters as they first appear; those of learned initial states last.</summary>
    public required IReadOnlyList<Definition> Parameters { get; init; }

    /// <summary>The states in the order of their equations; remembered inputs last.</summary>
    public required IReadOnlyList<Definition> States { get; init; }

    /// <summary>The initial states that are given, as they are written.</summary>
    public required IReadOnlyList<Definition> Initials { get; init; }

    public required Definition Output { get; init; }

    /// <summary>Whether the output was named by a directive.</summary>
    public required bool IsOutputDeclared { get; init; }

    public required IReadOnlyList<WidthDirective> Widths { get; init; }

    public required IReadOnlyList<BlocksDirective> Blocks { get; init; }

    public required IReadOnlyList<InitDirective> Draws { get; init; }

    /// <summary>Every name by its key.</summary>
    public required NameTable Names { get; init; }
}
