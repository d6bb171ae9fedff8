using Cellwright.Programs;

namespace Cellwright.Cli;

/// <summary>How much a cell's matrix products cost.</summary>
internal static class ProductCount
{
    /// <summary>Multiply-adds in matrix products of one forward step of one sequence.</summary>
    public static long PerStep(CellProgram program, IReadOnlyDictionary<string, int> sizes) =>
        program.Forward.Before.Concat(program.Forward.Loop).Concat(program.Forward.After).OfType<ProductStage>()
            .SelectMany(stage => stage.Matrices).SelectMany(row => row)
            .Sum(matrix => (long)matrix.Shape.Rows.Evaluate(sizes) * matrix.Shape.Columns.Evaluate(sizes));
}
