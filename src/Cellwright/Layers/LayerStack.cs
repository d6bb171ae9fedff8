using System.Numerics.Tensors;

namespace Cellwright.Layers;

/// <summary>Layers one upon the other: each reads what the one below gives out.</summary>
/// <remarks>
/// Parameters and states have <c>layer0.</c>, <c>layer1.</c>, … before their names; a <see cref="DropoutLayer"/> is not
/// counted. With residual connections a layer whose input and output are equally wide gives out the sum of both; the
/// first layer never does, nor does dropout. For a sum around dropout and a layer, make those two a stack of their own.
/// </remarks>
public sealed class LayerStack : SequenceLayer
{
    private readonly SequenceLayer[] layers;
    private readonly string[] prefixes;
    private readonly bool[] addsInput;
    private readonly Parameter[] parameters;
    private readonly float[][] outputs;
    private readonly float[][] gradients;
    private readonly int[] stateCounts;
    private readonly int[] firstStates;
    private int steps = -1;
    private int batch;
    private int? trainingStep;

    /// <summary>Puts layers together, the lowest first.</summary>
    /// <param name="layers">The layers; the stack disposes them.</param>
    /// <param name="residual">Whether layers of equal widths add their input to their output.</param>
    /// <exception cref="ArgumentException">There is no layer, or one does not fit the one below.</exception>
    public LayerStack(IReadOnlyList<SequenceLayer> layers, bool residual = false)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
        {
            throw new ArgumentException("a stack needs at least one layer", nameof(layers));
        }

        for (int i = 1; i < layers.Count; i++)
        {
            if (layers[i].InputWidth != layers[i - 1].OutputWidth)
            {
                throw new ArgumentException($"layer {i} reads {layers[i].InputWidth} values where the one below gives {layers[i - 1].OutputWidth}", nameof(layers));
            }
        }

        this.layers = [.. layers];
        IsResidual = residual;
        prefixes = [.. layers.Select((layer, i) => layer is DropoutLayer ? $"dropout{layers.Take(i).Count(below => below is DropoutLayer)}." : $"layer{Depth(i)}.")];
        addsInput = [.. layers.Select((layer, i) => residual && layer is not DropoutLayer && Depth(i) > 0 && layer.InputWidth == layer.OutputWidth)];
        parameters = [.. layers.SelectMany((layer, i) => layer.Parameters.Select(parameter => new Parameter(prefixes[i], parameter)))];
        StateWidths = [.. layers.SelectMany((layer, i) => layer.StateWidths.Select(state => (prefixes[i] + state.Name, state.Width)))];
        stateCounts = [.. layers.Select(layer => layer.StateWidths.Count)];
        firstStates = [.. layers.Select((_, i) => stateCounts.Take(i).Sum())];
        outputs = [.. layers.Select(_ => Array.Empty<float>())];
        gradients = [.. layers.Select(_ => Array.Empty<float>())];
        SetPrefix(string.Empty);

        int Depth(int layer) => layers.Take(layer).Count(below => below is not DropoutLayer);
    }

    /// <summary>The layers, the lowest first.</summary>
    public IReadOnlyList<SequenceLayer> Layers => layers;

    /// <summary>Whether layers of equal widths add their input to their output.</summary>
    public bool IsResidual { get; }

    /// <inheritdoc/>
    public override int InputWidth => layers[0].InputWidth;

    /// <inheritdoc/>
    public override int OutputWidth => layers[^1].OutputWidth;

    /// <inheritdoc/>
    public override int Threads => layers[0].Threads;

    /// <inheritdoc/>
    public override IReadOnlyList<Parameter> Parameters => parameters;

    /// <inheritdoc/>
    public override int? TrainingStep
    {
        get => trainingStep;
        set
        {
            trainingStep = CheckTrainingStep(value);
            foreach (SequenceLayer layer in layers)
            {
                layer.TrainingStep = value;
            }
        }
    }

    internal override IReadOnlyList<(string Name, int Width)> StateWidths { get; }

    /// <summary>What stands before the names of each layer.</summary>
    internal IReadOnlyList<string> Prefixes => prefixes;

    /// <summary>For each layer, whether its input is added to its output.</summary>
    internal IReadOnlyList<bool> AddsInput => addsInput;

    /// <summary>Reads a stack from a file that <see cref="Save"/> or an import wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">How many threads share a batch; 0 for one per processor.</param>
    /// <param name="trace">Whether each layer's <see cref="Layer.GetTrace"/> can be asked for signals.</param>
    /// <exception cref="Files.InvalidFileException">There is no such file, or it holds no layers.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static LayerStack Open(string path, int threads = 0, bool trace = false) => LayerFile.Open(path, threads, trace);

    /// <summary>
    /// Writes the layers to one safetensors file, whole or not at all: values by name, and in the metadata the equations and
    /// sizes. Dropout and weight drop are left out, since they do nothing in use; zoneout is kept.
    /// </summary>
    /// <param name="path">The file to make or replace.</param>
    /// <exception cref="NotSupportedException">A layer is itself made of stacks.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ObjectDisposedException">The stack is disposed.</exception>
    public void Save(string path)
    {
        ThrowIfDisposed();
        Files.SafetensorsWriter writer = new();
        LayerFile.AddTo(writer, this);
        writer.Save(path);
    }

    /// <inheritdoc/>
    public override void Load()
    {
        ThrowIfDisposed();
        foreach (SequenceLayer layer in layers)
        {
            layer.Load();
        }
    }

    /// <inheritdoc/>
    public override void Forward(ReadOnlySpan<float> x, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final) =>
        Forward(x, null, [], steps, batch, lengths, initial, y, final);

    private void Forward(
        ReadOnlySpan<float> x, Parameter? table, ReadOnlySpan<int> symbols, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final)
    {
        ThrowIfDisposed();
        CheckState(initial, batch, nameof(initial));
        CheckState(final, batch, nameof(final));
        (this.steps, this.batch) = (steps, batch);
        ReadOnlySpan<float> input = x;
        int lowest = table is null ? -1 : Lowest;
        for (int i = Math.Max(0, lowest); i < layers.Length; i++)
        {
            Span<float> output = i == layers.Length - 1 ? y : Room(outputs, i, steps * batch * layers[i].OutputWidth);
            if (i == lowest)
            {
                layers[i].ForwardSymbols(table!, symbols, steps, batch, lengths, Part(initial, i), output, Part(final, i));
                input = output;
                continue;
            }

            layers[i].Forward(input, steps, batch, lengths, Part(initial, i), output, Part(final, i));
            if (addsInput[i])
            {
                Add(output, input);
            }

            input = output;
        }
    }

    /// <inheritdoc/>
    public override void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx, LayerState? dInitial) => Backward(dy, dFinal, dx, dInitial, -1, adds: false);

    private void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx, LayerState? dInitial, int lowest, bool adds)
    {
        ThrowIfDisposed();
        if (steps < 0)
        {
            throw new InvalidOperationException("run a batch forward before running it backward");
        }

        CheckState(dFinal, batch, nameof(dFinal));
        CheckState(dInitial, batch, nameof(dInitial));
        ReadOnlySpan<float> gradient = dy;
        for (int i = layers.Length - 1; i >= 0; i--)
        {
            if (i == lowest)
            {
                layers[i].BackwardSymbols(gradient, adds);
                return;
            }

            Span<float> below = i == 0 ? dx : Room(gradients, i, steps * batch * layers[i].InputWidth);
            layers[i].Backward(gradient, Part(dFinal, i), below, Part(dInitial, i));
            if (addsInput[i])
            {
                Add(below, gradient);
            }

            gradient = below;
        }
    }

    // Below it there is at most dropout that lets everything pass.
    private int Lowest => Array.FindIndex(layers, layer => layer is not DropoutLayer { IsIdentity: true });

    internal override bool TakesSymbols => Lowest is >= 0 and int lowest && layers[lowest].TakesSymbols;

    internal override void ForwardSymbols(
        Parameter table, ReadOnlySpan<int> symbols, int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial, Span<float> y, LayerState? final) =>
        Forward([], table, symbols, steps, batch, lengths, initial, y, final);

    internal override void BackwardSymbols(ReadOnlySpan<float> dy, bool adds) => Backward(dy, null, [], null, Lowest, adds);

    internal override void Draw(ulong seed, string prefix)
    {
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i].Draw(seed, prefix + prefixes[i]);
        }
    }

    internal override void WriteInitialState(LayerState state)
    {
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i].WriteInitialState(Part(state, i)!);
        }
    }

    internal override void SetPrefix(string prefix)
    {
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i].SetPrefix(prefix + prefixes[i]);
        }
    }

    internal override void RoundWeights()
    {
        foreach (SequenceLayer layer in layers)
        {
            layer.RoundWeights();
        }
    }

    internal override LayerStream OpenStream(LayerState state, StreamOptions options)
    {
        // Dropout does nothing in use.
        int[] streamed = [.. Enumerable.Range(0, layers.Length).Where(i => layers[i] is not DropoutLayer)];
        List<LayerStream> streams = [];
        try
        {
            foreach (int i in streamed)
            {
                streams.Add(layers[i].OpenStream(Part(state, i)!, options));
            }
        }
        catch
        {
            streams.ForEach(stream => stream.Dispose());
            throw;
        }

        return new StackStream(this, state, [.. streams], [.. streamed.Select(i => addsInput[i])], [.. streamed.Select(i => layers[i].OutputWidth)]);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (SequenceLayer layer in layers)
        {
            layer.Dispose();
        }
    }

    private static Span<float> Room(float[][] memory, int index, int length)
    {
        if (memory[index].Length < length)
        {
            memory[index] = new float[length];
        }

        return memory[index].AsSpan(0, length);
    }

    // Past a sequence's end the values may be anything, which a layer's next stage never reads.
    internal static void Add(Span<float> sum, ReadOnlySpan<float> values) => TensorPrimitives.Add(sum, values, sum);

    private LayerState? Part(LayerState? state, int layer) => state?.Part(firstStates[layer], stateCounts[layer]);
}
