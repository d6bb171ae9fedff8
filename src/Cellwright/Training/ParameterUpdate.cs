using Cellwright.Files;
using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>
/// What happens to parameters after a backward pass, whatever is trained: the norm is checked and clipped, the learning
/// rate found, the optimizer run, the average taken. It also notes validations, which the plateau schedule and early
/// stopping go by. A checkpoint holds all of it. A step allocates nothing.
/// </summary>
internal sealed class ParameterUpdate
{
    private const string PlateauName = "update.plateau";
    private const string ValidationName = "update.validation";

    private readonly UpdateOptions options;
    private readonly LearningRateSchedule schedule;
    private readonly LearningRatePlateau? plateau;
    private readonly GradientNorm norm;
    private readonly Optimizer optimizer;
    private readonly WeightAverage? average;
    private readonly AverageTrigger? trigger;

    /// <summary>Updates of parameters at their first step.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="team">The workers that share the elements.</param>
    /// <param name="options">How they are updated.</param>
    /// <exception cref="ArgumentException">An option has no meaning.</exception>
    public ParameterUpdate(ParameterSet parameters, WorkerTeam team, UpdateOptions options)
    {
        if (options.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        this.options = options;
        schedule = new LearningRateSchedule(options.LearningRate, options.WarmUp, options.Decay) { End = options.DecayTo, Factor = Math.Sqrt(options.DecayTo) };
        plateau = options.Decay == LearningRateDecay.Plateau ? new LearningRatePlateau() : null;
        norm = new GradientNorm(parameters, team);
        optimizer = options.Optimizer switch
        {
            OptimizerKind.Sgd => new GradientDescent(parameters, team) { Momentum = options.Momentum, WeightDecay = options.EffectiveWeightDecay() },
            _ => new Adam(parameters, team) { MeanDecay = options.MeanDecay, SquareDecay = options.SquareDecay, WeightDecay = options.EffectiveWeightDecay() },
        };
        average = options.Average switch
        {
            WeightAveraging.Exponential => new WeightAverage(parameters, team, options.AverageDecay),
            WeightAveraging.Tail or WeightAveraging.Triggered => new WeightAverage(parameters, team, decay: null),
            _ => null,
        };
        trigger = options.Average == WeightAveraging.Triggered ? new AverageTrigger() : null;
        Validations = new EarlyStopping(options.Patience);
    }

    /// <summary>The validations so far.</summary>
    public EarlyStopping Validations { get; }

    /// <summary>Whether the average has values that are not the parameters' own.</summary>
    public bool HasAverage => average is { Count: > 0 };

    /// <summary>Changes the parameters by their gradients.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="steps">The number of steps of the whole run; it may be unknown, and any number, where <see cref="UpdateOptions.IsSameForAnyLength"/> says so.</param>
    /// <returns>The norm of all gradients before clipping, and the learning rate that was used.</returns>
    /// <exception cref="NonFiniteException">A gradient is not finite; nothing has changed.</exception>
    public (double GradientNorm, double LearningRate) Apply(int step, int steps)
    {
        double length = norm.Compute();
        if (!double.IsFinite(length))
        {
            throw new NonFiniteException(step + 1, $"the gradient of {(norm.FirstNonFinite() is { } first ? $"'{first}'" : "all parameters together")}");
        }

        double rate = schedule.RateAt(step, steps) * (plateau?.State.Share ?? 1.0);
        optimizer.Update(rate, length > options.Clip ? (float)(options.Clip / length) : 1f);
        if (trigger?.IsTriggered ?? (options.Average == WeightAveraging.Exponential || step + 1 >= options.FirstOfTail(steps)))
        {
            average?.Update();
        }

        return (length, rate);
    }

    /// <summary>Exchanges the parameters' values with the average, and the next time back. What is derived from the values has to be loaded again.</summary>
    public void SwapAverage() => average?.Swap();

    /// <summary>Takes note of a validation.</summary>
    /// <param name="step">The steps done.</param>
    /// <param name="loss">The loss.</param>
    public void Note(int step, double loss)
    {
        plateau?.Note(loss);
        trigger?.Note(loss);
        Validations.Note(step, loss);
    }

    /// <summary>Adds all that the next steps depend on to a checkpoint. Buffers are read when it is written.</summary>
    public void AddTo(SafetensorsWriter checkpoint)
    {
        optimizer.AddTo(checkpoint);
        average?.AddTo(checkpoint);
        trigger?.AddTo(checkpoint);
        if (plateau is not null)
        {
            checkpoint.Add(PlateauName, [3], new double[] { plateau.State.Best, plateau.State.Waited, plateau.State.Share });
        }

        checkpoint.Add(ValidationName, [3], Validations.Save());
    }

    /// <summary>Goes back to where a checkpoint was written.</summary>
    /// <exception cref="InvalidFileException">The checkpoint is of other updates or of other parameters.</exception>
    public void ReadFrom(SafetensorsFile checkpoint)
    {
        optimizer.ReadFrom(checkpoint);
        average?.ReadFrom(checkpoint);
        trigger?.ReadFrom(checkpoint);
        if (plateau is not null)
        {
            double[] saved = ReadThree(checkpoint, PlateauName);
            plateau.State = new PlateauState(saved[0], (int)saved[1], saved[2]);
        }

        Validations.Resume(ReadThree(checkpoint, ValidationName));
    }

    /// <summary>Whether a checkpoint was written when training had ended early.</summary>
    /// <exception cref="InvalidFileException">It is no checkpoint of such a training.</exception>
    public static bool IsOver(SafetensorsFile checkpoint, UpdateOptions options)
    {
        EarlyStopping validations = new(options.Patience);
        validations.Resume(ReadThree(checkpoint, ValidationName));
        return validations.IsOver;
    }

    private static double[] ReadThree(SafetensorsFile checkpoint, string name) => checkpoint.ReadDoubles(name) is { Length: 3 } saved
        ? saved
        : throw new InvalidFileException(checkpoint.Name, $"its '{name}' is not three numbers; start the run again");
}
