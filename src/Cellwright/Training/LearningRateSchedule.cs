namespace Cellwright.Training;

/// <summary>How the learning rate goes on after its warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>It stays.</summary>
    Constant,

    /// <summary>It falls along a straight line to <see cref="LearningRateSchedule.End"/> at the last step.</summary>
    Linear,

    /// <summary>It falls along half a cosine wave to <see cref="LearningRateSchedule.End"/> at the last step.</summary>
    Cosine,

    /// <summary>It falls in steps; unless told otherwise two of them, to a tenth over the last third of the run.</summary>
    Step,

    /// <summary>It stays as long as validation gets better, and is halved each time it has not done so three times in a row.</summary>
    Plateau,
}

/// <summary>The learning rate of each step: a linear rise over the warm-up, then the decay.</summary>
/// <param name="Peak">The rate at the end of the warm-up.</param>
/// <param name="WarmUp">The number of warm-up steps; step k of them has (k + 1)/(WarmUp + 1) of the peak.</param>
/// <param name="Decay">What follows.</param>
public readonly record struct LearningRateSchedule(double Peak, int WarmUp, LearningRateDecay Decay)
{
    /// <summary>The share of the peak that is left at the last step unless told otherwise.</summary>
    public const double Floor = 0.1;

    /// <summary>With <see cref="LearningRateDecay.Linear"/> and <see cref="LearningRateDecay.Cosine"/>, the share of the peak that is left at the last step.</summary>
    public double End { get; init; } = Floor;

    /// <summary>With <see cref="LearningRateDecay.Step"/>, the training steps from one fall to the next; 0 for a third of those after the warm-up.</summary>
    public int Interval { get; init; } = 0;

    /// <summary>With <see cref="LearningRateDecay.Step"/>, what each fall multiplies the rate by: unless told otherwise √0.1, so that two make a tenth.</summary>
    public double Factor { get; init; } = Math.Sqrt(Floor);

    /// <summary>The rate of one step; with <see cref="LearningRateDecay.Plateau"/>, before what validation makes of it.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">The number of steps of the whole run; it matters after the warm-up only.</param>
    public double RateAt(int step, int steps)
    {
        if (step < WarmUp)
        {
            return Peak * (step + 1) / (WarmUp + 1);
        }

        double progress = steps - 1 <= WarmUp ? 0.0 : Math.Min(1.0, (double)(step - WarmUp) / (steps - 1 - WarmUp));
        double share = Decay switch
        {
            LearningRateDecay.Constant or LearningRateDecay.Plateau => 1.0,
            LearningRateDecay.Linear => 1.0 - ((1.0 - End) * progress),
            LearningRateDecay.Step => Power(Factor, Falls(step, steps)),
            _ => End + ((1.0 - End) * HalfCosine(progress)),
        };
        return Peak * share;
    }

    private int Falls(int step, int steps) => Interval > 0
        ? (step - WarmUp) / Interval
        : (int)Math.Clamp((long)(step - WarmUp) * 3 / Math.Max(steps - WarmUp, 1), 0, 2);

    // By products alone: the last bit of Math.Pow is the C library's.
    private static double Power(double factor, int exponent)
    {
        double power = 1.0;
        for (int i = 0; i < exponent && power > 0.0; i++)
        {
            power *= factor;
        }

        return power;
    }

    // (1 + cos πp)/2 by the Taylor series of the cosine, in products and sums only, so that every machine gives the same bits.
    private static double HalfCosine(double progress)
    {
        bool mirrored = progress > 0.5;
        double angle = Math.PI * (mirrored ? 1.0 - progress : progress);
        double square = angle * angle;
        double series = 1.0;
        for (int k = 11; k >= 1; k--)
        {
            series = 1.0 - (series * square / ((2 * k) * ((2 * k) - 1)));
        }

        return mirrored ? 0.5 * (1.0 - series) : 0.5 * (1.0 + series);
    }
}
