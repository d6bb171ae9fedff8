namespace Cellwright.Layers;

/// <summary>The batch that a layer was given last, and how far the layer has come with it: what is asked out of turn is refused.</summary>
internal sealed class BatchTurn
{
    private Reached reached;
    private bool hasOtherParameters;
    private bool gaveOut;

    // In the order in which a batch comes to them.
    private enum Reached
    {
        Nothing,
        Begun,
        Forward,
        Backward,
    }

    /// <summary>T.</summary>
    public int Steps { get; private set; }

    /// <summary>B.</summary>
    public int Sequences { get; private set; }

    /// <summary>Refuses a shape that no batch has.</summary>
    /// <param name="steps">T.</param>
    /// <param name="batch">B.</param>
    /// <param name="lengths">The steps of each sequence; empty when all are T.</param>
    /// <exception cref="ArgumentException">A number is negative, there is no sequence, or the lengths are not those of B sequences of at most T steps.</exception>
    public static void Check(int steps, int batch, ReadOnlySpan<int> lengths)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(steps);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        if (lengths.IsEmpty)
        {
            return;
        }

        if (lengths.Length != batch)
        {
            throw new ArgumentException($"'{nameof(lengths)}' has {lengths.Length} elements where the shape asks for {batch}", nameof(lengths));
        }

        foreach (int length in lengths)
        {
            if (length < 0 || length > steps)
            {
                throw new ArgumentException($"a length of {length} is outside 0 to {steps}, the steps of the batch", nameof(lengths));
            }
        }
    }

    /// <summary>A batch of that shape takes the place of the one before, which is gone from here on.</summary>
    public void Take(int steps, int batch) => (Steps, Sequences, reached) = (steps, batch, Reached.Nothing);

    /// <summary>Its states are in place, and the parameters are those that it runs with.</summary>
    public void SetBegun() => (reached, hasOtherParameters) = (Reached.Begun, false);

    /// <summary>It was run forward.</summary>
    public void SetForward() => reached = Reached.Forward;

    /// <summary>It is being run backward: from here on what its forward pass kept is no longer all there.</summary>
    public void TakeKept() => reached = Reached.Nothing;

    /// <summary>It was run backward.</summary>
    /// <param name="givesOut">Whether the gradient by the first input was given out.</param>
    public void SetBackward(bool givesOut) => (reached, gaveOut) = (Reached.Backward, givesOut);

    /// <summary>Parameters were taken over that are not those it began with.</summary>
    public void SetOtherParameters() => hasOtherParameters = true;

    /// <summary>Refuses to go on where no batch was begun, or the last one was run backward: its inputs may be gone.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public void NeedBegun() => Need(reached is Reached.Begun or Reached.Forward, "begin a batch before giving it inputs or running it");

    /// <summary>Refuses to run backward what was not run forward, or was run backward already.</summary>
    /// <exception cref="InvalidOperationException">It was not, or it was.</exception>
    public void NeedForward()
    {
        Need(reached >= Reached.Forward, "run a batch forward before running it backward");
        Need(reached == Reached.Forward, "the batch was run backward already, and its gradients lie where its forward pass kept its signals; run it forward once more");
    }

    /// <summary>Refuses to give out signals of a batch that was not run forward.</summary>
    /// <exception cref="InvalidOperationException">It was not.</exception>
    public void NeedSignals() => Need(reached >= Reached.Forward, "run a batch forward before taking out its signals");

    /// <summary>Refuses to give out gradients of a batch that was not run backward, or a gradient that was given out.</summary>
    /// <param name="input">The input that the gradient is by.</param>
    /// <exception cref="InvalidOperationException">It was not, or it was.</exception>
    public void NeedBackward(int input)
    {
        Need(reached == Reached.Backward, "run a batch backward before taking out the gradient by an input");
        Need(input > 0 || !gaveOut, "the backward pass has given out the gradient by the first input and keeps none; take it from there");
    }

    /// <summary>Refuses to compute again with other parameters than the batch was run forward with.</summary>
    /// <exception cref="InvalidOperationException">They are others.</exception>
    public void NeedSameParameters()
    {
        if (hasOtherParameters)
        {
            throw new InvalidOperationException(
                "parameters were loaded since the batch was begun, and a layer that computes again needs those it ran forward with; run the batch forward once more");
        }
    }

    private static void Need(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
