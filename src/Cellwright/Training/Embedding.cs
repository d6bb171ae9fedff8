using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tensors;

namespace Cellwright.Training;

/// <summary>A table with one trained row for each symbol: the input of a layer that reads symbols.</summary>
internal sealed class Embedding
{
    private readonly WorkerTeam team;
    private readonly Action<int> gather;
    private readonly Action<int> scatter;
    private ReadOnlyMemory<int> symbols;
    private AlignedBuffer rows = null!;
    private bool adds;

    /// <summary>A table of zeros.</summary>
    /// <param name="vocabulary">The number of symbols.</param>
    /// <param name="width">The number of columns.</param>
    /// <param name="team">The workers that share the rows forward and the columns backward.</param>
    public Embedding(int vocabulary, int width, WorkerTeam team)
    {
        this.team = team;
        gather = Gather;
        scatter = Scatter;
        Table = new Parameter("embedding", vocabulary, width, isBias: false);
    }

    /// <summary>The table [vocabulary, width].</summary>
    public Parameter Table { get; }

    /// <summary>Draws first values: normal with deviation 1.</summary>
    public void Initialize(ulong seed) => new RandomStream(seed, "init/embedding").FillNormal(Table.Values, step: 0);

    /// <summary>Copies the row of each symbol.</summary>
    /// <param name="indices">Symbols [positions].</param>
    /// <param name="output">Rows [positions, width].</param>
    public void Forward(ReadOnlyMemory<int> indices, AlignedBuffer output)
    {
        symbols = indices;
        rows = output;
        team.Run(gather);
    }

    /// <summary>Writes the gradient of the table: for each symbol the sum over its positions, from the last to the first.</summary>
    /// <param name="indices">Symbols [positions].</param>
    /// <param name="gradient">The gradient of the rows [positions, width].</param>
    /// <param name="add">Whether it is added to a gradient that the table already has from another use.</param>
    public void Backward(ReadOnlyMemory<int> indices, AlignedBuffer gradient, bool add = false)
    {
        adds = add;
        symbols = indices;
        rows = gradient;
        team.Run(scatter);
    }

    private void Gather(int worker)
    {
        ReadOnlySpan<int> indices = symbols.Span;
        int width = Table.Columns;
        ReadOnlySpan<float> table = Table.Values;
        Span<float> output = rows.Span;
        int first = (int)((long)indices.Length * worker / team.Count);
        int end = (int)((long)indices.Length * (worker + 1) / team.Count);
        for (int position = first; position < end; position++)
        {
            table.Slice(indices[position] * width, width).CopyTo(output.Slice(position * width, width));
        }
    }

    // Split by columns: each element of the table is summed by one worker, in the one direction of time.
    private void Scatter(int worker)
    {
        ReadOnlySpan<int> indices = symbols.Span;
        int width = Table.Columns;
        int first = (int)((long)width * worker / team.Count);
        int count = (int)((long)width * (worker + 1) / team.Count) - first;
        Span<float> table = Table.Gradient;
        ReadOnlySpan<float> gradient = rows.Span;
        for (int row = 0; row < Table.Rows && !adds; row++)
        {
            table.Slice((row * width) + first, count).Clear();
        }

        for (int position = indices.Length - 1; position >= 0; position--)
        {
            Elementwise.Add(gradient.Slice((position * width) + first, count), table.Slice((indices[position] * width) + first, count));
        }
    }
}
