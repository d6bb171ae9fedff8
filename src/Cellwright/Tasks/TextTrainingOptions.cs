using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>How a text model is trained.</summary>
public sealed record TextTrainingOptions : UpdateOptions
{
    /// <summary>Sequences side by side.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Steps through which gradients flow back; the state is carried on from window to window.</summary>
    public int Window { get; init; } = 64;

    /// <summary>The share of the layer's outputs that is dropped at random in each training step, against learning by heart; 0 for none.</summary>
    public double Dropout { get; init; }

    /// <summary>The seed of what is dropped.</summary>
    public ulong Seed { get; init; } = 1;

    internal override string? Problem() => this switch
    {
        { Batch: < 1 } => "a batch has one sequence or more",
        { Window: < 1 } => "a window has one step or more",
        { Dropout: not (>= 0 and < 1) } => "a share to drop is from 0 to less than 1",
        _ => base.Problem(),
    };
}
