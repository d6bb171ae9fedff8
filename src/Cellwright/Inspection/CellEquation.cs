using Cellwright.Equations;
using Cellwright.Graphs;

namespace Cellwright.Inspection;

/// <summary>One equation of a cell, printed by itself.</summary>
/// <param name="Names">What it computes; several names where the left side is a vector of parts.</param>
/// <param name="Mathml">The equation as a <c>math</c> element.</param>
/// <param name="Line">The line of the cell's text that it begins in, counted from 1.</param>
public sealed record CellEquation(IReadOnlyList<string> Names, string Mathml, int Line)
{
    /// <summary>The equations of a cell in the order they are written, initial states aside.</summary>
    public static IReadOnlyList<CellEquation> Of(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        CellReading reading = cell.Reading;
        EquationFormulas formulas = new(reading);
        return [.. reading.Equations.Select(equation => new CellEquation(
            [.. equation.Targets.Select(target => target.Name)],
            MathmlPrinter.Element(new MathmlPrinter(reading.TimeLetter, Brackets.Few).PrintEquation(formulas.Of(equation))),
            reading.Source.LineOf(equation.Syntax.Span.Start)))];
    }
}
