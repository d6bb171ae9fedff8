using System.Runtime.CompilerServices;
using Cellwright.Graphs;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>
/// One batch through a <see cref="LayerEngine"/>, forward and then backward, on several threads; how they share a pass,
/// <see cref="LayerPass"/> says.
/// </summary>
internal sealed unsafe class LayerRun : ILayerRun
{
    private readonly LayerEngine engine;
    private readonly CellGraph cell;
    private readonly LayerMemory memory;
    private readonly WorkerTeam team;
    private readonly BatchRows rows = new();
    private readonly RowCopy copy;
    private readonly RowTotals totals;
    private readonly SymbolRows? symbols;
    private readonly LayerPass pass;
    private readonly Action<int> share;
    private readonly Action<int>[] forwardOfSymbols = [];
    private readonly Action<int>[] backwardOfSymbols = [];
    private readonly BoundPlace[] inputs;
    private readonly BatchStates states;
    private readonly BoundPlace output;
    private BoundPlace outputCotangent;
    private BoundPlace?[] inputGradients = [];
    private readonly Action<int> copyGradients;
    private bool isReadyBackward;
    private long gradientElements;

    /// <summary>Where the time of the calling thread goes, if anybody wants to know.</summary>
    public StageClock? Clock { get; set; }

    public LayerRun(LayerEngine engine, CellGraph cell, WorkerTeam team)
    {
        this.engine = engine;
        this.cell = cell;
        this.team = team;
        memory = new LayerMemory(engine.Layout);
        copy = new RowCopy(memory, rows, team);
        // Made once, so that a run allocates nothing.
        totals = new RowTotals(engine, memory, rows, team);
        pass = new LayerPass(memory, rows, team);
        share = pass.Share;
        if (engine.Program.Inputs.Count == 1)
        {
            SymbolRows found = symbols = new SymbolRows(engine, memory, rows, team);
            forwardOfSymbols = [found.TableShare, share];
            backwardOfSymbols =
            [
                share, found.SumShare,
                member =>
                {
                    totals.Share(member);
                    found.TotalsShare(member);
                },
            ];
        }
        copyGradients = member => engine.CopyGradients(member, team.Count);
        inputs = [.. engine.Program.Inputs.Select(place => new BoundPlace(engine.Layout, place))];
        states = new BatchStates(engine, cell, memory, rows);
        output = new BoundPlace(engine.Layout, engine.Program.Output);
        Masks = [.. engine.Program.Masks.Select(place => new BoundPlace(engine.Layout, place))];
    }

    public BatchRows Rows => rows;

    public LayerPass Pass => pass;

    public LayerMemory Memory => memory;

    /// <summary>Where the cell's masks lie, to be filled once a batch is begun.</summary>
    public BoundPlace[] Masks { get; }

    /// <summary>Begins a batch: makes room and puts the initial states in place.</summary>
    public void Begin(int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial)
    {
        ObjectDisposedException.ThrowIf(engine.IsDisposed, typeof(Layer));
        rows.Set(steps, batch, lengths);
        Begin(initial);
    }

    /// <summary>Begins with some steps of a batch, whose other steps are run on their own.</summary>
    /// <param name="whole">The batch.</param>
    /// <param name="first">The first of the steps.</param>
    /// <param name="steps">How many they are.</param>
    /// <param name="initial">The states before them; null for those the cell says.</param>
    public void BeginPart(BatchRows whole, int first, int steps, LayerState? initial)
    {
        ObjectDisposedException.ThrowIf(engine.IsDisposed, typeof(Layer));
        rows.SetPart(whole, first, steps);
        Begin(initial);
    }

    private void Begin(LayerState? initial)
    {
        memory.Reserve(rows.Batch, rows.Total);
        states.SetInitial(initial);
    }

    /// <inheritdoc/>
    public void FillMasks(ZoneoutMasks masks, int? trainingStep) => masks.Fill(trainingStep, firstStep: 0);

    /// <summary>Puts one input in place, [T, B, width].</summary>
    public void SetInput(int index, ReadOnlySpan<float> values)
    {
        symbols?.Clear();
        copy.In(inputs[index], values, engine.Layout.Width(cell.Inputs[index].Node.Shape.Rows), Clock);
    }

    /// <summary>Puts the one input in place as a table's row, [symbols, width], for each symbol, [T, B].</summary>
    public void SetSymbols(Parameter table, ReadOnlySpan<int> given) => symbols!.Set(table, given);

    /// <summary>Runs all steps.</summary>
    public void Forward()
    {
        if (symbols is { IsActive: true } ofSymbols)
        {
            pass.Begin(ofSymbols.Before, engine.Loop, engine.After, totals: null, isBackward: false, Clock);
            team.Run(forwardOfSymbols);
        }
        else
        {
            pass.Begin(engine.Before, engine.Loop, engine.After, totals: null, isBackward: false, Clock);
            team.Run(share);
        }
    }

    /// <inheritdoc/>
    public void Forward(Span<float> y, LayerState? final)
    {
        Forward();
        GetOutput(y);
        if (final is not null)
        {
            GetFinalState(final);
        }
    }

    /// <summary>Takes out the outputs, [T, B, width]; 0 past a sequence's end.</summary>
    public void GetOutput(Span<float> y) => copy.Out(output, y, engine.Layout.Width(cell.Output.Node.Shape.Rows), Clock);

    /// <summary>Takes out a traced signal, [T, B, width].</summary>
    public void GetTrace(int signal, Span<float> values)
    {
        if (engine.Program.Traces[signal] is { } place)
        {
            copy.Out(new BoundPlace(engine.Layout, place), values, engine.Layout.Width(cell.Signals[signal].Node.Shape.Rows), Clock);
        }
    }

    /// <summary>Takes out the states behind each sequence's last step.</summary>
    public void GetFinalState(LayerState final) => states.GetFinal(final);

    /// <inheritdoc/>
    public void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx)
    {
        BackwardPart(dy, dFinal, continues: false, dx);
        FinishGradients();
    }

    /// <summary>The same after <see cref="SetSymbols"/>: the table's gradient instead of one by the input.</summary>
    /// <param name="dy">The gradient by the outputs.</param>
    /// <param name="adds">Whether the table's gradient is added to the one that is there.</param>
    public void BackwardSymbols(ReadOnlySpan<float> dy, bool adds)
    {
        if (symbols is not { IsActive: true })
        {
            throw new InvalidOperationException("run symbols forward before running them backward");
        }

        symbols.Adds = adds;
        Backward(dy, null, []);
    }

    /// <summary>Runs some steps of a batch backward.</summary>
    /// <param name="dy">The gradient by their outputs.</param>
    /// <param name="dFinal">The gradient by the states behind them; null for 0.</param>
    /// <param name="continues">Whether the sums over rows go on from those of the steps behind.</param>
    /// <param name="dx">Receives the gradient by the first input; empty where it is taken out afterwards.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void BackwardPart(ReadOnlySpan<float> dy, LayerState? dFinal, bool continues, Span<float> dx)
    {
        ObjectDisposedException.ThrowIf(engine.IsDisposed, typeof(Layer));
        if (!isReadyBackward)
        {
            engine.PrepareBackward();
            gradientElements = engine.GradientElements;
            outputCotangent = new BoundPlace(engine.Layout, engine.Program.OutputCotangent);
            states.PrepareBackward();
            inputGradients = [.. engine.Program.InputGradients.Select(place => place is null ? (BoundPlace?)null : new BoundPlace(engine.Layout, place.Value))];
            symbols?.PrepareBackward();
            isReadyBackward = true;
        }

        memory.Reserve(rows.Batch, rows.Total);
        states.SetFinalGradient(dFinal);
        int outputWidth = engine.Layout.Width(cell.Output.Node.Shape.Rows);
        bool isApart = !dx.Overlaps(dy);
        fixed (float* output = dy, gradient = dx)
        {
            if (isApart && CanLend(outputCotangent, dy.Length, outputWidth))
            {
                memory.Lend(outputCotangent.Buffer, output);
            }
            else
            {
                copy.In(outputCotangent, dy, outputWidth, Clock);
            }

            bool isWritten = isApart && inputGradients is [{ } input, ..] && CanLend(input, dx.Length, engine.Layout.Width(cell.Inputs[0].Node.Shape.Rows));
            if (isWritten)
            {
                memory.Lend(inputGradients[0]!.Value.Buffer, gradient);
            }

            try
            {
                RunBackward(continues);
            }
            finally
            {
                memory.TakeBack();
            }

            if (!isWritten && !dx.IsEmpty)
            {
                GetInputGradient(0, dx);
            }
        }
    }

    // A caller's tensor lies as the rows do, and kernels neither read nor write past its end.
    private bool CanLend(BoundPlace place, int length, int width) =>
        rows.IsAsGiven && place.Stride == width && length == rows.Total * width && length > 0;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunBackward(bool continues)
    {
        if (symbols is { IsActive: true } ofSymbols)
        {
            ofSymbols.BeginBackward();
            totals.Begin(ofSymbols.OuterTotals, continues, Clock);
            // Sums for each symbol come before those over rows.
            pass.Begin(engine.BackwardBefore, engine.BackwardLoop, ofSymbols.BackwardAfter, totals: null, isBackward: true, Clock);
            team.Run(backwardOfSymbols);
        }
        else
        {
            totals.Begin(engine.OuterTotals, continues, Clock);
            pass.Begin(engine.BackwardBefore, engine.BackwardLoop, engine.BackwardAfter, totals, isBackward: true, Clock);
            team.Run(share);
        }
    }

    /// <summary>Computes the parameters' gradients once the part with the first steps is done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FinishGradients()
    {
        states.SumInitial();
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        engine.FinishGradients();
        if (RowCopy.IsShared(team, gradientElements))
        {
            team.Run(copyGradients);
        }
        else
        {
            engine.CopyGradients(member: 0, members: 1);
        }

        Clock?.Add("finish gradients", started);
    }

    /// <summary>Takes out the gradient by one input, [T, B, width].</summary>
    public void GetInputGradient(int index, Span<float> dx)
    {
        if (inputGradients[index] is { } place)
        {
            copy.Out(place, dx, engine.Layout.Width(cell.Inputs[index].Node.Shape.Rows), Clock);
        }
        else
        {
            dx.Clear();
        }
    }

    /// <summary>Takes out the gradients by the initial states.</summary>
    public void GetInitialGradient(LayerState dInitial) => states.GetInitialGradient(dInitial);

    public void Dispose()
    {
        symbols?.Dispose();
        memory.Dispose();
    }
}
