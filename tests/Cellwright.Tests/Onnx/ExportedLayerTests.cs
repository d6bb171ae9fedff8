using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Tests.Layers;
using Shouldly;

namespace Cellwright.Tests.Onnx;

public sealed class ExportedLayerTests
{
    // What the zoo's cells do not have: every function, states that begin elsewhere, matrices of many kinds.
    private static readonly Dictionary<string, string> Cells = new()
    {
        ["functions"] = """
            a = W x + U h[t-1] + b
            s = leaky_relu(a) + elu(a) + silu(a) + gelu(a) + softplus(a) + softsign(a) + hard_sigmoid(a) + hard_tanh(a)
            e = exp(-a^2) + log(1 + abs(a)) + sqrt(1 + a^2) + sign(a) * sin(a) + cos(a) + min(a, 0.1) + max(a, b_2) + clip(a, -0.3, 0.2)
            h = tanh(0.1 * s + 0.1 * e) + softmax(a) + 0.1 norm(a)
            """,
        ["a learned state and one that begins at 1"] = """
            state h = learned
            state s = 1
            s = 0.5 s[t-1] + tanh(W x + b)
            h = tanh(U h[t-1] + V s)
            """,
        ["derived and transposed parameters"] = """
            width z = input
            A = U - U^T - 0.1 I
            g = σ(q)
            p = W x
            z = W^T p
            h = 0.5 h[t-1] + 0.1 tanh(A h[t-1] + V z + g * b)
            """,
        ["parts side by side"] = """
            width s = hidden + input
            [p, q] = W [h[t-1], x] + b
            s = [tanh(p), x]
            h = σ(q) * h[t-1] + V [s, c_0, h[t-1]]
            param c_0
            """,
        ["no state"] = "h = tanh(W x + b)",
        ["a remembered input"] = """
            k = σ(W x + V x[t-1] + b)
            h = k * h[t-1] + (1 - k) * tanh(R x)
            """,
        ["an output called y beside states"] = """
            output y
            h = tanh(W x + U h[t-1])
            y = V h + d
            """,
    };

    [OnnxRuntimeFact]
    public void Cells_with_every_operation_of_the_language_give_the_same_in_ONNX_Runtime()
    {
        OnnxRuntime runtime = new();
        List<(string Name, Dictionary<string, double[]> Expected)> cases = [];
        foreach ((string name, string text) in Cells)
        {
            foreach (bool states in (bool[])[true, false])
            {
                using Layer layer = ExportCase.Layer(Cell.Parse(text), 5, 6, seed: 4);
                cases.Add((name, ExportCase.Add(runtime, layer, 9, 3, states ? [9, 2, 5] : [], new() { States = states })));
            }
        }

        Check(runtime, cases);
    }

    [OnnxRuntimeFact]
    public void Stacks_and_both_directions_give_the_same_in_ONNX_Runtime()
    {
        OnnxRuntime runtime = new();
        List<(string Name, Dictionary<string, double[]> Expected)> cases = [];
        foreach ((string name, LayerSample sample) in LayerSample.All)
        {
            foreach (int[] lengths in (int[][])[[], [6, 13, 1, 9]])
            {
                foreach (bool operators in (bool[])[true, false])
                {
                    using SequenceLayer layer = sample.Build(1);
                    ExportCase.Randomize(layer, seed: 5);
                    layer.TrainingStep = null;
                    cases.Add(($"{name}, {lengths.Length} lengths, operators {operators}", ExportCase.Add(runtime, layer, 13, 4, lengths, new() { Operators = operators })));
                }
            }
        }

        Check(runtime, cases);
    }

    private static void Check(OnnxRuntime runtime, List<(string Name, Dictionary<string, double[]> Expected)> cases)
    {
        var results = runtime.Run();
        string[] wrong = [.. cases.Select((each, i) => (each.Name, Difference: ExportCase.Difference(each.Expected, results[i], 1e-5))).Where(each => each.Difference is not null).Select(each => $"{each.Name}: {each.Difference}")];
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }
}
