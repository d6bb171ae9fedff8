using Cellwright.Graphs;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>
/// A cell with sizes and parameter values, compiled for this machine: runs over batches of sequences, forward and
/// backward, with exact gradients.
/// </summary>
/// <remarks>
/// All tensors are float32 and row-major: inputs [T, B, width], outputs [T, B, <see cref="OutputWidth"/>], states
/// [B, width]. Results have the same bits for any number of threads, for a sequence alone or in a batch, and on every
/// machine. A layer is used by one thread at a time.
/// </remarks>
/// <example><code>
/// using Layer layer = new(Cell.Named("lstm"), new Dictionary&lt;string, int&gt; { ["input"] = 8, ["hidden"] = 32 });
/// layer.Initialize(seed: 1);
/// float[] y = new float[steps * batch * 32];
/// layer.Forward(x, steps, batch, lengths: [], initial: null, y, final: null);
/// </code></example>
public sealed class Layer : SequenceLayer
{
    private readonly Cell? cell;
    private readonly LayerEngine engine;
    private readonly ILayerRun run;
    private readonly LayerRun batchRun;
    private readonly LayerRun? symbolRun;
    private readonly int[] inputWidths;
    private readonly int recompute;
    private readonly WorkerTeam team;
    private readonly BernoulliMask[] zoneout;
    private readonly ZoneoutMasks masks;
    private readonly DroppedWeights[] dropped;
    private readonly BatchTurn turn = new();
    private int? trainingStep;
    private bool isStale;

    /// <summary>Compiles a cell for given sizes. Parameters are 0 until they are set or <see cref="SequenceLayer.Initialize"/>d.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="sizes">A value for each size the cell names: <c>input</c>, <c>hidden</c> and what its directives add.</param>
    /// <param name="threads">How many threads share a batch; 0 for one per processor.</param>
    /// <param name="trace">Whether <see cref="GetTrace"/> can be asked for signals; costs memory and time.</param>
    /// <param name="regularization">Zoneout and weight drop; null for none.</param>
    /// <param name="recompute">
    /// 0, the default, to keep what the backward pass needs of every step; else the steps of a chunk: only inputs and the
    /// states between chunks are kept, and each chunk is run forward once more in the backward pass. For long sequences:
    /// the same bits, memory for one chunk, a third more arithmetic. <see cref="Backward"/> then
    /// refuses where parameters were loaded since the batch was begun. Where a text model's lowest layer computes again,
    /// gradients by its parameters and by the embedding are sums over positions and no longer over characters first, so their
    /// last bits differ from those of a layer that keeps everything.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A size is missing or not positive, a width is no whole number, the cell has no state or parameter that is to be
    /// regularized, or a trace is asked of a layer that computes again.
    /// </exception>
    public Layer(
        Cell cell, IReadOnlyDictionary<string, int> sizes, int threads = 0, bool trace = false, LayerRegularization? regularization = null, int recompute = 0)
        : this((cell ?? throw new ArgumentNullException(nameof(cell))).Graph, sizes, threads, trace, regularization?.In(cell), recompute)
    {
        this.cell = cell;
    }

    internal Layer(
        CellGraph graph, IReadOnlyDictionary<string, int> sizes, int threads, bool trace, LayerRegularization? regularization = null, int recompute = 0)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfNegative(recompute);
        if (trace && recompute > 0)
        {
            throw new ArgumentException("a layer that computes again keeps no trace; ask for one of the two", nameof(trace));
        }

        foreach (string name in graph.SizeNames)
        {
            if (!sizes.TryGetValue(name, out int size) || size < 1)
            {
                throw new ArgumentException($"the cell needs the size '{name}', a whole number from 1 on", nameof(sizes));
            }
        }

        Graph = graph;
        Regularization = (regularization ?? new LayerRegularization()).Of(graph);
        Threads = threads == 0 ? Environment.ProcessorCount : threads;
        team = WorkerTeam.Default(Threads);
        int Of(Width width) => width.Evaluate(sizes);
        Parameters = [.. graph.Parameters.Select(parameter => new Parameter(
            parameter.Name, Of(parameter.Node.Shape.Rows), Of(parameter.Node.Shape.Columns), isBias: ParameterInitialization.IsBias(parameter)))];
        dropped = [.. Parameters.Where(parameter => Regularization.WeightDrop.ContainsKey(parameter.Name))
            .Select(parameter => new DroppedWeights(parameter, Regularization.WeightDrop[parameter.Name], Regularization.Seed, team))];
        CellGraph zoned = Regularization.Zoneout.Count == 0 ? graph : Zoneout.InTraining(graph, Regularization.Zoneout.Keys);
        zoneout = new BernoulliMask[zoned.Masks.Count];
        engine = new LayerEngine(zoned, sizes, [.. Parameters.Select(parameter => dropped.FirstOrDefault(each => each.Used.Name == parameter.Name)?.Used ?? parameter)], trace);
        batchRun = new LayerRun(engine, zoned, team);
        masks = new ZoneoutMasks(engine, batchRun, zoneout, team);
        this.recompute = recompute;
        run = recompute > 0 ? new RecomputedRun(engine, zoned, batchRun, recompute) : batchRun;
        symbolRun = recompute > 0 || graph.Inputs.Count != 1 ? null : batchRun;
        inputWidths = [.. graph.Inputs.Select(input => Of(input.Node.Shape.Rows))];
        OutputWidth = Of(graph.Output.Node.Shape.Rows);
        StateWidths = [.. graph.States.Select(state => (state.Name, Of(state.Next.Shape.Rows)))];
        Sizes = sizes;
        SetPrefix(string.Empty);
        Load();
    }

    /// <summary>The cell.</summary>
    /// <exception cref="InvalidOperationException">The layer was made from a bare graph.</exception>
    public Cell Cell => cell ?? throw new InvalidOperationException("the layer was made from a graph without equations");

    /// <summary>The sizes it was compiled for.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; }

    /// <summary>Zoneout and weight drop, under the names of the cell. Zoneout's rates belong to the model: it is used with those it was trained with.</summary>
    public LayerRegularization Regularization { get; }

    /// <inheritdoc/>
    public override int Threads { get; }

    /// <inheritdoc/>
    public override int? TrainingStep
    {
        get => trainingStep;
        set
        {
            isStale |= dropped.Length > 0 && trainingStep != value;
            trainingStep = CheckTrainingStep(value);
        }
    }

    /// <inheritdoc/>
    public override int InputWidth => inputWidths[0];

    /// <summary>The width of each input, in the order the cell declares them.</summary>
    public IReadOnlyList<int> InputWidths => inputWidths;

    /// <inheritdoc/>
    public override int OutputWidth { get; }

    /// <summary>
    /// The generated code of both passes, line by line: every stage in the order it runs, the instructions of the elementwise
    /// kernels for one element, and the tiles of the matrix products. For people; the form may change.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public IReadOnlyList<string> Code => LayerCode.Of(engine);

    /// <summary>The memory that runs take in training.</summary>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public LayerFootprint Footprint => LayerFootprint.OfRuns(engine, inputWidths, StateWidths, recompute);

    /// <summary>The parameters, in the order the equations name them. Call <see cref="Load"/> after changing values.</summary>
    public override IReadOnlyList<Parameter> Parameters { get; }

    internal override IReadOnlyList<(string Name, int Width)> StateWidths { get; }

    /// <inheritdoc/>
    public override void Load()
    {
        ThrowIfDisposed();
        turn.SetOtherParameters();
        // Where weights are dropped, packing waits for the next run and its training step.
        isStale = dropped.Length > 0;
        if (!isStale)
        {
            engine.Load();
        }
    }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<float> x, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final)
    {
        if (inputWidths.Length != 1)
        {
            throw new ArgumentException($"the cell has {inputWidths.Length} inputs; use Begin, SetInput and Run", nameof(x));
        }

        Begin(steps, batch, lengths, initial);
        SetInput(0, x);
        Run(y, final);
    }

    /// <summary>Begins a batch of a cell with several inputs: then <see cref="SetInput"/> for each, then <see cref="Run"/>.</summary>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">The steps of each sequence, 0 to T; empty when all are T.</param>
    /// <param name="initial">The states before the first step; null for those the cell says.</param>
    /// <exception cref="ArgumentException">The lengths or the states are not those of such a batch.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public void Begin(int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial)
    {
        ThrowIfDisposed();
        BatchTurn.Check(steps, batch, lengths);
        CheckState(initial, batch, nameof(initial));
        turn.Take(steps, batch);
        Refresh();
        run.Begin(steps, batch, lengths, initial);
        run.FillMasks(masks, trainingStep);
        turn.SetBegun();
    }

    /// <summary>Gives one input of the batch begun, [T, B, its width].</summary>
    /// <exception cref="ArgumentException">The number of values is not what the shape says.</exception>
    /// <exception cref="InvalidOperationException">No batch was begun.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public void SetInput(int index, ReadOnlySpan<float> values)
    {
        ThrowIfDisposed();
        turn.NeedBegun();
        CheckRows(values.Length, inputWidths[index], Graph.Inputs[index].Name);
        run.SetInput(index, values);
    }

    /// <summary>Runs the batch begun.</summary>
    /// <param name="y">Receives the outputs, [T, B, <see cref="OutputWidth"/>].</param>
    /// <param name="final">Receives the final states, where wanted.</param>
    /// <exception cref="ArgumentException">The outputs' length or the states are not what the shape says.</exception>
    /// <exception cref="InvalidOperationException">No batch was begun.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public void Run(Span<float> y, LayerState? final)
    {
        ThrowIfDisposed();
        turn.NeedBegun();
        CheckRows(y.Length, OutputWidth, nameof(y));
        CheckState(final, turn.Sequences, nameof(final));
        run.Forward(y, final);
        turn.SetForward();
    }

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx, LayerState? dInitial)
    {
        CheckBackward(dy);
        CheckState(dFinal, turn.Sequences, nameof(dFinal));
        CheckState(dInitial, turn.Sequences, nameof(dInitial));
        if (!dx.IsEmpty)
        {
            CheckRows(dx.Length, inputWidths[0], nameof(dx));
        }

        turn.TakeKept();
        run.Backward(dy, dFinal, dx);
        FinishDropped();
        turn.SetBackward(givesOut: !dx.IsEmpty);
        if (dInitial is not null)
        {
            run.GetInitialGradient(dInitial);
        }
    }

    /// <summary>Takes out the gradient by one input after <see cref="Backward"/>, [T, B, its width].</summary>
    /// <exception cref="ArgumentException">The span's length is not what the shape says.</exception>
    /// <exception cref="InvalidOperationException">The last batch was not run backward, or <see cref="Backward"/> gave out that gradient.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public void GetInputGradient(int index, Span<float> dx)
    {
        ThrowIfDisposed();
        turn.NeedBackward(index);
        CheckRows(dx.Length, inputWidths[index], nameof(dx));
        run.GetInputGradient(index, dx);
    }

    /// <summary>Takes out a signal of the last batch, [T, B, its width], from a layer made to trace.</summary>
    /// <param name="signal">The index among the cell's signals.</param>
    /// <param name="values">Receives the values; 0 past a sequence's end.</param>
    /// <exception cref="ArgumentException">The span's length is not what the shape says.</exception>
    /// <exception cref="InvalidOperationException">The last batch was not run forward, or the layer computes again and keeps no signals.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public void GetTrace(int signal, Span<float> values)
    {
        ThrowIfDisposed();
        turn.NeedSignals();
        CheckRows(values.Length, engine.Layout.Width(engine.Cell.Signals[signal].Node.Shape.Rows), nameof(values));
        run.GetTrace(signal, values);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        run.Dispose();
        engine.Dispose();
    }

    /// <summary>The equations, without zoneout.</summary>
    internal CellGraph Graph { get; }

    /// <summary>Where a run's time goes; null for nobody asks.</summary>
    internal StageClock? Clock
    {
        get => run.Clock;
        set => run.Clock = value;
    }

    internal LayerEngine Engine => engine;

    internal LayerPass Pass => batchRun.Pass;

    /// <summary>The bytes that the steps kept at once take.</summary>
    internal long TakenBytes => batchRun.Memory.Bytes;

    /// <summary>What the layer computes in use: the equations with zoned-out states as expectations.</summary>
    internal CellGraph GraphInUse => Regularization.Zoneout.Count == 0 ? Graph : Zoneout.InUse(Graph, Regularization.Zoneout);

    /// <summary>The value of a node of <see cref="Graph"/> that depends on no step, from the parameters as they are now; row-major.</summary>
    internal float[] ValueOnce(Node node) => engine.ValueOnce(Graph, Parameters, node);

    internal override void SetPrefix(string prefix)
    {
        for (int i = 0; i < zoneout.Length; i++)
        {
            string state = engine.Cell.Masks[i].Name[Zoneout.MaskPrefix.Length..];
            zoneout[i] = new BernoulliMask(Regularization.Zoneout[state], Regularization.Seed, "zoneout/" + prefix + state);
        }

        Array.ForEach(dropped, weights => weights.SetPrefix(prefix));
    }

    internal override bool TakesSymbols => symbolRun is not null;

    internal override void ForwardSymbols(
        Parameter table, ReadOnlySpan<int> symbols, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final)
    {
        Check(table.Columns, InputWidth, nameof(table));
        Check(symbols.Length, steps * batch, nameof(symbols));
        Begin(steps, batch, lengths, initial);
        symbolRun!.SetSymbols(table, symbols);
        Run(y, final);
    }

    internal override void BackwardSymbols(ReadOnlySpan<float> dy, bool adds)
    {
        CheckBackward(dy);
        turn.TakeKept();
        symbolRun!.BackwardSymbols(dy, adds);
        FinishDropped();
    }

    internal override void RoundWeights()
    {
        engine.RoundsWeights = true;
        engine.Load();
        turn.SetOtherParameters();
    }

    internal override LayerStream OpenStream(LayerState state, StreamOptions options) => new CellStream(this, engine, zoneout, state, options);

    private void CheckBackward(ReadOnlySpan<float> dy)
    {
        ThrowIfDisposed();
        turn.NeedForward();
        if (recompute > 0)
        {
            turn.NeedSameParameters();
        }

        CheckRows(dy.Length, OutputWidth, nameof(dy));
    }

    // A tensor of the batch, [T, B, width].
    private void CheckRows(int actual, int width, string name) => Check(actual, turn.Steps * turn.Sequences * width, name);

    private void FinishDropped() => Array.ForEach(dropped, weights => weights.FinishGradient());

    /// <summary>Packs the weights of the training step, where that is still to be done.</summary>
    internal void Refresh()
    {
        if (!isStale)
        {
            return;
        }

        foreach (DroppedWeights weights in dropped)
        {
            weights.Draw(trainingStep);
        }

        engine.Load();
        turn.SetOtherParameters();
        isStale = false;
    }

    internal override void Draw(ulong seed, string prefix)
    {
        for (int i = 0; i < Parameters.Count; i++)
        {
            ParameterInitialization.Draw(Graph.Parameters[i], Parameters[i], Sizes, seed, prefix);
        }
    }

    internal override void WriteInitialState(LayerState state) => engine.WriteInitialState(state);
}
