using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>How a text model is trained.</summary>
public sealed record TextTrainingOptions : UpdateOptions
{
    /// <summary>Sequences side by side.</summary>
    public int Batch { get; init; } = 32;

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

    internal override string? Problem() => this switch
    {
        { Batch: < 1 } => "a batch has one sequence or more",
        { Window: < 1 } => "a window has one step or more",
        { Restart: not (>= 0 and < 1) } => "the share of windows that begin anew is from 0 to less than 1",
        _ => base.Problem(),
    };
}
