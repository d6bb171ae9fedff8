namespace Cellwright.Training;

/// <summary>How gradients become changes of the parameters, whatever is trained.</summary>
public abstract record UpdateOptions
{
    /// <summary>The rule.</summary>
    public OptimizerKind Optimizer { get; init; } = OptimizerKind.Adam;

    /// <summary>The learning rate after its warm-up; above 0.</summary>
    public double LearningRate { get; init; } = 0.003;

    /// <summary>How the learning rate goes on from there.</summary>
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.Cosine;

    /// <summary>The steps over which the learning rate rises; 0 for none.</summary>
    public int WarmUp { get; init; } = 50;

    /// <summary>The largest norm of all gradients together; longer ones are shortened to it (Pascanu, Mikolov and Bengio, 2013).</summary>
    public double Clip { get; init; } = 1.0;

    /// <summary>With Adam and AdamW, the share of the running mean of gradients that a step keeps; from 0 to less than 1.</summary>
    public double MeanDecay { get; init; } = 0.9;

    /// <summary>With Adam and AdamW, the share of the running mean of squared gradients that a step keeps; from 0 to less than 1.</summary>
    public double SquareDecay { get; init; } = 0.999;

    /// <summary>With a rate that falls, the share of it that is left at the last step; from 0 to 1.</summary>
    public double DecayTo { get; init; } = LearningRateSchedule.Floor;

    /// <summary>With <see cref="OptimizerKind.Sgd"/>, the share of the last velocity that stays; from 0 to less than 1.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>
    /// With <see cref="OptimizerKind.AdamW"/> and <see cref="OptimizerKind.Sgd"/>, the share of itself, times the learning
    /// rate, that a value loses in each step; biases lose nothing. Null, unless set, for what goes with the optimizer: of
    /// AdamW 0.01 (text: 0.1), of the others 0. Above 0 Adam refuses it.
    /// </summary>
    public double? WeightDecay { get; init; }

    /// <summary>Which average of the values is validated, sampled and saved.</summary>
    public WeightAveraging Average { get; init; } = WeightAveraging.None;

    /// <summary>With <see cref="WeightAveraging.Exponential"/>, the share of the old average that a step keeps in the long run; from 0 to less than 1.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>After how many validations in a row that were no better than the best training ends early; 0 for never.</summary>
    public int Patience { get; init; }

    /// <summary>The shortest warm-up that a budget can be turned into steps by, unless the rate stays after it.</summary>
    public const int LeastTimedWarmUp = StepClock.LeastSteps;

    /// <summary>Whether a step, from 0, is the same whatever the number of steps of the run.</summary>
    public bool IsSameForAnyLength(int step) =>
        step <= WarmUp || (Decay is LearningRateDecay.Constant or LearningRateDecay.Plateau && Average != WeightAveraging.Tail);

    /// <summary>The weight decay that training takes: <see cref="WeightDecay"/>, or what goes with the optimizer.</summary>
    public double EffectiveWeightDecay() => WeightDecay ?? (Optimizer == OptimizerKind.AdamW ? AdamWDecay : 0.0);

    /// <summary>The weight decay of AdamW where none is set; what is trained may have one of its own.</summary>
    private protected virtual double AdamWDecay => 0.01;

    /// <summary>Whether a mean over the end of a run of so many steps has any to take, the warm-up left out.</summary>
    public bool HasTail(int steps) => FirstOfTail(steps) <= steps;

    /// <summary>The first step, from 1, that counts in the mean over the end of the run: never one of the warm-up.</summary>
    internal int FirstOfTail(int steps) => Math.Max(steps - (steps / 4) + 1, WarmUp + 2);

    /// <summary>What is wrong with the options, as a sentence; null where nothing is.</summary>
    internal virtual string? Problem() => this switch
    {
        { LearningRate: not (> 0 and < double.PositiveInfinity) } => "a learning rate is above 0",
        { Clip: not (> 0 and <= double.PositiveInfinity) } => "a norm to clip to is above 0",
        { WarmUp: < 0 } => "a warm-up has 0 steps or more",
        { Momentum: not (>= 0 and < 1) } => "a momentum is from 0 to less than 1",
        { MeanDecay: not (>= 0 and < 1) } or { SquareDecay: not (>= 0 and < 1) } => "the share that a mean of gradients keeps is from 0 to less than 1",
        { DecayTo: not (>= 0 and <= 1) } => "the share of a learning rate that is left is from 0 to 1",
        { WeightDecay: not (null or (>= 0 and < double.PositiveInfinity)) } => "a weight decay is 0 or more",
        { WeightDecay: > 0, Optimizer: OptimizerKind.Adam } => "Adam has no weight decay; AdamW and gradient descent do",
        { AverageDecay: not (>= 0 and < 1) } => "the share that an average keeps is from 0 to less than 1",
        { Patience: < 0 } => "a number of validations to wait is 0, for never ending early, or more",
        _ => null,
    };
}
