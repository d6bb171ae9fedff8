using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>
/// Weight drop on one parameter: the values that kernels read are the trained ones with some elements 0 and the others
/// scaled, and so is the gradient. The trained values stay as they are.
/// </summary>
internal sealed class DroppedWeights
{
    private readonly MaskedCopy copy;
    private readonly Parameter trained;
    private readonly double rate;
    private readonly ulong seed;
    private BernoulliMask mask;
    private int? drawn;

    public DroppedWeights(Parameter trained, double rate, ulong seed, WorkerTeam team)
    {
        this.trained = trained;
        this.rate = rate;
        this.seed = seed;
        copy = new MaskedCopy(team);
        Used = trained.WithValuesApart();
        SetPrefix(string.Empty);
    }

    /// <summary>The parameter that kernels read; its gradient is the trained one's.</summary>
    public Parameter Used { get; }

    public void SetPrefix(string prefix) => mask = new BernoulliMask(rate, seed, "weight drop/" + prefix + trained.Name);

    /// <summary>Sets what kernels read for a training step, or in use.</summary>
    public void Draw(int? trainingStep)
    {
        drawn = trainingStep;
        if (trainingStep is { } step)
        {
            copy.Drop(mask, trained.Values, Used.Values, step);
        }
        else
        {
            trained.Values.CopyTo(Used.Values);
        }
    }

    /// <summary>Makes the gradient by what kernels read the gradient by the trained values.</summary>
    public void FinishGradient()
    {
        if (drawn is { } step)
        {
            copy.Drop(mask, Used.Gradient, trained.Gradient, step);
        }
    }
}
