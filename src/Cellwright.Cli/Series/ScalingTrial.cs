using Cellwright.Tasks.Series;

namespace Cellwright.Cli.Series;

/// <summary>Designs that differ in what is taken out of a window, each trained for a short while, and the one with the least error on the validation rows.</summary>
/// <param name="Chosen">The design.</param>
/// <param name="Errors">The error of each that was tried, in deviations of the series; empty where there was nothing to choose.</param>
/// <param name="Steps">The steps of each trial.</param>
internal sealed record ScalingTrial(ForecasterDesign Chosen, IReadOnlyList<(WindowScaling Scaling, double Error)> Errors, int Steps)
{
    private const int MostSteps = 500;
    private const int LeastSteps = 10;

    // Of the steps or the time of the whole training, for each trial.
    private const double Share = 1.0 / 15;

    /// <summary>Tries the designs where there are several.</summary>
    /// <param name="designs">The designs.</param>
    /// <param name="set">The series.</param>
    /// <param name="options">How to train.</param>
    /// <param name="steps">The steps of the whole training; null where a budget sets them.</param>
    /// <param name="budget">The time of the whole training; null where steps are given.</param>
    public static ScalingTrial Run(IReadOnlyList<ForecasterDesign> designs, SeriesSet set, ForecastTrainingOptions options, int? steps, TimeSpan? budget)
    {
        if (designs.Count == 1 || options.ValidationRows == 0)
        {
            return new ScalingTrial(designs[0], [], 0);
        }

        int each = steps is { } all ? Math.Clamp((int)(all * Share), LeastSteps, MostSteps) : 0;
        List<(WindowScaling Scaling, double Error)> errors = [];
        foreach (ForecasterDesign design in designs)
        {
            using Forecaster model = Forecaster.Create(set, design, options);
            using ForecastTrainer trainer = new(model, set, options);
            each = each > 0 ? each : Math.Clamp(trainer.StepsWithin(budget!.Value * Share), LeastSteps, MostSteps);
            while (trainer.Steps < each)
            {
                trainer.Step(each);
            }

            using IDisposable averaged = trainer.UseAverage();
            ForecastScore score = trainer.Validate() ?? throw new SeriesException("no window of the horizon fits into the rows kept for validation; give --validation more rows, or name a --scaling");
            errors.Add((design.Scaling, design.Head.Kind is ForecastHeadKind.SquaredError or ForecastHeadKind.Gaussian ? score.SquaredError : score.AbsoluteError));
        }

        int best = Enumerable.Range(0, errors.Count).MinBy(i => double.IsNaN(errors[i].Error) ? double.PositiveInfinity : errors[i].Error);
        return new ScalingTrial(designs[best], errors, each);
    }
}
