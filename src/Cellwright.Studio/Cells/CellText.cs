using System.Globalization;
using Cellwright.Graphs;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Cells;

/// <summary>Reads the cells that requests carry.</summary>
internal static class CellText
{
    /// <summary>The cell of a text.</summary>
    /// <exception cref="RefusedException">The text is missing or too long.</exception>
    /// <exception cref="Equations.EquationException">It is not a cell.</exception>
    public static Cell Read(string? text, string? name)
    {
        if (text is null || text.Length > StudioLimits.CellCharacters)
        {
            throw new RefusedException(
                StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"a cell is a text of at most {StudioLimits.CellCharacters:N0} characters"));
        }

        return Cell.Parse(text, string.IsNullOrWhiteSpace(name) ? "cell" : name);
    }

    /// <summary>The sizes of a cell.</summary>
    /// <exception cref="RefusedException">They are out of bounds, or do not fit the cell.</exception>
    public static Dictionary<string, int> Sizes(Cell cell, int input, int hidden, int most)
    {
        if (input < 1 || input > most || hidden < 1 || hidden > most)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"input and hidden are whole numbers from 1 to {most}"));
        }

        Dictionary<string, int> sizes = new() { ["input"] = input, ["hidden"] = hidden };
        CellSizes.Complete(cell, sizes);
        return CellSizes.Fit(cell, sizes)
            ? sizes
            : throw new RefusedException(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"the widths of '{cell.Name}' are no whole numbers for hidden {hidden}; choose another"));
    }
}
