using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>How a text model is trained.</summary>
public sealed record TextTrainingOptions
{
    /// <summary>Sequences side by side.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Steps through which gradients flow back; the state is carried on from window to window.</summary>
    public int Window { get; init; } = 64;

    /// <summary>The learning rate after its warm-up.</summary>
    public double LearningRate { get; init; } = 0.003;

    /// <summary>How the learning rate goes on from there.</summary>
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.Cosine;

    /// <summary>The steps over which the learning rate rises.</summary>
    public int WarmUp { get; init; } = 50;

    /// <summary>The largest norm of all gradients together; longer ones are shortened to it.</summary>
    public double Clip { get; init; } = 1.0;

    /// <summary>The share of the layer's outputs that is dropped at random in each training step, against learning by heart; 0 for none.</summary>
    public double Dropout { get; init; }

    /// <summary>The seed of what is dropped.</summary>
    public ulong Seed { get; init; } = 1;
}
