using Cellwright.Graphs;
using Cellwright.Tests.Layers;
using Shouldly;

namespace Cellwright.Tests.Zoo;

/// <summary>Runs a hand-written cell on the tensors that ours is run on.</summary>
internal static class ReferenceRun
{
    /// <summary>Runs one sequence.</summary>
    /// <param name="reference">The hand-written cell.</param>
    /// <param name="cell">Our cell; only the names of its inputs and parameters are used.</param>
    /// <param name="harness">Knows the sizes.</param>
    /// <param name="tensors">Inputs, parameters and initial states.</param>
    /// <param name="steps">The length of the sequence.</param>
    public static IReadOnlyList<IReadOnlyDictionary<string, double[]>> Run(
        ReferenceCell reference, CellGraph cell, LayerHarness harness, IReadOnlyDictionary<string, double[]> tensors, int steps)
    {
        int input = harness.Size(cell.Inputs[0].Node.Shape.Rows);
        (string Name, int Rows, int Columns)[] parameters = [.. reference.Parameters(input, harness.Sizes["hidden"])];
        parameters.Select(parameter => parameter.Name).ShouldBe(cell.Parameters.Select(parameter => parameter.Name), ignoreOrder: true);
        Dictionary<string, double[,]> matrices = [];
        Dictionary<string, double[]> vectors = [];
        foreach ((string parameter, int rows, int columns) in parameters)
        {
            tensors[parameter].Length.ShouldBe(rows * Math.Max(1, columns), parameter);
            if (columns == 0)
            {
                vectors[parameter] = tensors[parameter];
                continue;
            }

            matrices[parameter] = new double[rows, columns];
            Buffer.BlockCopy(tensors[parameter], 0, matrices[parameter], 0, rows * columns * sizeof(double));
        }

        return reference.Run(
            new ReferenceWeights(matrices, vectors),
            [.. Enumerable.Range(0, steps).Select(t => harness.InputRow(tensors, t))],
            reference.States.ToDictionary(state => state, state => tensors["state." + state]));
    }
}
