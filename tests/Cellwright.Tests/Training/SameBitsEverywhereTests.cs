using System.Runtime.InteropServices;
using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tensors;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

/// <summary>Numbers that every machine has to reproduce: run these with vectors switched off, too.</summary>
public sealed class SameBitsEverywhereTests
{
    private const int Rows = 37;
    private const int Inputs = 83;
    private const int Columns = 67;

    [Fact]
    [Trait("Category", "SameBits")]
    public void An_update_has_the_bits_it_had_where_it_was_written()
    {
        using WorkerTeam team = new(2);
        using LinearOutput head = new(Inputs, Columns, team);
        Embedding embedding = new(Columns, Inputs, team);
        embedding.Initialize(seed: 1);
        head.Initialize(seed: 1);
        head.Load();
        RandomStream random = new(2, "test/symbols");
        int[] symbols = [.. Enumerable.Range(0, Rows).Select(row => random.Below(0, (ulong)row, Columns))];
        int[] targets = [.. Enumerable.Range(0, Rows).Select(row => random.Below(1, (ulong)row, Columns))];
        using AlignedBuffer h = new(Rows * Inputs);
        using AlignedBuffer dh = new(Rows * Inputs);
        using AlignedBuffer scores = new(Rows * head.Stride);
        ParameterSet parameters = new([embedding.Table, head.Weights, head.Bias]);
        CrossEntropy loss = new(team);
        GradientNorm norm = new(parameters, team);
        Adam adam = new(parameters, team);
        double mean = 0;
        double length = 0;
        for (int update = 0; update < 3; update++)
        {
            embedding.Forward(symbols, h);
            head.Forward(Rows, h, scores);
            mean = loss.MeanWithGradient(scores, targets, Columns, head.Stride);
            head.Backward(Rows, h, scores, dh);
            embedding.Backward(symbols, dh);
            length = norm.Compute();
            adam.Update(new LearningRateSchedule(0.01, 1, LearningRateDecay.Cosine).RateAt(update, 3), (float)(1.0 / length));
            head.Load();
        }

        BitConverter.DoubleToInt64Bits(mean).ShouldBe(4614721656385820549);
        BitConverter.DoubleToInt64Bits(length).ShouldBe(4609215299778708136);
        Digest([embedding.Table, head.Weights, head.Bias]).ShouldBe(4033736770791874814UL);
    }

    private static ulong Digest(IEnumerable<Parameter> parameters)
    {
        ulong digest = 0xCBF29CE484222325;
        foreach (Parameter parameter in parameters)
        {
            foreach (uint bits in MemoryMarshal.Cast<float, uint>(parameter.Values))
            {
                digest = unchecked((digest ^ bits) * 0x100000001B3);
            }
        }

        return digest;
    }
}
