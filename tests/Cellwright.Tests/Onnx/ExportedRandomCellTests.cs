using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Tests.Graphs;
using Shouldly;

namespace Cellwright.Tests.Onnx;

public sealed class ExportedRandomCellTests
{
    [OnnxRuntimeFact]
    public void Cells_that_nobody_wrote_give_the_same_in_ONNX_Runtime()
    {
        Random random = new(7);
        OnnxRuntime runtime = new();
        List<(string Text, Dictionary<string, double[]> Expected)> cases = [];
        for (int i = 0; i < 120; i++)
        {
            string text = RandomCell.Of([.. Enumerable.Range(0, 120).Select(_ => random.Next(10_000))]);
            if (Read(text) is not { } cell)
            {
                continue;
            }

            // Few steps and small values, so that what differs is the export and not a chaotic path.
            using Layer layer = ExportCase.Layer(cell, 4, 8, seed: i);
            ExportCase.Scale(layer, 0.4f);
            Dictionary<string, double[]> expected = ExportCase.Add(runtime, layer, 3, 2, i % 2 == 0 ? [3, 2] : []);
            cases.Add((text, expected.Values.All(values => values.All(double.IsFinite)) ? expected : []));
        }

        cases.Count(each => each.Expected.Count > 0).ShouldBeGreaterThan(60);
        var results = runtime.Run();
        string[] wrong = [.. cases.Select((each, i) => (each.Text, Difference: each.Expected.Count == 0 ? null : ExportCase.Difference(each.Expected, results[i], 1e-5)))
            .Where(each => each.Difference is not null).Select(each => $"{each.Difference}\n{each.Text}")];
        wrong.ShouldBeEmpty(string.Join("\n\n", wrong));
    }

    private static Cell? Read(string text)
    {
        try
        {
            return Cell.Parse(text);
        }
        catch (EquationException)
        {
            return null;
        }
    }
}
