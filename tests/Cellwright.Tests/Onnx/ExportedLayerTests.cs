using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Export;
using Cellwright.Onnx.Format;
using Cellwright.Tests.Layers;
using Google.Protobuf;
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
            width s = 2*hidden + input
            [p, q] = W [h[t-1], x] + b
            s = [tanh(p), x, tanh(b_2)]
            h = σ(q) * h[t-1] + V [s, h[t-1]] + b_2
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

    [OnnxRuntimeFact]
    public void Standard_cells_with_any_activation_clip_and_coupling_give_the_same_as_operators()
    {
        const string Lstm = "i = G(W_i x + U_i h[t-1] + b_i)\nf = G(W_f x + U_f h[t-1] + b_f)\ng = C(W_g x + U_g h[t-1] + b_g)\no = G(W_o x + U_o h[t-1] + b_o)\nc = f * c[t-1] + i * g\nh = o * H(c)";
        const string Coupled = "i = G(W_i x + U_i h[t-1] + p_i * c[t-1] + b_i)\ng = C(W_g x + U_g h[t-1] + b_g)\no = G(W_o x + U_o h[t-1] + p_o * c + b_o)\nc = (1 - i) * c[t-1] + i * g\nh = o * H(c)";
        const string Gru = "z = G(W_z x + U_z h[t-1] + b_z)\nr = G(W_r x + U_r h[t-1] + b_r)\nn = C(W_n x + r * (U_n h[t-1] + c_n) + b_n)\nh = (1 - z) * n + z * h[t-1]";
        const string Before = "z = G(W_z x + U_z h[t-1] + b_z)\nr = G(W_r x + U_r h[t-1] + b_r)\nn = C(W_n x + U_n (r * h[t-1]) + b_n)\nh = (1 - z) * n + z * h[t-1]";
        const string Rnn = "h = C(W x + U h[t-1] + b)";
        string[] functions = ["sigmoid(u)", "tanh(u)", "relu(u)", "leaky_relu(u)", "elu(u)", "softsign(u)", "softplus(u)", "hard_sigmoid(u)", "min(max(0.3 u + 0.4, 0), 1)", "0.7 tanh(1.3 u)", "tanh(clip(u, -0.4, 0.4))", "u"];
        OnnxRuntime runtime = new();
        List<(string Name, Dictionary<string, double[]> Expected)> cases = [];
        foreach ((string text, string kind) in ((string, string)[])[(Lstm, "LSTM"), (Coupled, "LSTM"), (Gru, "GRU"), (Before, "GRU"), (Rnn, "RNN")])
        {
            for (int i = 0; i < functions.Length; i++)
            {
                // A clip is one of the operator's, so every gate has it or none.
                string candidate = functions[i];
                string gate = candidate.Contains("clip", StringComparison.Ordinal) ? "sigmoid(clip(u, -0.4, 0.4))" : text == Coupled || i % 2 == 0 ? "sigmoid(u)" : "hard_sigmoid(u)";
                string cell = $"{(text.Contains("G(") ? $"G(u) = {gate}\n" : "")}C(u) = {candidate}\n{(text.Contains("H(") ? $"H(u) = {functions[(i + 3) % 10]}\n" : "")}{text}";
                using Layer layer = ExportCase.Layer(Cell.Parse(cell), 4, 6, seed: i);
                // Functions without a bound let large values grow.
                ExportCase.Scale(layer, 0.4f);
                if (!candidate.StartsWith('0'))
                {
                    OnnxExport.Of(layer).Operators.ShouldBe([kind], cell);
                }

                cases.Add((cell, ExportCase.Add(runtime, layer, 11, 3, i % 3 == 0 ? [11, 4, 7] : [])));
            }
        }

        Check(runtime, cases);
    }

    [OnnxRuntimeFact]
    public void A_sequence_of_no_step_gives_zeros_and_keeps_its_state()
    {
        OnnxRuntime runtime = new();
        List<(string Name, Dictionary<string, double[]> Expected)> cases = [];
        foreach (string name in (string[])["lstm", "gru", "elman", "slstm", "lstm-projected"])
        {
            foreach (bool operators in (bool[])[true, false])
            {
                using Layer layer = ExportCase.Layer(name, 4, 8, seed: 2);
                cases.Add(($"{name}, operators {operators}", ExportCase.Add(runtime, layer, 5, 3, [0, 5, 2], new() { Operators = operators })));
            }
        }

        Check(runtime, cases);
    }

    [OnnxRuntimeFact]
    public void One_file_runs_at_any_length_and_goes_on_from_the_states_it_gave()
    {
        foreach (string name in (string[])["lstm", "gru", "slstm", "qrnn"])
        {
            const int Steps = 9;
            const int Batch = 2;
            using Layer layer = ExportCase.Layer(name, 4, 8, seed: 6);
            byte[] file = OnnxExport.Of(layer).ToArray();
            Random random = new(1);
            float[] x = [.. Enumerable.Range(0, Steps * Batch * 4).Select(_ => random.NextSingle() - 0.5f)];
            LayerState state = layer.CreateState(Batch);
            List<OnnxTensor> feeds = [.. state.Names.Select(each => OnnxTensor.Of("state." + each, state[each], Batch, state[each].Length / Batch))];
            float[] expected = new float[Steps * Batch * layer.OutputWidth];
            layer.Forward(x, Steps, Batch, [], state, expected, final: null);

            List<double> given = [];
            foreach (int first in (int[])[0, 6, 7])
            {
                int steps = first == 0 ? 6 : first == 6 ? 1 : 2;
                OnnxRuntime runtime = new();
                runtime.Add(file, [OnnxTensor.Of("x", x.AsSpan(first * Batch * 4, steps * Batch * 4), steps, Batch, 4), .. feeds]);
                (IReadOnlyDictionary<string, OnnxTensor> outputs, string? error) = runtime.Run()[0];
                error.ShouldBeNull(name);
                given.AddRange(outputs["y"].Doubles);
                feeds = [.. outputs.Values.Where(each => each.Name.StartsWith("final.", StringComparison.Ordinal)).Select(each => each with { Name = "state." + each.Name["final.".Length..] })];
            }

            LayerHarness.Error([.. given], LayerHarness.Doubles(expected)).ShouldBeLessThanOrEqualTo(1e-5, name);
        }
    }

    [OnnxRuntimeFact]
    public void Time_comes_first_because_ONNX_Runtime_refuses_a_layout_with_the_batch_first()
    {
        using Layer layer = ExportCase.Layer("lstm", 4, 6, seed: 1);
        ModelProto model = ModelProto.Parser.ParseFrom(OnnxExport.Of(layer, new() { States = false }).ToArray());
        model.Graph.Node.Single(node => node.OpType == "LSTM").Attribute.Add(OnnxAttributes.Of("layout", 1));
        OnnxRuntime runtime = new();
        runtime.Add(model.ToByteArray(), [OnnxTensor.Of("x", new float[3 * 2 * 4], 3, 2, 4)]);
        runtime.Run()[0].Error.ShouldNotBeNull().ShouldContain("layout");
    }

    private static void Check(OnnxRuntime runtime, List<(string Name, Dictionary<string, double[]> Expected)> cases)
    {
        var results = runtime.Run();
        string[] wrong = [.. cases.Select((each, i) => (each.Name, Difference: ExportCase.Difference(each.Expected, results[i], 1e-5))).Where(each => each.Difference is not null).Select(each => $"{each.Name}: {each.Difference}")];
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }
}
