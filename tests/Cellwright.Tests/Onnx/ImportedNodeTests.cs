using Cellwright.Onnx.Import;
using Cellwright.Tests.Layers;
using Google.Protobuf;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Onnx;

public sealed class ImportedNodeTests
{
    private const int Models = 200;

    [OnnxRuntimeFact]
    public void Two_hundred_nodes_give_what_ONNX_Runtime_gives()
    {
        RandomNode[] nodes = [.. Enumerable.Range(0, Models).Select(seed => RandomNode.Draw(seed))];
        OnnxRuntime runtime = new();
        foreach (RandomNode node in nodes)
        {
            runtime.Add(node.Model.ToByteArray(), node.Feeds);
        }

        var results = runtime.Run();
        List<string> wrong = [];
        for (int i = 0; i < Models; i++)
        {
            Dictionary<string, double[]> ours = Run(nodes[i]).ToDictionary(output => output.Key, output => LayerHarness.Doubles(output.Value.Singles));
            if (ExportCase.Difference(ours, results[i], 1e-5) is { } difference)
            {
                wrong.Add($"{i}: {nodes[i].Description}: {difference}");
            }
        }

        wrong.ShouldBeEmpty(string.Join('\n', wrong));
    }

    [Fact]
    public void Batch_first_is_the_same_with_axes_turned()
    {
        for (int seed = 0; seed < Models; seed++)
        {
            IReadOnlyDictionary<string, OnnxValue> timeFirst = Run(RandomNode.Draw(seed));
            IReadOnlyDictionary<string, OnnxValue> batchFirst = Run(RandomNode.Draw(seed, isBatchFirst: true));

            foreach ((string name, OnnxValue expected) in timeFirst)
            {
                // Y is [time, directions, batch, hidden] or [batch, time, directions, hidden]; a state has its batch in front.
                int[] order = expected.Shape.Count == 4 ? [2, 0, 1, 3] : [1, 0, 2];
                batchFirst[name].Shape.ShouldBe(order.Select(axis => expected.Shape[axis]), name);
                ConstantTensor turned = expected.ToConstant().Transpose(order);
                float[] values = new float[turned.Count];
                turned.CopyTo(values);
                batchFirst[name].Singles.ToArray().ShouldBe(values, $"{name} of seed {seed}");
            }
        }
    }

    private static IReadOnlyDictionary<string, OnnxValue> Run(RandomNode node)
    {
        using OnnxModel model = OnnxModel.Read(node.Model.ToByteArray(), "node", threads: 1);
        return model.Run(node.Inputs);
    }
}
