using System.Runtime.CompilerServices;

namespace Cellwright.Layers;

/// <summary>
/// One step of one sequence, again and again: every stage with its addresses, and nothing between them. Whether the layer
/// and the stream are still there, the stream checks.
/// </summary>
internal sealed unsafe class LayerStep : IDisposable
{
    private static readonly RowCursor Cursor = new() { States = 1, PreviousCarries = 1, Count = 1 };

    private readonly LayerEngine engine;
    private readonly LayerMemory memory;
    private readonly StreamOptions options;
    private readonly (nint Address, int Width)[] inputs;
    private readonly (nint Before, nint After, int Width)[] states;
    private readonly nint output;
    private readonly int outputWidth;

    // Made when first asked for: a step of symbols and one of values each keep weights of their own where they are rounded.
    private StepStages? values;
    private SymbolStep? symbols;

    /// <summary>Makes room and fixes every address.</summary>
    /// <param name="engine">The cell's program.</param>
    /// <param name="inputWidths">The width of each input.</param>
    /// <param name="stateWidths">The width of each state.</param>
    /// <param name="outputWidth">The width of the output.</param>
    /// <param name="maskRates">What each of the cell's masks holds in use.</param>
    /// <param name="options">How it runs.</param>
    public LayerStep(LayerEngine engine, IReadOnlyList<int> inputWidths, IReadOnlyList<int> stateWidths, int outputWidth, ReadOnlySpan<float> maskRates, StreamOptions options)
    {
        this.engine = engine;
        this.outputWidth = outputWidth;
        this.options = options;
        memory = new LayerMemory(engine.Layout);
        memory.Reserve(batch: 1, rows: 1);
        inputs = [.. engine.Program.Inputs.Select((place, i) => ((nint)new BoundPlace(engine.Layout, place).Address(memory, Cursor), inputWidths[i]))];
        states = [.. engine.Program.States.Select((place, i) =>
        {
            BoundPlace bound = new(engine.Layout, place);
            return ((nint)bound.Row(memory, 0), (nint)bound.Row(memory, 1), stateWidths[i]);
        })];
        for (int i = 0; i < maskRates.Length; i++)
        {
            BoundPlace mask = new(engine.Layout, engine.Program.Masks[i]);
            new Span<float>(mask.Address(memory, Cursor), engine.Layout.Width(engine.Program.Masks[i])).Fill(maskRates[i]);
        }

        output = (nint)new BoundPlace(engine.Layout, engine.Program.Output).Address(memory, Cursor);
    }

    /// <summary>Takes the step from the given state to the next, which replaces it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(ReadOnlySpan<float> x, LayerState state, Span<float> y)
    {
        Begin(x, state);
        (values ??= new StepStages(engine, [.. engine.Before, .. engine.Loop, .. engine.After], memory, Cursor, options)).Run();
        End(state, y);
    }

    /// <summary>The same for a cell of one input with a table's row as the input.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(Parameter table, int symbol, LayerState state, Span<float> y)
    {
        if (symbols?.Table != table)
        {
            symbols?.Dispose();
            symbols = new SymbolStep(engine, memory, Cursor, options, table);
        }

        Begin(table.Values.Slice(symbol * table.Columns, table.Columns), state);
        symbols.Run(symbol);
        End(state, y);
    }

    public void Dispose()
    {
        values?.Dispose();
        symbols?.Dispose();
        memory.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Begin(ReadOnlySpan<float> x, LayerState state)
    {
        for (int i = 0; i < states.Length; i++)
        {
            state.At(i).CopyTo(new Span<float>((void*)states[i].Before, states[i].Width));
        }

        foreach ((nint address, int width) in inputs)
        {
            x[..width].CopyTo(new Span<float>((void*)address, width));
            x = x[width..];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void End(LayerState state, Span<float> y)
    {
        new ReadOnlySpan<float>((void*)output, outputWidth).CopyTo(y);
        for (int i = 0; i < states.Length; i++)
        {
            new ReadOnlySpan<float>((void*)states[i].After, states[i].Width).CopyTo(state.At(i));
        }
    }
}
