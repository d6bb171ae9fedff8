using System.Runtime.CompilerServices;

namespace Cellwright.Layers;

/// <summary>One step of one sequence, again and again: every stage with its addresses, and nothing between them.</summary>
internal sealed unsafe class LayerStep : IDisposable
{
    private readonly LayerEngine engine;
    private readonly LayerMemory memory;
    private readonly FixedStage[] stages;
    private readonly (nint Address, int Width)[] inputs;
    private readonly (nint Before, nint After, int Width)[] states;
    private readonly nint output;
    private readonly int outputWidth;

    /// <summary>Makes room and fixes every address.</summary>
    /// <param name="engine">The cell's program.</param>
    /// <param name="inputWidths">The width of each input.</param>
    /// <param name="stateWidths">The width of each state.</param>
    /// <param name="outputWidth">The width of the output.</param>
    /// <param name="maskRates">What each of the cell's masks holds in use.</param>
    public LayerStep(LayerEngine engine, IReadOnlyList<int> inputWidths, IReadOnlyList<int> stateWidths, int outputWidth, ReadOnlySpan<float> maskRates)
    {
        this.engine = engine;
        this.outputWidth = outputWidth;
        memory = new LayerMemory(engine.Layout);
        memory.Reserve(batch: 1, rows: 1);
        RowCursor cursor = new() { States = 1, PreviousCarries = 1, Count = 1 };
        stages = [.. engine.Before.Concat(engine.Loop).Concat(engine.After).Select(stage => stage.Fix(memory, cursor))];
        inputs = [.. engine.Program.Inputs.Select((place, i) => ((nint)new BoundPlace(engine.Layout, place).Address(memory, cursor), inputWidths[i]))];
        states = [.. engine.Program.States.Select((place, i) =>
        {
            BoundPlace bound = new(engine.Layout, place);
            return ((nint)bound.Row(memory, 0), (nint)bound.Row(memory, 1), stateWidths[i]);
        })];
        for (int i = 0; i < maskRates.Length; i++)
        {
            BoundPlace mask = new(engine.Layout, engine.Program.Masks[i]);
            new Span<float>(mask.Address(memory, cursor), engine.Layout.Width(engine.Program.Masks[i])).Fill(maskRates[i]);
        }

        output = (nint)new BoundPlace(engine.Layout, engine.Program.Output).Address(memory, cursor);
    }

    /// <summary>Takes the step from the given state to the next, which replaces it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(ReadOnlySpan<float> x, LayerState state, Span<float> y)
    {
        ObjectDisposedException.ThrowIf(engine.IsDisposed, typeof(Layer));
        for (int i = 0; i < states.Length; i++)
        {
            state.At(i).CopyTo(new Span<float>((void*)states[i].Before, states[i].Width));
        }

        foreach ((nint address, int width) in inputs)
        {
            x[..width].CopyTo(new Span<float>((void*)address, width));
            x = x[width..];
        }

        foreach (FixedStage stage in stages)
        {
            stage.Run();
        }

        new ReadOnlySpan<float>((void*)output, outputWidth).CopyTo(y);
        for (int i = 0; i < states.Length; i++)
        {
            new ReadOnlySpan<float>((void*)states[i].After, states[i].Width).CopyTo(state.At(i));
        }
    }

    public void Dispose() => memory.Dispose();
}
