namespace Cellwright.Interchange;

/// <summary>
/// One gate of a <see cref="RecurrentForm"/>: an activation of W x + b + R h[t-1] + d, and with peepholes + p * c. In the
/// candidate of a GRU, R multiplies r * h[t-1], or r multiplies all of R h[t-1] + d.
/// </summary>
/// <param name="Role">What it does.</param>
/// <param name="Activation">Its function.</param>
public sealed record RecurrentGate(RecurrentRole Role, RecurrentActivation Activation)
{
    /// <summary>W, [hidden, input].</summary>
    public ParameterSum Input { get; init; } = ParameterSum.None;

    /// <summary>R, [hidden, width of h].</summary>
    public ParameterSum Recurrent { get; init; } = ParameterSum.None;

    /// <summary>b, [hidden], or a single number for all.</summary>
    public ParameterSum Bias { get; init; } = ParameterSum.None;

    /// <summary>d, [hidden]: the bias that the reset gate multiplies too. None but in the candidate of a GRU with reset after the product.</summary>
    public ParameterSum RecurrentBias { get; init; } = ParameterSum.None;

    /// <summary>p, [hidden]: input and forget gates look at c[t-1], the output gate at c.</summary>
    public ParameterSum Peephole { get; init; } = ParameterSum.None;

    /// <summary>What the activation's argument is held within: from −Clip to Clip; null for no bound.</summary>
    public double? Clip { get; init; }

    // 1 minus this gate, in another role.
    internal RecurrentGate Complement(RecurrentRole role) => new(role, Activation)
    {
        Input = Input.Negated,
        Recurrent = Recurrent.Negated,
        Bias = Bias.Negated,
        RecurrentBias = RecurrentBias.Negated,
        Peephole = Peephole.Negated,
        Clip = Clip,
    };
}
