using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Cellwright.Tasks;

namespace Cellwright.Cli;

/// <summary>The options that say how a model adapts to what it reads.</summary>
internal static class DynamicFlags
{
    private static readonly Option<DynamicRule?> RuleOption = new("--dynamic")
    {
        Description = "Also evaluate while learning from what has been predicted (dynamic evaluation, Krause and others, 2018), from the trained values on in each file; the model's file stays as it is. With rms the rate of each weight follows from its gradients in training, and --statistics is needed.",
        HelpName = "sgd|rms",
        CustomParser = result => Enum.TryParse(result.Tokens[0].Value, ignoreCase: true, out DynamicRule rule) && Enum.IsDefined(rule) && char.IsAsciiLetter(result.Tokens[0].Value[0])
            ? rule
            : Refused(result),
    };

    private static readonly Option<double?> RateOption = Options.OptionalReal(
        "--dynamic-rate", FormattableString.Invariant($"With --dynamic, the learning rate. [default: {DynamicEvaluationOptions.DefaultRate(DynamicRule.Sgd)}; with rms {DynamicEvaluationOptions.DefaultRate(DynamicRule.Rms)}]"));

    private static readonly Option<double?> DecayOption = Options.OptionalReal(
        "--dynamic-decay", FormattableString.Invariant($"With --dynamic, the share of the way back to the trained values that each update goes; at most 1. [default: {DynamicEvaluationOptions.DefaultDecay(DynamicRule.Sgd)}; with rms {DynamicEvaluationOptions.DefaultDecay(DynamicRule.Rms)}]"), zeroToo: true);

    private static readonly Option<int?> WindowOption = Options.OptionalWhole(
        "--dynamic-window", FormattableString.Invariant($"With --dynamic, the characters from one update to the next. [default: {new DynamicEvaluationOptions().Window}]"), 1, 65536);

    private static readonly Option<string[]> StatisticsOption = new("--statistics")
    {
        Description = "With --dynamic rms, the files or folders that the model was trained on; the squares of gradients are taken from their first nine tenths, which training reads.",
        HelpName = "path",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    /// <summary>Adds the options to a command.</summary>
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[RuleOption, RateOption, DecayOption, WindowOption, StatisticsOption])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>How the model adapts; null where it does not.</summary>
    /// <exception cref="UsageException">Two options do not go together.</exception>
    public static DynamicEvaluationOptions? Read(ParseResult parsed)
    {
        DynamicRule? rule = parsed.GetValue(RuleOption);
        foreach (Option option in (Option[])[RateOption, DecayOption, WindowOption, StatisticsOption])
        {
            if (rule is null && parsed.GetResult(option) is OptionResult { Implicit: false })
            {
                throw new UsageException($"{option.Name} goes with --dynamic only");
            }
        }

        if (rule is not { } known)
        {
            return null;
        }

        if (known == DynamicRule.Rms != (parsed.GetValue(StatisticsOption)!.Length > 0))
        {
            throw new UsageException(known == DynamicRule.Rms
                ? "--dynamic rms needs --statistics with what the model was trained on; give it, or take --dynamic sgd"
                : "--statistics goes with --dynamic rms only");
        }

        if (parsed.GetValue(DecayOption) > 1)
        {
            throw new UsageException("--dynamic-decay takes a share from 0 to 1");
        }

        return new DynamicEvaluationOptions
        {
            Rule = known,
            LearningRate = parsed.GetValue(RateOption) ?? DynamicEvaluationOptions.DefaultRate(known),
            Decay = parsed.GetValue(DecayOption) ?? DynamicEvaluationOptions.DefaultDecay(known),
            Window = parsed.GetValue(WindowOption) ?? new DynamicEvaluationOptions().Window,
        };
    }

    /// <summary>A model made ready to adapt.</summary>
    public static DynamicEvaluation Prepare(ParseResult parsed, TextModel model, DynamicEvaluationOptions options)
    {
        if (options.Rule == DynamicRule.Sgd)
        {
            return new DynamicEvaluation(model, options);
        }

        using TextCorpus corpus = TextCorpus.Open(parsed.GetValue(StatisticsOption)!, model.Vocabulary.IsBytes);
        SymbolText symbols = corpus.EncodeKnown(model.Vocabulary, out IReadOnlyDictionary<Rune, long> unknown);
        return unknown.Count == 0
            ? new DynamicEvaluation(model, options, TextSplit.Of(symbols).Training)
            : throw new CorpusException($"--statistics has characters that the model never saw: {EvaluationReport.List(unknown.Keys)}; give what the model was trained on");
    }

    private static DynamicRule? Refused(ArgumentResult result)
    {
        result.AddError($"--dynamic takes sgd or rms, not '{result.Tokens[0].Value}'");
        return null;
    }
}
