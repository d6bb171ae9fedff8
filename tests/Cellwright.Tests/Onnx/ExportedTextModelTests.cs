using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Onnx.Export;
using Cellwright.Tasks;
using Cellwright.Tests.Layers;
using Cellwright.Tests.Tasks;
using Shouldly;

namespace Cellwright.Tests.Onnx;

public sealed class ExportedTextModelTests
{
    private const int Steps = 19;
    private const int Batch = 2;

    private static readonly Dictionary<string, TextModelDesign> Designs = new()
    {
        ["lstm with dropout"] = SmallTextRuns.Design,
        ["tied residual layers"] = new()
        {
            Cells = [Cell.Named("gru"), Cell.Named("lstm"), Cell.Named("gru-reset-after")],
            Sizes = new Dictionary<string, int> { ["input"] = 19, ["hidden"] = 19 },
            Residual = true,
            Tied = true,
        },
        ["zoned out and dropped weights"] = new()
        {
            Cells = [Cell.Named("lstm")],
            Sizes = new Dictionary<string, int> { ["input"] = 6, ["hidden"] = 19 },
            Regularization = new TextRegularization
            {
                Zoneout = new Dictionary<string, double> { ["h"] = 0.1, ["c"] = 0.3 },
                WeightDrop = new Dictionary<string, double> { ["U_f"] = 0.3 },
            },
        },
        ["exponential gates"] = new() { Cells = [Cell.Named("slstm")], Sizes = new Dictionary<string, int> { ["input"] = 6, ["hidden"] = 20 } },
        ["mogrifier"] = new() { Cells = [Cell.Named("lstm-mogrifier")], Sizes = new Dictionary<string, int> { ["input"] = 6, ["hidden"] = 12 } },
    };

    [OnnxRuntimeFact]
    public void A_trained_text_model_gives_the_same_distribution_in_ONNX_Runtime()
    {
        OnnxRuntime runtime = new();
        List<(string Name, Dictionary<string, double[]> Expected)> cases = [];
        foreach ((string name, TextModelDesign design) in Designs)
        {
            using TextModel model = TextModel.Create(design, CharacterVocabulary.Of(SmallTextRuns.Text), seed: 3, threads: 1);
            int[] text = model.Vocabulary.Encode(SmallTextRuns.Text);
            using (TextTrainer trainer = new(model, text, SmallTextRuns.Options))
            {
                trainer.Run(30);
            }

            int[] tokens = text[3..(3 + (Steps * Batch))];
            foreach (bool probabilities in (bool[])[true, false])
            {
                foreach (bool states in (bool[])[true, false])
                {
                    LayerState initial = model.Layers.CreateState(Batch);
                    List<OnnxTensor> feeds = [OnnxTensor.Of("tokens", (long[])[.. tokens.Select(token => (long)token)], Steps, Batch)];
                    feeds.AddRange(initial.Names.Where(_ => states).Select(state => OnnxTensor.Of("state." + state, initial[state], Batch, initial[state].Length / Batch)));
                    runtime.Add(OnnxExport.Of(model, new() { Probabilities = probabilities, States = states }).ToArray(), feeds);
                    cases.Add(($"{name}, {(probabilities ? "probabilities" : "scores")}, {(states ? "with" : "without")} states", Expected(model, tokens, probabilities, states)));
                }
            }
        }

        var results = runtime.Run();
        string[] wrong = [.. cases.Select((each, i) => (each.Name, Difference: ExportCase.Difference(each.Expected, results[i], 1e-4))).Where(each => each.Difference is not null).Select(each => $"{each.Name}: {each.Difference}")];
        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    private static Dictionary<string, double[]> Expected(TextModel model, int[] tokens, bool probabilities, bool states)
    {
        float[] x = [.. tokens.SelectMany(token => model.Embedding.Table.Values.Slice(token * model.EmbeddingWidth, model.EmbeddingWidth).ToArray())];
        float[] y = new float[tokens.Length * model.Layers.OutputWidth];
        LayerState final = model.Layers.CreateState(Batch);
        model.Layers.TrainingStep = null;
        model.Layers.Forward(x, Steps, Batch, [], null, y, final);
        double[] scores = [.. y.Chunk(model.Layers.OutputWidth).SelectMany(row => Scores(model, row, probabilities))];
        Dictionary<string, double[]> expected = new() { [probabilities ? "probabilities" : "logits"] = scores };
        foreach (string state in final.Names.Where(_ => states))
        {
            expected["final." + state] = LayerHarness.Doubles(final[state]);
        }

        return expected;
    }

    private static double[] Scores(TextModel model, float[] row, bool probabilities)
    {
        float[] weights = model.Head.Weights.Values.ToArray();
        float[] bias = model.Head.Bias.Values.ToArray();
        double[] scores = [.. bias.Select((b, i) => b + row.Select((h, j) => (double)h * weights[(i * row.Length) + j]).Sum())];
        if (!probabilities)
        {
            return scores;
        }

        double largest = scores.Max();
        double[] exponentials = [.. scores.Select(score => Math.Exp(score - largest))];
        double sum = exponentials.Sum();
        return [.. exponentials.Select(value => value / sum)];
    }
}
