using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

[Trait("Category", "SameBits")]
public sealed class RecomputedRunTests
{
    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = 5, ["hidden"] = 19 };

    [Theory]
    [InlineData(null)]
    [InlineData(7)]
    public void Chunks_draw_the_zoned_out_states_and_dropped_weights_of_the_whole(int? trainingStep)
    {
        LayerRegularization regularization = new()
        {
            Zoneout = new Dictionary<string, double> { ["c"] = 0.3, ["h"] = 0.1 },
            WeightDrop = new Dictionary<string, double> { ["U_f"] = 0.4 },
            Seed = 3,
        };
        List<float> whole = Run(regularization, recompute: 0, trainingStep);
        Run(regularization, recompute: 4, trainingStep).ShouldBe(whole);
        if (trainingStep is not null)
        {
            Run(regularization, recompute: 0, trainingStep: 8).ShouldNotBe(whole);
        }
    }

    private static List<float> Run(LayerRegularization regularization, int recompute, int? trainingStep)
    {
        const int Steps = 11;
        const int Batch = 3;
        using Layer layer = new(Cell.Named("lstm"), Sizes, threads: 2, trace: false, regularization, recompute);
        layer.Initialize(1);
        layer.TrainingStep = trainingStep;
        Random random = new(5);
        float[] x = [.. Enumerable.Range(0, Steps * Batch * 5).Select(_ => (float)random.NextDouble() - 0.5f)];
        float[] y = new float[Steps * Batch * 19];
        int[] lengths = [11, 4, 9];
        LayerState final = layer.CreateState(Batch);
        layer.Forward(x, Steps, Batch, lengths, null, y, final);
        float[] dx = new float[x.Length];
        LayerState dInitial = layer.CreateState(Batch);
        layer.Backward(y, final, dx, dInitial);
        return [.. y, .. final["c"], .. dx, .. dInitial["h"], .. layer.Parameters.SelectMany(parameter => parameter.Gradient.ToArray())];
    }
}
