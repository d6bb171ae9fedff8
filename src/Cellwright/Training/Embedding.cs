using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tensors;

namespace Cellwright.Training;

/// <summary>A table with one trained row for each symbol: the input of a layer that reads symbols.</summary>
internal sealed class Embedding : IDisposable
{
    private readonly WorkerTeam team;
    private readonly AlignedBuffer read = new();
    private readonly AlignedBuffer gradients = new();
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

    /// <summary>Whether layers' products may run over the table; for those who measure what it gains.</summary>
    internal bool GathersProducts { get; set; } = true;

    /// <summary>Draws first values: normal with deviation 1.</summary>
    public void Initialize(ulong seed) => new RandomStream(seed, "init/embedding").FillNormal(Table.Values, step: 0);

    /// <summary>Runs layers over the symbols' rows.</summary>
    /// <remarks>
    /// Where the layers take symbols and there are fewer kinds than positions, products of the input run over the table
    /// instead, forward with the same bits; gradients are then sums over each symbol's positions first.
    /// </remarks>
    /// <param name="layers">The layers; their input is as wide as the table.</param>
    /// <param name="indices">Symbols [steps, batch].</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="initial">The states before the first step.</param>
    /// <param name="outputs">Receives the outputs.</param>
    /// <param name="final">Receives the final states.</param>
    public void Forward(SequenceLayer layers, ReadOnlyMemory<int> indices, int steps, int batch, LayerState initial, AlignedBuffer outputs, LayerState final)
    {
        Span<float> y = outputs.Span[..(indices.Length * layers.OutputWidth)];
        if (Gathers(layers, indices.Length))
        {
            layers.ForwardSymbols(Table, indices.Span, steps, batch, [], initial, y, final);
            return;
        }

        Forward(indices, Room(read, indices.Length));
        layers.Forward(read.Span[..(indices.Length * Table.Columns)], steps, batch, [], initial, y, final);
    }

    /// <summary>Runs the layers backward over the same symbols and writes the gradient of the table.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="indices">The symbols of the forward pass.</param>
    /// <param name="outputGradients">The gradient by the outputs.</param>
    /// <param name="add">Whether it is added to a gradient that the table already has from another use.</param>
    public void Backward(SequenceLayer layers, ReadOnlyMemory<int> indices, AlignedBuffer outputGradients, bool add)
    {
        ReadOnlySpan<float> dy = outputGradients.Span[..(indices.Length * layers.OutputWidth)];
        if (Gathers(layers, indices.Length))
        {
            layers.BackwardSymbols(dy, add);
            return;
        }

        layers.Backward(dy, null, Room(gradients, indices.Length).Span[..(indices.Length * Table.Columns)], null);
        Backward(indices, gradients, add);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        read.Dispose();
        gradients.Dispose();
    }

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

    // A choice that gradients' bits depend on: so of the model's and the batch's sizes alone.
    private bool Gathers(SequenceLayer layers, int positions) => GathersProducts && layers.TakesSymbols && Table.Rows < positions;

    private AlignedBuffer Room(AlignedBuffer buffer, int positions)
    {
        buffer.Reserve((long)positions * Table.Columns);
        return buffer;
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
