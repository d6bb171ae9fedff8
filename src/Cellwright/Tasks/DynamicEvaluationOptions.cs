namespace Cellwright.Tasks;

/// <summary>How a model adapts to what it reads (Krause, Kahembwe, Murray and Renals, 2018).</summary>
public sealed record DynamicEvaluationOptions
{
    /// <summary>The rule.</summary>
    public DynamicRule Rule { get; init; } = DynamicRule.Sgd;

    /// <summary>The learning rate; above 0.</summary>
    public double LearningRate { get; init; } = DefaultRate(DynamicRule.Sgd);

    /// <summary>The share of the way back to the trained values that each update goes; from 0 to 1.</summary>
    public double Decay { get; init; } = DefaultDecay(DynamicRule.Sgd);

    /// <summary>The characters from one update to the next, through which gradients flow back; 1 or more.</summary>
    public int Window { get; init; } = 20;

    /// <summary>The learning rate of a rule unless told otherwise.</summary>
    public static double DefaultRate(DynamicRule rule) => rule == DynamicRule.Rms ? 5e-4 : 0.05;

    /// <summary>The decay of a rule unless told otherwise.</summary>
    public static double DefaultDecay(DynamicRule rule) => rule == DynamicRule.Rms ? 2e-3 : 1e-3;

    /// <summary>What is wrong with the options, as a sentence; null where nothing is.</summary>
    internal string? Problem() => this switch
    {
        { LearningRate: not (> 0 and < double.PositiveInfinity) } => "a learning rate is above 0",
        { Decay: not (>= 0 and <= 1) } => "the share of the way back to the trained values is from 0 to 1",
        { Window: < 1 } => "a window has one step or more",
        _ => null,
    };
}
