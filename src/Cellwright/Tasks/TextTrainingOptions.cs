using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>
/// How a text model is trained. Unless told otherwise, by AdamW with a weight decay of 0.1 and a rate of 0.004 that falls to
/// a hundredth: what the ablations in docs/text.md found best for training of minutes. Gradient descent takes a
/// rate of its own: set it with the optimizer.
/// </summary>
public sealed record TextTrainingOptions : UpdateOptions
{
    /// <summary>The defaults, as the properties say.</summary>
    public TextTrainingOptions()
    {
        Optimizer = OptimizerKind.AdamW;
        LearningRate = 0.004;
        DecayTo = 0.01;
    }

    /// <summary>Sequences side by side; with few, the same characters make more steps, which is worth more than what wide batches save.</summary>
    public int Batch { get; init; } = 16;

    /// <summary>Steps through which gradients flow back; the state is carried on from window to window.</summary>
    public int Window { get; init; } = 64;

    /// <summary>
    /// How often a sequence begins anew from the cell's initial state instead of the carried one: the share of its windows,
    /// by default one in 50. A model that met its initial state only once, untrained, may be led astray by it for thousands
    /// of characters; text that is read or written in use begins there.
    /// </summary>
    public double Restart { get; init; } = 0.02;

    /// <summary>The seed of what the model writes after each validation.</summary>
    public ulong Seed { get; init; } = 1;

    private protected override double AdamWDecay => 0.1;

    internal override string? Problem() => this switch
    {
        { Batch: < 1 } => "a batch has one sequence or more",
        { Window: < 1 } => "a window has one step or more",
        { Restart: not (>= 0 and < 1) } => "the share of windows that begin anew is from 0 to less than 1",
        _ => base.Problem(),
    };
}
