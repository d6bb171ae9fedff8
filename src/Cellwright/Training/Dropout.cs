using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Tensors;

namespace Cellwright.Training;

/// <summary>
/// Sets elements to 0 at random and scales the others so that their expectation stays (Srivastava et al., 2014). Which
/// ones follows from seed, step and place, so the backward pass draws the same again instead of keeping them.
/// </summary>
internal sealed class Dropout
{
    private readonly BernoulliMask mask;
    private readonly MaskedCopy copy;

    /// <summary>Dropout at one place of a model.</summary>
    /// <param name="probability">The share of elements to drop, from 0 to less than 1, rounded to a multiple of 2⁻¹⁶.</param>
    /// <param name="seed">The seed of the run.</param>
    /// <param name="place">A name for the place.</param>
    /// <param name="team">The workers that share the elements.</param>
    public Dropout(double probability, ulong seed, string place, WorkerTeam team)
    {
        mask = new BernoulliMask(probability, seed, "dropout/" + place);
        copy = new MaskedCopy(team);
    }

    /// <summary>Drops and scales elements: values in the forward pass, and with the same step their gradients in the backward pass.</summary>
    /// <param name="elements">The elements, changed in place.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="trainingStep">The step.</param>
    public void Apply(AlignedBuffer elements, int count, int trainingStep)
    {
        if (!mask.IsEmpty)
        {
            copy.Drop(mask, elements.Span[..count], elements.Span[..count], trainingStep);
        }
    }
}
