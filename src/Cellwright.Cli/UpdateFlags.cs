using System.CommandLine;
using System.CommandLine.Parsing;
using Cellwright.Training;

namespace Cellwright.Cli;

/// <summary>The options of every command that trains: optimizer, learning rate, clipping, averaging, and which model is kept.</summary>
internal sealed class UpdateFlags
{
    private const double SgdRate = 0.3;

    private readonly Option<OptimizerKind> optimizerOption;
    private readonly Option<double?> rateOption;
    private readonly Option<LearningRateDecay> decayOption;
    private readonly Option<int> warmUpOption;
    private readonly Option<double> clipOption;
    private readonly Option<double?> decayToOption;
    private readonly Option<double?> meanDecayOption;
    private readonly Option<double?> squareDecayOption;
    private readonly Option<double?> momentumOption;
    private readonly Option<double?> weightDecayOption;
    private readonly Option<WeightAveraging> averageOption;
    private readonly Option<double?> averageDecayOption;
    private readonly Option<int> patienceOption;
    private readonly Option<KeptModel> keepOption;

    /// <summary>The options of one command.</summary>
    /// <param name="defaults">What is done unless told otherwise.</param>
    public UpdateFlags(UpdateOptions defaults)
    {
        optimizerOption = Options.Choice("--optimizer", "What changes weights by their gradients.", defaults.Optimizer);
        rateOption = Options.OptionalReal("--learning-rate", FormattableString.Invariant($"The learning rate after its warm-up. [default: {defaults.LearningRate}; with sgd {SgdRate}]"));
        decayOption = Options.Choice("--decay", "How the learning rate falls to --decay-to, or that it stays, or that it halves where validation gets no better.", defaults.Decay);
        warmUpOption = Options.Whole("--warm-up", "Steps over which the learning rate rises.", defaults.WarmUp, 0, int.MaxValue);
        clipOption = Options.Real("--clip", "The largest norm of all gradients together; longer ones are shortened to it.", defaults.Clip);
        decayToOption = Options.OptionalReal("--decay-to", FormattableString.Invariant($"With a --decay that falls, the share of the learning rate that is left at the last step; at most 1. [default: {defaults.DecayTo}]"), zeroToo: true);
        meanDecayOption = Options.OptionalReal("--mean-decay", FormattableString.Invariant($"With adam or adamw, the share of the mean of gradients that each step keeps (β₁); less than 1. [default: {defaults.MeanDecay}]"), zeroToo: true);
        squareDecayOption = Options.OptionalReal("--square-decay", FormattableString.Invariant($"With adam or adamw, the share of the mean of squared gradients that each step keeps (β₂); less than 1. [default: {defaults.SquareDecay}]"), zeroToo: true);
        momentumOption = Options.OptionalReal("--momentum", FormattableString.Invariant($"With sgd, the share of the last step that goes on; less than 1. [default: {defaults.Momentum}]"), zeroToo: true);
        weightDecayOption = Options.OptionalReal(
            "--weight-decay", FormattableString.Invariant($"With adamw or sgd, the share of itself, times the learning rate, that a weight loses in each step; biases lose nothing. [default: {DecayWith(OptimizerKind.AdamW, defaults)} with adamw, else 0]"), zeroToo: true);
        averageOption = Options.Choice("--average", "Validate, show and save an average of the weights: exponential, or the mean over the last quarter of the run (tail), or the mean from where validation no longer gets better (triggered).", defaults.Average);
        averageDecayOption = Options.OptionalReal(
            "--average-decay", FormattableString.Invariant($"With --average exponential, the share of the old average that each step keeps; less than 1. [default: {defaults.AverageDecay}]"), zeroToo: true);
        patienceOption = Options.Whole("--patience", "End early after so many validations in a row that were no better than the best; 0 for never.", defaults.Patience, 0, int.MaxValue);
        keepOption = Options.Choice("--keep", "Which model is written at the end: the one of the best validation, or the last.", KeptModel.Best);
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            optimizerOption, rateOption, decayOption, decayToOption, warmUpOption, clipOption, meanDecayOption, squareDecayOption, momentumOption, weightDecayOption, averageOption, averageDecayOption, patienceOption, keepOption])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Which model a run's result is.</summary>
    public KeptModel Keep(ParseResult parsed) => parsed.GetValue(keepOption);

    /// <summary>Training options with what was given.</summary>
    /// <param name="options">The other options of the training.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="steps">The number of steps; null where a budget decides it.</param>
    /// <exception cref="UsageException">Two options do not go together, or a share is not less than 1.</exception>
    public T Applied<T>(T options, ParseResult parsed, int? steps)
        where T : UpdateOptions
    {
        OptimizerKind optimizer = parsed.GetValue(optimizerOption);
        Only(parsed, momentumOption, optimizer == OptimizerKind.Sgd, "--optimizer sgd");
        Only(parsed, meanDecayOption, optimizer != OptimizerKind.Sgd, "--optimizer adam or adamw");
        Only(parsed, squareDecayOption, optimizer != OptimizerKind.Sgd, "--optimizer adam or adamw");
        Only(parsed, decayToOption, parsed.GetValue(decayOption) is not (LearningRateDecay.Constant or LearningRateDecay.Plateau), "--decay linear, cosine or step");
        Only(parsed, weightDecayOption, optimizer != OptimizerKind.Adam, "--optimizer adamw or sgd");
        Only(parsed, averageDecayOption, parsed.GetValue(averageOption) == WeightAveraging.Exponential, "--average exponential");
        LessThanOne(parsed, momentumOption);
        LessThanOne(parsed, averageDecayOption);
        LessThanOne(parsed, meanDecayOption);
        LessThanOne(parsed, squareDecayOption);
        if (parsed.GetValue(decayToOption) > 1)
        {
            throw new UsageException("--decay-to takes a share from 0 to 1");
        }

        UpdateOptions applied = (UpdateOptions)options with
        {
            Optimizer = optimizer,
            LearningRate = parsed.GetValue(rateOption) ?? (optimizer == OptimizerKind.Sgd ? SgdRate : options.LearningRate),
            Decay = parsed.GetValue(decayOption),
            WarmUp = parsed.GetValue(warmUpOption),
            Clip = parsed.GetValue(clipOption),
            DecayTo = parsed.GetValue(decayToOption) ?? options.DecayTo,
            MeanDecay = parsed.GetValue(meanDecayOption) ?? options.MeanDecay,
            SquareDecay = parsed.GetValue(squareDecayOption) ?? options.SquareDecay,
            Momentum = parsed.GetValue(momentumOption) ?? options.Momentum,
            WeightDecay = parsed.GetValue(weightDecayOption) ?? DecayWith(optimizer, options),
            Average = parsed.GetValue(averageOption),
            AverageDecay = parsed.GetValue(averageDecayOption) ?? options.AverageDecay,
            Patience = parsed.GetValue(patienceOption),
        };
        if (applied.Average == WeightAveraging.Tail && steps is { } all && !applied.HasTail(all))
        {
            throw new UsageException(FormattableString.Invariant(
                $"--average tail averages over the last quarter without the warm-up, and of {steps} steps a warm-up of {applied.WarmUp} leaves none; give more --steps or a shorter --warm-up"));
        }

        if (steps is null && !applied.IsSameForAnyLength(UpdateOptions.LeastTimedWarmUp))
        {
            throw new UsageException(
                $"--warm-up takes {UpdateOptions.LeastTimedWarmUp} or more with a budget, which times the steps of the warm-up because the learning rate of later ones follows from the length of the run; give --steps for a shorter one");
        }

        return (T)applied;
    }

    /// <summary>How values are changed, in a few words.</summary>
    public static string Describe(UpdateOptions options)
    {
        string rule = options.Optimizer switch
        {
            OptimizerKind.Sgd => FormattableString.Invariant($"sgd with momentum {options.Momentum}"),
            OptimizerKind.AdamW => "AdamW" + Decays(options),
            _ => "Adam" + Decays(options),
        };
        string decay = options.EffectiveWeightDecay() is > 0 and var share ? FormattableString.Invariant($", weight decay {share}") : string.Empty;
        string average = options.Average switch
        {
            WeightAveraging.Exponential => FormattableString.Invariant($", weights averaged (exponential, {options.AverageDecay})"),
            WeightAveraging.Tail => ", weights averaged over the last quarter",
            WeightAveraging.Triggered => ", weights averaged from where validation no longer gets better",
            _ => string.Empty,
        };
        string patience = options.Patience > 0 ? FormattableString.Invariant($", patience {options.Patience}") : string.Empty;
        string rate = FormattableString.Invariant($", learning rate {options.LearningRate} ({options.Decay.ToString().ToLowerInvariant()}{To(options)}, warm-up {options.WarmUp}), clip {options.Clip}");
        return rule + rate + decay + average + patience;
    }

    private static double DecayWith(OptimizerKind optimizer, UpdateOptions defaults) =>
        (defaults with { Optimizer = optimizer, WeightDecay = null }).EffectiveWeightDecay();

    // What is as always is not told.
    private static string Decays(UpdateOptions options) => options is { MeanDecay: 0.9, SquareDecay: 0.999 } ? string.Empty : FormattableString.Invariant($" ({options.MeanDecay}, {options.SquareDecay})");

    private static string To(UpdateOptions options) =>
        options.DecayTo == LearningRateSchedule.Floor || options.Decay is LearningRateDecay.Constant or LearningRateDecay.Plateau ? string.Empty : FormattableString.Invariant($" to {options.DecayTo}");

    private static void Only(ParseResult parsed, Option option, bool fits, string with)
    {
        if (!fits && parsed.GetResult(option) is OptionResult { Implicit: false })
        {
            throw new UsageException($"{option.Name} goes with {with} only");
        }
    }

    private static void LessThanOne(ParseResult parsed, Option<double?> option)
    {
        if (parsed.GetValue(option) >= 1)
        {
            throw new UsageException($"{option.Name} takes a share from 0 to less than 1");
        }
    }
}
