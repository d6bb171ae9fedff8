namespace Cellwright.Layers;

/// <summary>A stream of a stack: one stream for each layer that does something in use.</summary>
internal sealed class StackStream : LayerStream
{
    private readonly LayerStream[] streams;
    private readonly bool[] addsInput;
    private readonly float[][] outputs;

    /// <summary>Puts streams together, the lowest first.</summary>
    /// <param name="layer">The stack.</param>
    /// <param name="state">The state of the whole stack, of which each stream has its part.</param>
    /// <param name="streams">The layers' streams; disposed with this one.</param>
    /// <param name="addsInput">For each, whether its input is added to its output.</param>
    /// <param name="widths">For each, the width of its output.</param>
    public StackStream(SequenceLayer layer, LayerState state, LayerStream[] streams, bool[] addsInput, int[] widths)
        : base(layer, state)
    {
        this.streams = streams;
        this.addsInput = addsInput;
        outputs = [.. widths.Select(width => new float[width])];
    }

    public override void Step(ReadOnlySpan<float> x, Span<float> y) => Step(x, null, 0, y);

    internal override void StepSymbol(Parameter table, int symbol, Span<float> y) => Step(table.Values.Slice(symbol * table.Columns, table.Columns), table, symbol, y);

    private void Step(ReadOnlySpan<float> x, Parameter? table, int symbol, Span<float> y)
    {
        Check(x, Layer.InputWidth, y);
        ReadOnlySpan<float> input = x;
        for (int i = 0; i < streams.Length; i++)
        {
            if (i == 0 && table is not null)
            {
                streams[i].StepSymbol(table, symbol, outputs[i]);
            }
            else
            {
                streams[i].Step(input, outputs[i]);
            }

            if (addsInput[i])
            {
                LayerStack.Add(outputs[i], input);
            }

            input = outputs[i];
        }

        input.CopyTo(y);
    }

    protected override void Dispose(bool disposing)
    {
        foreach (LayerStream stream in streams)
        {
            stream.Dispose();
        }
    }
}
