using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;

namespace Cellwright.Tests.Onnx;

public sealed class ExportedZooTests
{
    private const int Steps = 17;
    private const int Batch = 3;

    private static readonly int[] Lengths = [11, 17, 4];

    [OnnxRuntimeFact]
    public void Every_cell_of_the_zoo_gives_the_same_in_ONNX_Runtime()
    {
        OnnxRuntime runtime = new();
        List<(string Name, Dictionary<string, double[]> Expected)> cases = [];
        foreach (string name in Cell.Names)
        {
            foreach (int hidden in (int[])[7, 64])
            {
                foreach (bool mixed in (bool[])[false, true])
                {
                    using Layer layer = ExportCase.Layer(name, 5, hidden, seed: hidden);
                    cases.Add((FormattableString.Invariant($"{name}, hidden {hidden}, {(mixed ? "mixed" : "equal")} lengths"), ExportCase.Add(runtime, layer, Steps, Batch, mixed ? Lengths : [])));
                }
            }
        }

        var results = runtime.Run();
        List<string> wrong = [];
        for (int i = 0; i < cases.Count; i++)
        {
            if (ExportCase.Difference(cases[i].Expected, results[i], 1e-5) is { } difference)
            {
                wrong.Add($"{cases[i].Name}: {difference}");
            }
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }
}
