using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tensors;

namespace Cellwright.Training;

/// <summary>A linear layer behind a recurrent one: scores = W h + b. Rows of scores are padded to whole panels.</summary>
internal sealed unsafe class LinearOutput : IDisposable
{
    private readonly WorkerTeam team;
    private readonly PackedMatrix forward;
    private readonly PackedMatrix backward;
    private readonly AlignedBuffer bias;
    private readonly AlignedBuffer padded = new();
    private readonly Action<int> multiply;
    private readonly Action<int> multiplyBack;
    private readonly Action<int> accumulate;
    private bool isDisposed;
    private int rows;
    private float* inputs;
    private float* scores;
    private float* inputGradients;

    /// <summary>A layer whose values are all 0.</summary>
    /// <param name="inputWidth">The columns of what it reads.</param>
    /// <param name="outputWidth">The number of scores of a row.</param>
    /// <param name="team">The workers that share the rows, and for weight gradients the elements of the result.</param>
    /// <param name="weights">A matrix [output width, input width] that something else has too; null for one of its own.</param>
    /// <param name="name">What its parameters' names begin with.</param>
    public LinearOutput(int inputWidth, int outputWidth, WorkerTeam team, Parameter? weights = null, string name = "head")
    {
        this.team = team;
        Weights = weights ?? new Parameter(name + ".W", outputWidth, inputWidth, isBias: false);
        Bias = new Parameter(name + ".b", outputWidth, 1, isBias: true);
        forward = new PackedMatrix(inputWidth, outputWidth);
        backward = new PackedMatrix(outputWidth, inputWidth);
        bias = new AlignedBuffer(Stride);
        multiply = Multiply;
        multiplyBack = MultiplyBack;
        accumulate = Accumulate;
    }

    /// <summary>W [output width, input width].</summary>
    public Parameter Weights { get; }

    /// <summary>b [output width].</summary>
    public Parameter Bias { get; }

    /// <summary>Floats from one row of scores to the next.</summary>
    public int Stride => PackedMatrix.PanelsOf(Weights.Rows) * PackedMatrix.PanelColumns;

    /// <summary>Draws first values: W uniform within ±1/√(input width), b zero.</summary>
    public void Initialize(ulong seed)
    {
        RandomStream stream = new(seed, "init/head.W");
        stream.FillUniform(Weights.Values, step: 0);
        float bound = 1f / MathF.Sqrt(Weights.Columns);
        foreach (ref float value in Weights.Values)
        {
            value = ((2f * value) - 1f) * bound;
        }

        Bias.Values.Clear();
    }

    /// <summary>Prepares the products; to be called after values have changed.</summary>
    public void Load()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        forward.PackTransposed(Weights.Values);
        backward.Pack(Weights.Values);
        Bias.Values.CopyTo(bias.Span);
    }

    /// <summary>Computes scores.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="h">What is read [rows, input width].</param>
    /// <param name="output">Scores [rows, <see cref="Stride"/>]; columns past the output width have no meaning.</param>
    public void Forward(int count, AlignedBuffer h, AlignedBuffer output)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        rows = count;
        inputs = h.Pointer;
        scores = output.Pointer;
        team.Run(multiply);
    }

    /// <summary>Writes the gradients of weights and bias, and of what was read.</summary>
    /// <param name="count">The number of rows.</param>
    /// <param name="h">What <see cref="Forward"/> read.</param>
    /// <param name="gradient">The gradient of the scores [rows, <see cref="Stride"/>].</param>
    /// <param name="dh">The gradient of what was read [rows, input width]; null where nobody asks.</param>
    public void Backward(int count, AlignedBuffer h, AlignedBuffer gradient, AlignedBuffer? dh)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        rows = count;
        inputs = h.Pointer;
        scores = gradient.Pointer;
        if (dh is null)
        {
            team.Run(accumulate);
            return;
        }

        inputGradients = dh.Pointer;
        if (Weights.Columns % PackedMatrix.PanelColumns != 0)
        {
            padded.Reserve((long)count * PackedMatrix.PanelsOf(Weights.Columns) * PackedMatrix.PanelColumns);
        }

        team.Run(multiplyBack);
        team.Run(accumulate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        forward.Dispose();
        backward.Dispose();
        bias.Dispose();
        padded.Dispose();
    }

    private void Multiply(int worker)
    {
        (int first, int count) = Share(worker);
        if (count == 0)
        {
            return;
        }

        MatrixProduct.Multiply(
            count, inputs + ((nint)first * Weights.Columns), Weights.Columns, forward, bias.Pointer, 0, scores + ((nint)first * Stride), Stride);
    }

    private void MultiplyBack(int worker)
    {
        (int first, int count) = Share(worker);
        if (count == 0)
        {
            return;
        }

        float* from = scores + ((nint)first * Stride);
        int width = Weights.Columns;
        float* to = inputGradients + ((nint)first * width);
        if (width % PackedMatrix.PanelColumns == 0)
        {
            MatrixProduct.Multiply(count, from, Stride, backward, null, 0, to, width);
            return;
        }

        // Products write whole panels, which rows without padding have no room for.
        int stride = backward.Panels * PackedMatrix.PanelColumns;
        float* wide = padded.Pointer + ((nint)first * stride);
        MatrixProduct.Multiply(count, from, Stride, backward, null, 0, wide, stride);
        for (int row = 0; row < count; row++)
        {
            new ReadOnlySpan<float>(wide + ((nint)row * stride), width).CopyTo(new Span<float>(to + ((nint)row * width), width));
        }
    }

    // Split by columns of W, a panel at least; the bias is the first worker's.
    private void Accumulate(int worker)
    {
        int width = Weights.Columns;
        int panels = PackedMatrix.PanelsOf(width);
        int first = (int)((long)panels * worker / team.Count) * PackedMatrix.PanelColumns;
        int end = Math.Min((int)((long)panels * (worker + 1) / team.Count) * PackedMatrix.PanelColumns, width);
        fixed (float* weights = Weights.Gradient, biases = Bias.Gradient)
        {
            MatrixGradient.Accumulate(rows, scores, Stride, inputs, width, weights, width, 0, Weights.Rows, first, end, accumulate: false);
            if (worker == 0)
            {
                ColumnTotals.Accumulate(rows, scores, Stride, biases, 0, Weights.Rows, accumulate: false);
            }
        }
    }

    private (int First, int Count) Share(int worker)
    {
        int first = (int)((long)rows * worker / team.Count);
        return (first, (int)((long)rows * (worker + 1) / team.Count) - first);
    }
}
