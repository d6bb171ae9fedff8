using Cellwright.Layers;

namespace Cellwright.Inspection;

/// <summary>
/// What becomes of the gradient of a loss at the last step on its way back: for each state, ‖∂L_T/∂s_t‖ by lag, and the
/// factor of each step (Bengio, Simard and Frasconi, 1994; Pascanu, Mikolov and Bengio, 2013).
/// </summary>
/// <example><code>
/// GradientFlow flow = layer.GradientFlow(x, steps: 200, batch: 8, dy);
/// Console.WriteLine(flow["c"].Relative(200));
/// </code></example>
public sealed class GradientFlow
{
    private GradientFlow(StateGradient whole, IReadOnlyList<StateGradient> states)
    {
        Whole = whole;
        States = states;
    }

    /// <summary>The gradient by all states together, as one vector.</summary>
    public StateGradient Whole { get; }

    /// <summary>The gradient by each state, in the order of the cell's equations.</summary>
    public IReadOnlyList<StateGradient> States { get; }

    /// <summary>One state's gradient.</summary>
    /// <exception cref="KeyNotFoundException">There is no such state.</exception>
    public StateGradient this[string state] => States.FirstOrDefault(each => each.Name == state)
        ?? throw new KeyNotFoundException($"there is no state '{state}'; there are {string.Join(", ", States.Select(each => each.Name))}");

    /// <summary>Runs sequences forward, and a gradient from the last step back to the first.</summary>
    /// <remarks>
    /// The backward pass goes step by step, and the gradient that is carried is scaled to length 1 behind each, so that
    /// float32 holds it over any number of steps. The parameters' gradients are overwritten.
    /// </remarks>
    /// <param name="layer">The layer or stack, with one input; in use, so its <see cref="SequenceLayer.TrainingStep"/> is null.</param>
    /// <param name="x">The input, [T, B, width].</param>
    /// <param name="steps">T, from 1.</param>
    /// <param name="batch">B.</param>
    /// <param name="dy">The gradient of the loss by the last step's output, [B, output width].</param>
    /// <param name="initial">The states before the first step; null for those the cells say.</param>
    /// <exception cref="ArgumentException">A span's length is not what the shape says.</exception>
    /// <exception cref="NotSupportedException">The layer, or one inside, reads sequences from their end.</exception>
    public static GradientFlow Of(SequenceLayer layer, ReadOnlySpan<float> x, int steps, int batch, ReadOnlySpan<float> dy, LayerState? initial = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        if (x.Length != steps * batch * layer.InputWidth || dy.Length != batch * layer.OutputWidth)
        {
            throw new ArgumentException($"the input has {x.Length} and the gradient {dy.Length} elements where the shape asks for {steps * batch * layer.InputWidth} and {batch * layer.OutputWidth}", nameof(x));
        }

        using (layer.CreateStream())
        {
            // Opened only because a layer that cannot be run step by step refuses here.
        }

        LayerState[] before = Forward(layer, x, steps, batch, initial);
        (string Name, int Width)[] states = [.. layer.StateWidths];
        double[][] logNorms = [.. states.Select(_ => new double[steps])];
        double[] wholeLogNorms = new double[steps];
        double[] scales = new double[batch];
        float[] y = new float[dy.Length];
        float[] outputGradient = dy.ToArray();
        LayerState carried = layer.CreateState(batch);
        LayerState passed = layer.CreateState(batch);
        carried.Clear();
        for (int lag = 1; lag <= steps; lag++)
        {
            int step = steps - lag;
            layer.Forward(StepOf(x, step, batch * layer.InputWidth), 1, batch, [], before[step], y, final: null);
            layer.Backward(outputGradient, carried, [], passed);
            Array.Clear(outputGradient);
            double[][] squares = [.. states.Select((_, index) => Squares(passed.At(index), batch))];
            double[] whole = [.. Enumerable.Range(0, batch).Select(sequence => squares.Sum(state => state[sequence]))];
            for (int index = 0; index < states.Length; index++)
            {
                logNorms[index][lag - 1] = LogRootMeanSquare(squares[index], scales);
            }

            wholeLogNorms[lag - 1] = LogRootMeanSquare(whole, scales);
            for (int sequence = 0; sequence < batch; sequence++)
            {
                double norm = Math.Sqrt(whole[sequence]);
                scales[sequence] += norm > 0 ? Math.Log(norm) : 0;
                for (int index = 0; index < states.Length; index++)
                {
                    int width = states[index].Width;
                    Scale(passed.At(index).Slice(sequence * width, width), norm > 0 ? 1 / norm : 1);
                }
            }

            (carried, passed) = (passed, carried);
        }

        return new GradientFlow(new StateGradient("all states", wholeLogNorms), [.. states.Select((state, index) => new StateGradient(state.Name, logNorms[index]))]);
    }

    private static LayerState[] Forward(SequenceLayer layer, ReadOnlySpan<float> x, int steps, int batch, LayerState? initial)
    {
        LayerState[] before = [.. Enumerable.Range(0, steps + 1).Select(_ => layer.CreateState(batch))];
        if (initial is not null)
        {
            before[0].CopyFrom(initial);
        }

        float[] y = new float[batch * layer.OutputWidth];
        for (int step = 0; step < steps; step++)
        {
            layer.Forward(StepOf(x, step, batch * layer.InputWidth), 1, batch, [], before[step], y, before[step + 1]);
        }

        return before;
    }

    private static ReadOnlySpan<float> StepOf(ReadOnlySpan<float> x, int step, int width) => x.Slice(step * width, width);

    private static double[] Squares(ReadOnlySpan<float> values, int batch)
    {
        double[] sums = new double[batch];
        int width = values.Length / batch;
        for (int i = 0; i < values.Length; i++)
        {
            sums[i / width] += (double)values[i] * values[i];
        }

        return sums;
    }

    private static void Scale(Span<float> values, double factor)
    {
        foreach (ref float value in values)
        {
            value = (float)(value * factor);
        }
    }

    // log √(Σ_b e^{2 scale_b} square_b / B)
    private static double LogRootMeanSquare(double[] squares, double[] scales)
    {
        double[] logs = [.. squares.Zip(scales, (square, scale) => Math.Log(square) + (2 * scale))];
        double largest = logs.Max();
        return double.IsNegativeInfinity(largest) ? largest : (largest + Math.Log(logs.Sum(each => Math.Exp(each - largest)) / logs.Length)) / 2;
    }
}
