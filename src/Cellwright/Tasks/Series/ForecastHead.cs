using Cellwright.Kernels;
using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>What a model says of each value to come.</summary>
public sealed record ForecastHead
{
    /// <summary>The kind.</summary>
    public ForecastHeadKind Kind { get; init; } = ForecastHeadKind.SquaredError;

    /// <summary>
    /// The levels of the quantiles, ascending, each above 0 and below 1: what <see cref="ForecastHeadKind.Quantiles"/> learns,
    /// and what is read off a distribution. Points have none.
    /// </summary>
    public IReadOnlyList<double> Levels { get; init; } = [];

    /// <summary>With <see cref="ForecastHeadKind.Huber"/>, the difference, in deviations of the series, from which errors count along a line.</summary>
    public double HuberThreshold { get; init; } = 1.0;

    /// <summary>A point, by the squared error.</summary>
    public static ForecastHead Mean { get; } = new();

    /// <summary>A point, by the absolute error.</summary>
    public static ForecastHead Median { get; } = new() { Kind = ForecastHeadKind.AbsoluteError };

    /// <summary>The levels of the 80 % and the 95 % interval, and the median.</summary>
    public static IReadOnlyList<double> UsualLevels { get; } = [0.025, 0.1, 0.5, 0.9, 0.975];

    /// <summary>Quantiles.</summary>
    /// <param name="levels">The levels; none for <see cref="UsualLevels"/>.</param>
    public static ForecastHead Quantiles(params double[] levels) =>
        new() { Kind = ForecastHeadKind.Quantiles, Levels = levels is { Length: > 0 } ? levels : UsualLevels };

    /// <summary>A distribution with the quantiles of <see cref="UsualLevels"/>.</summary>
    /// <param name="kind"><see cref="ForecastHeadKind.Gaussian"/> or <see cref="ForecastHeadKind.Student"/>.</param>
    public static ForecastHead Distribution(ForecastHeadKind kind) => new() { Kind = kind, Levels = UsualLevels };

    /// <summary>The numbers that a network gives for one value.</summary>
    internal int Outputs => Kind switch
    {
        ForecastHeadKind.Quantiles => Levels.Count,
        ForecastHeadKind.Gaussian => 2,
        ForecastHeadKind.Student => 3,
        _ => 1,
    };

    /// <summary>How many of them are values themselves, which a baseline and a window's offset are added to.</summary>
    internal int Locations => Kind == ForecastHeadKind.Quantiles ? Levels.Count : 1;

    /// <summary>What is wrong, as a sentence; null where nothing is.</summary>
    internal string? Problem()
    {
        if (!Enum.IsDefined(Kind))
        {
            return $"there is no head of the kind {Kind}";
        }

        for (int i = 0; i < Levels.Count; i++)
        {
            if (!(Levels[i] > (i == 0 ? 0.0 : Levels[i - 1]) && Levels[i] < 1.0))
            {
                return "the levels of quantiles ascend, each above 0 and below 1";
            }
        }

        return this switch
        {
            { Kind: ForecastHeadKind.Quantiles, Levels.Count: 0 } => "a head of quantiles needs levels, such as 0.1, 0.5 and 0.9",
            { Kind: <= ForecastHeadKind.Huber, Levels.Count: > 0 } => "a head that gives points has no quantiles; choose quantiles or a distribution",
            { Kind: ForecastHeadKind.Huber, HuberThreshold: not (> 0 and < double.PositiveInfinity) } => "the threshold of Huber's error is above 0",
            _ => null,
        };
    }

    internal SequenceLoss Loss(WorkerTeam team) => Kind switch
    {
        ForecastHeadKind.SquaredError => new SquaredError(team),
        ForecastHeadKind.AbsoluteError => new AbsoluteError(team),
        ForecastHeadKind.Huber => new HuberError(HuberThreshold, team),
        ForecastHeadKind.Quantiles => new PinballLoss([.. Levels], team),
        ForecastHeadKind.Gaussian => new GaussianLikelihood(team),
        _ => new StudentLikelihood(team),
    };

    /// <summary>Which of the numbers of one value is the point: the mean or the location, or of quantiles the one nearest the median.</summary>
    internal int PointIndex
    {
        get
        {
            int nearest = 0;
            for (int i = 1; i < Locations; i++)
            {
                nearest = Math.Abs(Levels[i] - 0.5) < Math.Abs(Levels[nearest] - 0.5) ? i : nearest;
            }

            return nearest;
        }
    }

    /// <summary>The point.</summary>
    /// <param name="outputs">The numbers of one value, [<see cref="Outputs"/>].</param>
    internal float Point(ReadOnlySpan<float> outputs) => outputs[PointIndex];

    /// <summary>A quantile, by the index of its level. Those of a network may cross.</summary>
    /// <param name="outputs">The numbers of one value, [<see cref="Outputs"/>].</param>
    /// <param name="level">The index.</param>
    internal double Quantile(ReadOnlySpan<float> outputs, int level) => Kind switch
    {
        ForecastHeadKind.Gaussian => outputs[0] + (PositiveScale.Of(outputs[1]) * DistributionQuantile.Normal(Levels[level])),
        ForecastHeadKind.Student => outputs[0] + (PositiveScale.Of(outputs[1])
            * DistributionQuantile.Student(Levels[level], StudentLikelihood.LeastFreedom + PositiveScale.Of(outputs[2]))),
        _ => outputs[level],
    };
}
