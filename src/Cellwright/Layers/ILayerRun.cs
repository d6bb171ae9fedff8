namespace Cellwright.Layers;

/// <summary>One batch through a cell, forward and then backward.</summary>
internal interface ILayerRun : IDisposable
{
    /// <summary>What times the run's work; null for nothing.</summary>
    StageClock? Clock { get; set; }

    /// <summary>Begins a batch: makes room and takes the initial states; null for those the cell says.</summary>
    void Begin(int steps, int batch, ReadOnlySpan<int> lengths, LayerState? initial);

    /// <summary>Fills the masks of the batch begun: drawn for a training step, their rates where it is null.</summary>
    void FillMasks(ZoneoutMasks masks, int? trainingStep);

    /// <summary>Takes one input, [T, B, width].</summary>
    void SetInput(int index, ReadOnlySpan<float> values);

    /// <summary>Runs all steps and takes out the outputs, [T, B, width], 0 past a sequence's end, and the final states where wanted.</summary>
    void Forward(Span<float> y, LayerState? final);

    /// <summary>Runs all steps backward and sums up the parameters' gradients.</summary>
    /// <param name="dy">The gradient by the outputs, [T, B, width].</param>
    /// <param name="dFinal">The gradient by the final states; null for 0.</param>
    /// <param name="dx">Receives the gradient by the first input, [T, B, width]; empty where that is taken out afterwards.</param>
    void Backward(ReadOnlySpan<float> dy, LayerState? dFinal, Span<float> dx);

    /// <summary>Takes out the gradient by one input that was not received so, [T, B, width].</summary>
    void GetInputGradient(int index, Span<float> dx);

    /// <summary>Takes out the gradients by the initial states.</summary>
    void GetInitialGradient(LayerState dInitial);

    /// <summary>Takes out a traced signal, [T, B, width].</summary>
    void GetTrace(int signal, Span<float> values);
}
