namespace Cellwright.Tasks;

/// <summary>How <see cref="DynamicEvaluation"/> changes values.</summary>
public enum DynamicRule
{
    /// <summary>By the gradient alone, with one rate for all elements.</summary>
    Sgd,

    /// <summary>By the gradient over the root of its mean square in training.</summary>
    Rms,
}
