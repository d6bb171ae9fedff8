using System.Runtime.CompilerServices;
using Cellwright.Kernels;
namespace Cellwright.Layers;

/// <summary>One step of one sequence, again and again: every stage with its addresses, and nothing between them.</summary>
internal sealed unsafe class LayerStep : IDisposable
{
    private readonly LayerEngine engine;
    private readonly LayerMemory memory;
    private readonly FixedStage?[][] stages;
    private readonly bool[] meets;
    private readonly WorkerTeam? team;
    private readonly MemberBarrier barrier;
    private readonly Action<int> share;
    private readonly (nint Address, int Width)[] inputs;
    private readonly (nint Before, nint After, int Width)[] states;
    private readonly nint output;
    private readonly int outputWidth;
    private int loaded = -1;

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
        memory = new LayerMemory(engine.Layout);
        memory.Reserve(batch: 1, rows: 1);
        RowCursor cursor = new() { States = 1, PreviousCarries = 1, Count = 1 };
        BoundStage[] bound = [.. engine.Before, .. engine.Loop, .. engine.After];
        double bytes = bound.Sum(stage => stage.MultiplyAdds) * (options.Weights == WeightFormat.BFloat16 ? sizeof(ushort) : sizeof(float));
        int threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        team = threads > 1 && bytes >= options.LeastBytes ? WorkerTeam.Default(threads) : null;
        barrier = new MemberBarrier(team?.Count ?? 1);
        share = Share;
        stages = FixedRowProduct.Fix(bound, memory, cursor, options.Weights, team?.Count ?? 1);
        // What one thread does in a row needs no waiting in between.
        bool[] isShared = [.. stages[0].Select((_, i) => Array.Exists(stages, each => each[i] is FixedRowProduct))];
        meets = [.. isShared.Select((shared, i) => i + 1 < isShared.Length && (shared || isShared[i + 1]))];
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
        if (loaded != engine.Loads)
        {
            Load();
        }

        for (int i = 0; i < states.Length; i++)
        {
            state.At(i).CopyTo(new Span<float>((void*)states[i].Before, states[i].Width));
        }

        foreach ((nint address, int width) in inputs)
        {
            x[..width].CopyTo(new Span<float>((void*)address, width));
            x = x[width..];
        }

        if (team is null)
        {
            foreach (FixedStage? stage in stages[0])
            {
                stage!.Run();
            }
        }
        else
        {
            barrier.Reset();
            team.Run(share);
        }

        new ReadOnlySpan<float>((void*)output, outputWidth).CopyTo(y);
        for (int i = 0; i < states.Length; i++)
        {
            new ReadOnlySpan<float>((void*)states[i].After, states[i].Width).CopyTo(state.At(i));
        }
    }

    public void Dispose()
    {
        foreach (FixedStage? stage in stages.SelectMany(each => each))
        {
            stage?.Dispose();
        }

        memory.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Share(int member)
    {
        try
        {
            FixedStage?[] mine = stages[member];
            for (int i = 0; i < mine.Length; i++)
            {
                mine[i]?.Run();
                if (meets[i])
                {
                    barrier.Meet(member);
                }
            }
        }
        catch
        {
            barrier.Break();
            throw;
        }
    }

    private void Load()
    {
        foreach (FixedStage?[] each in stages)
        {
            foreach (FixedStage? stage in each)
            {
                stage?.Load();
            }
        }

        loaded = engine.Loads;
    }
}
