using System.CommandLine;
using System.Globalization;
using System.Text;
using Cellwright.Layers;
using Cellwright.Tasks;

namespace Cellwright.Cli.Commands;

/// <summary><c>evaluate</c>: how well a text model predicts texts.</summary>
internal static class EvaluateCommand
{
    private static readonly Argument<string> ModelArgument = new("MODEL") { Description = "A model that 'train text' wrote." };
    private static readonly Argument<string[]> FilesArgument = Options.Paths("FILE", "Files of UTF-8 text, or of anything where the model was trained on bytes, or folders of them; each file is judged by itself.");
    private static readonly Option<bool> HeldOutOption = new("--held-out")
    {
        Description = "Judge by the last tenth of the files together only, which 'train text' does not learn from.",
    };

    private static readonly Option<int?> StreamsOption = Options.OptionalWhole(
        "--streams", "Into how many parts that are read side by side a text is cut; 1 carries the state from its first character to its last. [default: by its length]", 1, 4096);

    private static readonly Option<WeightFormat> WeightsOption = Options.Choice(
        "--weights", "How the layers' matrices are held: with bfloat16 the loss is given for both formats, and the largest difference that rounding makes to a score.", WeightFormat.Float32);

    private static readonly Option<int> ThreadsOption = Options.Threads();
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "evaluate",
            "Says how well a model predicts texts, by file and in all: nats and bits a character, and perplexity.",
            "cellwright evaluate shakespeare.safetensors hamlet.txt sonnets/ --dynamic sgd")
        {
            ModelArgument, FilesArgument, HeldOutOption, StreamsOption, WeightsOption,
        };
        FilesArgument.Arity = ArgumentArity.OneOrMore;
        DynamicFlags.AddTo(command);
        command.Options.Add(ThreadsOption);
        command.Options.Add(JsonOption);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(ModelArgument)!;
        DynamicEvaluationOptions? options = DynamicFlags.Read(parsed);
        using TextModel model = TextModel.Open(path, parsed.GetValue(ThreadsOption));
        string[] paths = parsed.GetValue(FilesArgument)!;
        IReadOnlyList<string> files = TextCorpus.FilesIn(paths);
        using DynamicEvaluation? dynamic = options is null ? null : DynamicFlags.Prepare(parsed, model, options);
        bool heldOut = parsed.GetValue(HeldOutOption);
        List<FileEvaluation> evaluations = [];
        string text = string.Empty;
        foreach (IReadOnlyList<string> each in heldOut || files.Count == 0 ? (IReadOnlyList<string>[])[paths] : [.. files.Select(file => (IReadOnlyList<string>)[file])])
        {
            using TextCorpus? corpus = Open(each, model.Vocabulary.IsBytes, isOneOfSeveral: files.Count > 1 && !heldOut);
            if (corpus is null)
            {
                evaluations.Add(new FileEvaluation(each[0], 0, null, null, null, new Dictionary<Rune, long>()));
                continue;
            }

            SymbolText symbols = corpus.EncodeKnown(model.Vocabulary, out IReadOnlyDictionary<Rune, long> unknown);
            text = corpus.Describe();
            if (heldOut)
            {
                symbols = TextSplit.Of(symbols).Validation;
                text = string.Create(CultureInfo.InvariantCulture, $"the last {symbols.Length:N0} {model.Vocabulary.Unit}s of {text}");
            }

            evaluations.Add(FileEvaluation.Of(
                heldOut ? "held out" : each[0], heldOut ? symbols.Length : corpus.Length, model, symbols, unknown, parsed.GetValue(StreamsOption) ?? 0, parsed.GetValue(WeightsOption), dynamic));
        }

        FileEvaluation total = FileEvaluation.Total(evaluations) ?? throw NothingToPredict(evaluations, text);
        EvaluationReport report = new(path, model.Vocabulary.Unit, evaluations.Count == 1 ? text : $"{evaluations.Count} files", evaluations, total, options, heldOut);
        if (parsed.GetValue(JsonOption))
        {
            report.WriteJson(parsed.InvocationConfiguration.Output);
        }
        else
        {
            report.Write(parsed.InvocationConfiguration.Output);
        }

        return CommandLine.Success;
    }

    // An empty file among others is no reason to refuse them.
    private static TextCorpus? Open(IReadOnlyList<string> files, bool asBytes, bool isOneOfSeveral) =>
        isOneOfSeveral && new FileInfo(files[0]).Length == 0 ? null : TextCorpus.Open(files, asBytes);

    private static CorpusException NothingToPredict(List<FileEvaluation> files, string text)
    {
        long unknown = files.Sum(file => file.UnknownCount);
        long length = files.Sum(file => file.Length);
        return new CorpusException(unknown > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"of the {length} characters of {(files.Count == 1 ? text : $"{files.Count} files")} the model knows {length - unknown}, and it takes two to predict one; it never saw {EvaluationReport.List(files.SelectMany(file => file.Unknown.Keys).Distinct().Order())}")
            : "a text of fewer than two characters has nothing to predict; give a longer text");
    }
}
