namespace Cellwright.Layers;

/// <summary>
/// One sequence through a stack, one step at a time. Gives the same bits as the whole sequence run at once, and
/// allocates nothing after the first step.
/// </summary>
public sealed class LayerStackStream : IDisposable
{
    private readonly LayerStream[] streams;
    private readonly bool[] addsInput;
    private readonly float[][] outputs;

    internal LayerStackStream(IReadOnlyList<SequenceLayer> layers, bool[] addsInput)
    {
        this.addsInput = addsInput;
        streams = [.. layers.Select(layer => layer is Layer single
            ? single.CreateStream()
            : throw new InvalidOperationException($"a {layer.GetType().Name} cannot be run step by step"))];
        outputs = [.. layers.Select(layer => new float[layer.OutputWidth])];
        State = new LayerState([.. streams.Select((stream, i) => (LayerStack.Prefix(i), stream.State))]);
    }

    /// <summary>The state of all layers, which may be read, saved and set between steps.</summary>
    public LayerState State { get; }

    /// <summary>Takes one step.</summary>
    /// <param name="x">The input at this step.</param>
    /// <param name="y">Receives the output.</param>
    /// <exception cref="ObjectDisposedException">The stack is disposed.</exception>
    public void Step(ReadOnlySpan<float> x, Span<float> y)
    {
        ReadOnlySpan<float> input = x;
        for (int i = 0; i < streams.Length; i++)
        {
            Span<float> output = i == streams.Length - 1 ? y : outputs[i];
            streams[i].Step(input, output);
            if (addsInput[i])
            {
                for (int j = 0; j < output.Length; j++)
                {
                    output[j] += input[j];
                }
            }

            input = output;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (LayerStream stream in streams)
        {
            stream.Dispose();
        }
    }
}
