using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>How a text model is trained.</summary>
public sealed record TextTrainingOptions : UpdateOptions
{
    /// <summary>Sequences side by side.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>Steps through which gradients flow back; the state is carried on from window to window.</summary>
    public int Window { get; init; } = 64;

    /// <summary>The seed of what the model writes after each validation.</summary>
    public ulong Seed { get; init; } = 1;

    internal override string? Problem() => this switch
    {
        { Batch: < 1 } => "a batch has one sequence or more",
        { Window: < 1 } => "a window has one step or more",
        _ => base.Problem(),
    };
}
