using System.CommandLine;
using System.CommandLine.Parsing;
using Cellwright.Training;

namespace Cellwright.Cli;

/// <summary>The options of every command that trains: optimizer, learning rate, clipping, averaging, and which model is kept.</summary>
internal static class UpdateFlags
{
    private const double SgdRate = 0.3;
    private const double AdamWDecay = 0.01;

    private static readonly Option<OptimizerKind> OptimizerOption = Options.Choice("--optimizer", "What changes weights by their gradients.", OptimizerKind.Adam);
    private static readonly Option<double?> RateOption = Options.OptionalReal("--learning-rate", "The learning rate after its warm-up. [default: 0.003; with sgd 0.3]");
    private static readonly Option<LearningRateDecay> DecayOption = Options.Choice(
        "--decay", "How the learning rate falls to a tenth, or that it stays, or that it halves where validation gets no better.", LearningRateDecay.Cosine);

    private static readonly Option<int> WarmUpOption = Options.Whole("--warm-up", "Steps over which the learning rate rises.", 50, 0, int.MaxValue);
    private static readonly Option<double> ClipOption = Options.Real("--clip", "The largest norm of all gradients together; longer ones are shortened to it.", 1.0);
    private static readonly Option<double?> MomentumOption = Options.OptionalReal("--momentum", "With sgd, the share of the last step that goes on; less than 1. [default: 0.9]", zeroToo: true);
    private static readonly Option<double?> WeightDecayOption = Options.OptionalReal(
        "--weight-decay", "With adamw or sgd, the share of itself, times the learning rate, that a weight loses in each step; biases lose nothing. [default: 0.01 with adamw, else 0]", zeroToo: true);

    private static readonly Option<WeightAveraging> AverageOption = Options.Choice(
        "--average", "Validate, sample and save an average of the weights: exponential, or the mean over the last quarter of the run.", WeightAveraging.None);

    private static readonly Option<double?> AverageDecayOption = Options.OptionalReal(
        "--average-decay", "With --average exponential, the share of the old average that each step keeps; less than 1. [default: 0.999]", zeroToo: true);

    private static readonly Option<int> PatienceOption = Options.Whole(
        "--patience", "End early after so many validations in a row that were no better than the best; 0 for never.", 0, 0, int.MaxValue);

    private static readonly Option<KeptModel> KeepOption = Options.Choice("--keep", "Which model is written at the end: the one of the best validation, or the last.", KeptModel.Best);

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            OptimizerOption, RateOption, DecayOption, WarmUpOption, ClipOption, MomentumOption, WeightDecayOption, AverageOption, AverageDecayOption, PatienceOption, KeepOption])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Which model a run's result is.</summary>
    public static KeptModel Keep(ParseResult parsed) => parsed.GetValue(KeepOption);

    /// <summary>Training options with what was given.</summary>
    /// <param name="options">The other options of the training.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="isTimed">Whether a budget decides the number of steps.</param>
    /// <exception cref="UsageException">Two options do not go together, or a share is not less than 1.</exception>
    public static T Applied<T>(T options, ParseResult parsed, bool isTimed)
        where T : UpdateOptions
    {
        OptimizerKind optimizer = parsed.GetValue(OptimizerOption);
        Only(parsed, MomentumOption, optimizer == OptimizerKind.Sgd, "--optimizer sgd");
        Only(parsed, WeightDecayOption, optimizer != OptimizerKind.Adam, "--optimizer adamw or sgd");
        Only(parsed, AverageDecayOption, parsed.GetValue(AverageOption) == WeightAveraging.Exponential, "--average exponential");
        LessThanOne(parsed, MomentumOption);
        LessThanOne(parsed, AverageDecayOption);
        UpdateOptions applied = (UpdateOptions)options with
        {
            Optimizer = optimizer,
            LearningRate = parsed.GetValue(RateOption) ?? (optimizer == OptimizerKind.Sgd ? SgdRate : options.LearningRate),
            Decay = parsed.GetValue(DecayOption),
            WarmUp = parsed.GetValue(WarmUpOption),
            Clip = parsed.GetValue(ClipOption),
            Momentum = parsed.GetValue(MomentumOption) ?? options.Momentum,
            WeightDecay = parsed.GetValue(WeightDecayOption) ?? (optimizer == OptimizerKind.AdamW ? AdamWDecay : 0.0),
            Average = parsed.GetValue(AverageOption),
            AverageDecay = parsed.GetValue(AverageDecayOption) ?? options.AverageDecay,
            Patience = parsed.GetValue(PatienceOption),
        };
        if (isTimed && !applied.IsSameForAnyLength(UpdateOptions.LeastTimedWarmUp))
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
            OptimizerKind.AdamW => "AdamW",
            _ => "Adam",
        };
        string decay = options.WeightDecay > 0 ? FormattableString.Invariant($", weight decay {options.WeightDecay}") : string.Empty;
        string average = options.Average switch
        {
            WeightAveraging.Exponential => FormattableString.Invariant($", weights averaged (exponential, {options.AverageDecay})"),
            WeightAveraging.Tail => ", weights averaged over the last quarter",
            _ => string.Empty,
        };
        string patience = options.Patience > 0 ? FormattableString.Invariant($", patience {options.Patience}") : string.Empty;
        string rate = FormattableString.Invariant($", learning rate {options.LearningRate} ({options.Decay.ToString().ToLowerInvariant()}, warm-up {options.WarmUp}), clip {options.Clip}");
        return rule + rate + decay + average + patience;
    }

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
