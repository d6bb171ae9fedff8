using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Layers;
using Cellwright.Tasks;

namespace Cellwright.Cli.Commands;

/// <summary><c>evaluate</c>: how well a text model predicts a text.</summary>
internal static class EvaluateCommand
{
    private const int MostListed = 5;

    private static readonly Argument<string> ModelArgument = new("MODEL") { Description = "A model that 'train text' wrote." };
    private static readonly Argument<string> FileArgument = new("FILE") { Description = "A file of UTF-8 text, or a folder of them." };
    private static readonly Option<int?> StreamsOption = Options.OptionalWhole(
        "--streams", "Into how many parts that are read side by side the text is cut; 1 carries the state from its first character to its last. [default: by its length]", 1, 4096);

    private static readonly Option<WeightFormat> WeightsOption = Options.Choice(
        "--weights", "How the layers' matrices are held: with bfloat16 the loss is given for both formats, and the largest difference that rounding makes to a score.", WeightFormat.Float32);

    private static readonly Option<int> ThreadsOption = Options.Threads();
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "evaluate",
            "Says how well a model predicts a text: nats and bits a character, and perplexity.",
            "cellwright evaluate shakespeare.safetensors hamlet.txt --json")
        {
            ModelArgument, FileArgument, StreamsOption, WeightsOption, ThreadsOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        string path = parsed.GetValue(ModelArgument)!;
        using TextModel model = TextModel.Open(path, parsed.GetValue(ThreadsOption));
        using TextCorpus corpus = TextCorpus.Open([parsed.GetValue(FileArgument)!]);
        SymbolText symbols = corpus.EncodeKnown(model.Vocabulary, out IReadOnlyDictionary<Rune, long> unknown);
        long unknownCount = unknown.Values.Sum();
        if (symbols.Length < 2 && unknownCount > 0)
        {
            throw new CorpusException(string.Create(
                CultureInfo.InvariantCulture,
                $"of the {corpus.Length} characters of {corpus.Describe()} the model knows {symbols.Length}, and it takes two to predict one; it never saw {List(unknown.Keys)}"));
        }

        int parts = parsed.GetValue(StreamsOption) ?? 0;
        TextWeightRounding? rounding = parsed.GetValue(WeightsOption) == WeightFormat.BFloat16 ? TextWeightRounding.Of(model, symbols, parts) : null;
        TextEvaluation result = rounding?.Float32 ?? TextEvaluation.Of(model, symbols, parts);
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    model = path,
                    files = corpus.Files.Count,
                    characters = corpus.Length,
                    predicted = result.Characters,
                    streams = result.Streams,
                    nats = result.Loss,
                    bits = result.BitsPerCharacter,
                    perplexity = result.Perplexity,
                    unknownCharacters = unknownCount,
                    bfloat16 = rounding is { } both
                        ? new { nats = both.BFloat16.Loss, bits = both.BFloat16.BitsPerCharacter, perplexity = both.BFloat16.Perplexity, largestDifference = both.LargestDifference }
                        : null,
                    unknown = unknown.Select(pair => new { character = pair.Key.ToString(), count = pair.Value }),
                },
                JsonStyle.Options));
            return CommandLine.Success;
        }

        string streams = result.Streams == 1 ? "one stream" : Text($"{result.Streams} streams");
        output.WriteLine(Text($"text        {corpus.Describe()}"));
        output.WriteLine(Text($"characters  {corpus.Length:N0}, of which {result.Characters:N0} were predicted, in {streams}"));
        if (unknownCount > 0)
        {
            output.WriteLine(Text($"unknown     {unknownCount:N0} characters that the model never saw were left out: {List(unknown.Keys)}"));
        }

        output.WriteLine(Text($"loss        {result.Loss:0.0000} nats a character ({result.BitsPerCharacter:0.0000} bits)"));
        output.WriteLine(Text($"perplexity  {result.Perplexity:0.000}"));
        if (rounding is { } compared)
        {
            TextEvaluation rounded = compared.BFloat16;
            output.WriteLine(Text($"bfloat16    {rounded.Loss:0.0000} nats a character ({rounded.BitsPerCharacter:0.0000} bits), perplexity {rounded.Perplexity:0.000}"));
            output.WriteLine(Text($"difference  {rounded.Loss - result.Loss:+0.000000;-0.000000;0} nats a character; the largest of a character's score is {compared.LargestDifference:0.0000}"));
        }

        return CommandLine.Success;
    }

    private static string List(IEnumerable<Rune> characters)
    {
        Rune[] all = [.. characters];
        string more = all.Length > MostListed ? Text($" and {all.Length - MostListed} more kinds") : string.Empty;
        return string.Join(", ", all.Take(MostListed).Select(CharacterVocabulary.Show)) + more;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
