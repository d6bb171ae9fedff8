using Cellwright.Kernels;
using Cellwright.Tensors;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class EmbeddingTests
{
    private static readonly int[] Symbols = [3, 0, 3, 2, 4, 3, 0];

    [Fact]
    public void Forward_gives_each_symbol_its_row()
    {
        using WorkerTeam team = new(2);
        Embedding embedding = Filled(team, width: 19);
        using AlignedBuffer output = new(Symbols.Length * 19);
        embedding.Forward(Symbols, output);
        for (int position = 0; position < Symbols.Length; position++)
        {
            output.Span.Slice(position * 19, 19).ToArray().ShouldBe(embedding.Table.Values.Slice(Symbols[position] * 19, 19).ToArray());
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("Category", "SameBits")]
    public void Backward_sums_the_rows_of_each_symbol_from_the_last_on(int threads)
    {
        using WorkerTeam team = new(threads);
        Embedding embedding = Filled(team, width: 19);
        Random random = new(2);
        using AlignedBuffer gradient = new(Symbols.Length * 19);
        foreach (ref float value in gradient.Span)
        {
            value = random.NextSingle() - 0.5f;
        }

        embedding.Table.Gradient.Fill(float.NaN);
        embedding.Backward(Symbols, gradient);
        for (int symbol = 0; symbol < 5; symbol++)
        {
            for (int column = 0; column < 19; column++)
            {
                float expected = 0;
                for (int position = Symbols.Length - 1; position >= 0; position--)
                {
                    expected += Symbols[position] == symbol ? gradient.Span[(position * 19) + column] : 0f;
                }

                embedding.Table.Gradient[(symbol * 19) + column].ShouldBe(expected);
            }
        }
    }

    private static Embedding Filled(WorkerTeam team, int width)
    {
        Embedding embedding = new(5, width, team);
        for (int i = 0; i < 5 * width; i++)
        {
            embedding.Table.Values[i] = i;
        }

        return embedding;
    }
}
