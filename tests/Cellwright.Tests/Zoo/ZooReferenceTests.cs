using System.Reflection;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Zoo;

public sealed class ZooReferenceTests
{
    public static TheoryData<string> Fixtures => [.. FixtureFile.PyTorchNames];

    [Fact]
    public void Every_cell_of_the_zoo_has_a_reference()
    {
        string[] embedded = [.. Assembly.Load("Cellwright").GetManifestResourceNames()
            .Where(name => name.StartsWith("cells/", StringComparison.Ordinal))
            .Select(Path.GetFileNameWithoutExtension)!];
        embedded.ShouldBe(ZooReference.Cells.Keys, ignoreOrder: true);
    }

    [Fact]
    public void The_fixtures_cover_two_widths_and_two_kinds_of_lengths_of_five_cells() =>
        FixtureFile.PyTorchNames.ShouldBe(
            from cell in new[] { "elman", "elman-relu", "gru-reset-after", "lstm", "lstm-projected" }
            from kind in new[] { "19-mixed", "7-equal", "7-mixed" }
            select $"{cell}-{kind}",
            ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Fixtures))]
    public void The_references_agree_with_PyTorch(string fixture)
    {
        FixtureFile file = new($"pytorch/{fixture}.safetensors");
        ReferenceCell cell = ZooReference.Cells[string.Join('-', fixture.Split('-')[..^2])];
        ReferenceWeights weights = file.Weights(cell);
        int[] lengths = file.Lengths;
        for (int sequence = 0; sequence < lengths.Length; sequence++)
        {
            int b = sequence;
            double[][] x = [.. Enumerable.Range(0, lengths[b]).Select(t => file.Row("x", t, b))];
            IReadOnlyList<IReadOnlyDictionary<string, double[]>> steps =
                cell.Run(weights, x, cell.States.ToDictionary(state => state, state => file.Row($"state.{state}", b)));
            for (int t = 0; t < lengths[b]; t++)
            {
                steps[t][cell.Output].ShouldBe(file.Row("out.y", t, b), 1e-13);
            }

            foreach (string state in cell.States)
            {
                steps[^1][state].ShouldBe(file.Row($"out.state.{state}", b), 1e-13);
            }
        }
    }

    [Fact]
    public void The_gru_is_a_general_memory_with_coupled_gates()
    {
        const int input = 5;
        const int hidden = 7;
        ReferenceCell memory = ZooReference.Cells["memory-gru"];
        ReferenceCell gru = ZooReference.Cells["gru"];
        ReferenceWeights weights = ReferenceWeights.Random(memory, input, hidden, seed: 11);

        // Store is 1 − z, so z has the opposite sign; W and U change places.
        double[,] Negative(double[,] matrix)
        {
            double[,] result = (double[,])matrix.Clone();
            for (int row = 0; row < result.GetLength(0); row++)
            {
                for (int column = 0; column < result.GetLength(1); column++)
                {
                    result[row, column] = -result[row, column];
                }
            }

            return result;
        }

        ReferenceWeights renamed = new(
            new Dictionary<string, double[,]>
            {
                ["W_r"] = weights.Matrices["U_I"],
                ["U_r"] = weights.Matrices["W_I"],
                ["W_z"] = Negative(weights.Matrices["U_s"]),
                ["U_z"] = Negative(weights.Matrices["W_s"]),
                ["W_n"] = weights.Matrices["U_c"],
                ["U_n"] = weights.Matrices["W_c"],
            },
            new Dictionary<string, double[]>
            {
                ["b_r"] = weights.Vectors["b_I"],
                ["b_z"] = [.. weights.Vectors["b_s"].Select(element => -element)],
                ["b_n"] = weights.Vectors["b_c"],
            });
        Random random = new(12);
        double[] Draw(int width) => [.. Enumerable.Range(0, width).Select(_ => random.NextDouble() - 0.5)];
        double[][] x = [.. Enumerable.Range(0, 13).Select(_ => Draw(input))];
        double[] start = Draw(hidden);

        var left = memory.Run(weights, x, new Dictionary<string, double[]> { ["a"] = start, ["c"] = start });
        var right = gru.Run(renamed, x, new Dictionary<string, double[]> { ["h"] = start });

        for (int t = 0; t < x.Length; t++)
        {
            left[t]["a"].ShouldBe(right[t]["h"], 1e-14);
        }
    }
}
