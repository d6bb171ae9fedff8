using System.Runtime.CompilerServices;

namespace Cellwright.Layers;

/// <summary>A stream of one cell.</summary>
internal sealed class CellStream : LayerStream
{
    private readonly Layer layer;
    private readonly LayerState state;
    private readonly LayerStep step;
    private readonly int inputWidth;

    public CellStream(Layer layer, LayerEngine engine, BernoulliMask[] zoneout, LayerState state, StreamOptions options)
        : base(layer, state)
    {
        this.layer = layer;
        this.state = state;
        inputWidth = layer.InputWidths.Sum();
        step = new LayerStep(engine, layer.InputWidths, [.. layer.StateWidths.Select(each => each.Width)], layer.OutputWidth, [.. zoneout.Select(mask => (float)mask.Rate)], options);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        Check(x, inputWidth, y);
        layer.Refresh();
        step.Run(x, state, y);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal override void StepSymbol(Parameter table, int symbol, Span<float> y)
    {
        Check(table.Values.Slice(symbol * table.Columns, table.Columns), inputWidth, y);
        layer.Refresh();
        step.Run(table, symbol, state, y);
    }

    protected override void Dispose(bool disposing) => step.Dispose();
}
