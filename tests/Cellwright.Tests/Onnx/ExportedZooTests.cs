using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Export;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Onnx;

public sealed class ExportedZooTests
{
    private const int Steps = 17;
    private const int Batch = 3;

    private static readonly int[] Lengths = [11, 17, 4];

    private static readonly Dictionary<string, string> Operators = new()
    {
        ["elman"] = "RNN",
        ["elman-relu"] = "RNN",
        ["gru"] = "GRU",
        ["gru-reset-after"] = "GRU",
        ["lstm"] = "LSTM",
        ["lstm-coupled"] = "LSTM",
        ["lstm-peephole"] = "LSTM",
        // The general gated memory is an LSTM that gives out its memory unsquashed.
        ["memory"] = "LSTM",
        // The minimal gated unit is a GRU whose two gates are one.
        ["mgu"] = "GRU",
    };

    [Fact]
    public void A_cell_is_an_operator_of_the_specification_by_its_equations_and_else_a_Scan()
    {
        foreach (string name in Cell.Names)
        {
            using Layer layer = ExportCase.Layer(name, 5, 7, seed: 1);
            OnnxExport.Of(layer).Operators.ShouldBe([Operators.GetValueOrDefault(name, "Scan")], name);
            OnnxExport.Of(layer, new() { Operators = false }).Operators.ShouldBe(["Scan"], name);
        }

        using Layer renamed = ExportCase.Layer(Cell.Parse("input u\noutput s\nkeep = σ(A s[t-1] + B u_t + k)\ns = tanh(C u_t + D (q * s[t-1]) + e) + keep * (s[t-1] - tanh(C u_t + D (q * s[t-1]) + e))\nq = σ(F s[t-1] + G u_t + l)"), 5, 7, seed: 1);
        OnnxExport.Of(renamed).Operators.ShouldBe(["GRU"]);
    }

    [OnnxRuntimeFact]
    public void Every_cell_of_the_zoo_gives_the_same_in_ONNX_Runtime()
    {
        OnnxRuntime runtime = new();
        List<(string Name, Dictionary<string, double[]> Expected)> cases = [];
        foreach (string name in Cell.Names)
        {
            foreach (int hidden in (int[])[7, 64])
            {
                foreach ((bool mixed, bool operators) in ((bool, bool)[])[(false, true), (true, true), .. Operators.ContainsKey(name) ? [(false, false), (true, false)] : ((bool, bool)[])[]])
                {
                    using Layer layer = ExportCase.Layer(name, 5, hidden, seed: hidden);
                    string title = FormattableString.Invariant($"{name}, hidden {hidden}, {(mixed ? "mixed" : "equal")} lengths, operators {operators}");
                    cases.Add((title, ExportCase.Add(runtime, layer, Steps, Batch, mixed ? Lengths : [], new() { Operators = operators })));
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
