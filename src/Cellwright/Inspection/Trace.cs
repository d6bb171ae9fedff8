using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Inspection;

/// <summary>Every named signal of a layer over a batch of sequences, with what went in and the states it began from.</summary>
/// <remarks>The values have the bits of a run without a trace.</remarks>
/// <example><code>
/// Trace trace = layer.Trace(x, steps: 100);
/// float forgotten = trace.At("f", step: 12)[3];   // what unit 3 kept at the 13th step
/// </code></example>
public sealed class Trace
{
    private readonly float[] inputs;
    private readonly float[] outputs;
    private readonly Dictionary<string, float[]> zonedOut = [];

    internal Trace(Layer layer, float[] inputs, float[] outputs, int steps, int batch, LayerState initial)
    {
        Cell = layer.Cell;
        Sizes = layer.Sizes;
        Steps = steps;
        Batch = batch;
        InputWidth = layer.InputWidth;
        OutputWidth = layer.OutputWidth;
        Initial = initial;
        this.inputs = inputs;
        this.outputs = outputs;
        HashSet<string> states = [.. Cell.Graph.States.Select(state => state.Name)];
        Signals = [.. Cell.Graph.Signals.Select((signal, index) =>
        {
            int width = signal.Node.Shape.Rows.Evaluate(Sizes);
            float[] values = new float[steps * batch * width];
            layer.GetTrace(index, values);
            return new SignalTrace(signal.Name, width, states.Contains(signal.Name), values);
        })];
        Parameters = layer.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Values.ToArray());
        foreach ((string state, double rate) in layer.Regularization.Zoneout)
        {
            zonedOut.Add(state, Expectation(this[state], initial[state], rate));
        }
    }

    /// <summary>The cell that ran.</summary>
    public Cell Cell { get; }

    /// <summary>The sizes it ran with.</summary>
    public IReadOnlyDictionary<string, int> Sizes { get; }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>B.</summary>
    public int Batch { get; }

    /// <summary>The width of the input.</summary>
    public int InputWidth { get; }

    /// <summary>The width of the output.</summary>
    public int OutputWidth { get; }

    /// <summary>The signals, in the order the equations are written.</summary>
    public IReadOnlyList<SignalTrace> Signals { get; }

    /// <summary>The states before the first step.</summary>
    public LayerState Initial { get; }

    /// <summary>What went in, [T, B, <see cref="InputWidth"/>].</summary>
    public ReadOnlyMemory<float> Input => inputs;

    /// <summary>What came out, [T, B, <see cref="OutputWidth"/>].</summary>
    public ReadOnlyMemory<float> Output => outputs;

    /// <summary>A signal by its canonical name.</summary>
    /// <exception cref="KeyNotFoundException">The cell has no such signal.</exception>
    public SignalTrace this[string name] => Signals.FirstOrDefault(signal => signal.Name == name)
        ?? throw new KeyNotFoundException($"the cell has no signal '{name}'; it has {string.Join(", ", Signals.Select(signal => signal.Name))}");

    /// <summary>Runs a layer and records every signal.</summary>
    /// <remarks>A layer that keeps no trace is run by a twin with the same parameters, compiled for this call.</remarks>
    /// <param name="layer">The layer, of a cell with one input; regularization is as in use.</param>
    /// <param name="x">The input, [T, B, width].</param>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">The steps of each sequence; empty when all are T.</param>
    /// <param name="initial">The states before the first step; null for those the cell says.</param>
    /// <exception cref="ArgumentException">A span's length is not what the shape says, or the cell has several inputs.</exception>
    public static Trace Of(Layer layer, ReadOnlySpan<float> x, int steps, int batch = 1, ReadOnlySpan<int> lengths = default, LayerState? initial = null)
    {
        using TraceRecorder recorder = new(layer);
        return recorder.Record(x, steps, batch, lengths, initial);
    }

    /// <summary>One signal of one sequence at one step.</summary>
    /// <param name="signal">The signal's canonical name.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="sequence">The sequence.</param>
    public ReadOnlySpan<float> At(string signal, int step, int sequence = 0)
    {
        SignalTrace trace = this[signal];
        return Row(trace.Values.Span, trace.Width, step, sequence);
    }

    /// <summary>One state of one sequence as a step reads it: the value of the step before.</summary>
    /// <param name="state">The state's canonical name; that of an input where the cell reads the input of the step before.</param>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="sequence">The sequence.</param>
    public ReadOnlySpan<float> Before(string state, int step, int sequence = 0)
    {
        if (step == 0)
        {
            Span<float> all = Initial[state];
            return all.Slice(sequence * (all.Length / Batch), all.Length / Batch);
        }

        return zonedOut.TryGetValue(state, out float[]? values) ? Row(values, values.Length / (Steps * Batch), step - 1, sequence)
            : state == Cell.Graph.Inputs[0].Name ? InputAt(step - 1, sequence)
            : At(state, step - 1, sequence);
    }

    /// <summary>The input of one sequence at one step.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="sequence">The sequence.</param>
    public ReadOnlySpan<float> InputAt(int step, int sequence = 0) => Row(inputs, InputWidth, step, sequence);

    /// <summary>The parameters' values by name.</summary>
    internal IReadOnlyDictionary<string, float[]> Parameters { get; }

    // A zoned-out state in use: its share of the value before, and of what the equation gives.
    private static float[] Expectation(SignalTrace signal, ReadOnlySpan<float> initial, double rate)
    {
        float[] values = signal.Values.ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            float before = i < initial.Length ? initial[i] : values[i - initial.Length];
            values[i] = (float)((rate * before) + ((1 - rate) * values[i]));
        }

        return values;
    }

    private ReadOnlySpan<float> Row(ReadOnlySpan<float> values, int width, int step, int sequence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, Steps);
        ArgumentOutOfRangeException.ThrowIfNegative(sequence);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(sequence, Batch);
        return values.Slice(((step * Batch) + sequence) * width, width);
    }
}
