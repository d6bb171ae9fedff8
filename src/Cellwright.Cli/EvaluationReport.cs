using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Tasks;

namespace Cellwright.Cli;

/// <summary>What <c>evaluate</c> tells.</summary>
/// <param name="Model">The model's file.</param>
/// <param name="Unit">What is predicted: <c>character</c> or <c>byte</c>.</param>
/// <param name="Text">The text in a few words.</param>
/// <param name="Files">Each file.</param>
/// <param name="Total">All together.</param>
/// <param name="Dynamic">How the model adapted, where it did.</param>
/// <param name="IsHeldOut">Whether only the last tenth of the files was judged.</param>
internal sealed record EvaluationReport(string Model, string Unit, string Text, IReadOnlyList<FileEvaluation> Files, FileEvaluation Total, DynamicEvaluationOptions? Dynamic, bool IsHeldOut)
{
    private const int MostListed = 5;

    /// <summary>Some characters as a sentence lists them.</summary>
    public static string List(IEnumerable<Rune> characters)
    {
        Rune[] all = [.. characters];
        string more = all.Length > MostListed ? Written($" and {all.Length - MostListed} more kinds") : string.Empty;
        return string.Join(", ", all.Take(MostListed).Select(CharacterVocabulary.Show)) + more;
    }

    /// <summary>Writes it for people.</summary>
    public void Write(TextWriter output)
    {
        if (Files.Count > 1)
        {
            WriteTable(output);
            output.WriteLine();
        }

        TextEvaluation result = Total.Plain!.Value;
        string streams = Files.Count > 1 ? "each file by itself" : result.Streams == 1 ? "in one stream" : Written($"in {result.Streams} streams");
        output.WriteLine($"text        {Text}");
        output.WriteLine(Written($"{Unit + "s",-10}  {Total.Length:N0}, of which {result.Characters:N0} were predicted, {streams}"));
        if (Total.UnknownCount > 0)
        {
            // The tenth is one of what is known, so what is not has no place in it or before it.
            string before = IsHeldOut ? " of the whole text before its last tenth was taken" : string.Empty;
            output.WriteLine(Written($"unknown     {Total.UnknownCount:N0} characters that the model never saw were left out{before}: {List(Total.Unknown.Keys)}"));
        }

        output.WriteLine(Written($"loss        {result.Loss:0.0000} nats a {Unit} ({result.BitsPerCharacter:0.0000} bits)"));
        output.WriteLine(Written($"perplexity  {result.Perplexity:0.000}"));
        if (Total.Rounding is { } compared)
        {
            TextEvaluation rounded = compared.BFloat16;
            output.WriteLine(Written($"bfloat16    {rounded.Loss:0.0000} nats a {Unit} ({rounded.BitsPerCharacter:0.0000} bits), perplexity {rounded.Perplexity:0.000}"));
            output.WriteLine(Written($"difference  {rounded.Loss - result.Loss:+0.000000;-0.000000;0} nats a {Unit}; the largest of a {Unit}'s score is {compared.LargestDifference:0.0000}"));
        }

        if (Total.Dynamic is { } adapted && Dynamic is { } options)
        {
            output.WriteLine(Written($"dynamic     {adapted.Loss:0.0000} nats a {Unit} ({adapted.BitsPerCharacter:0.0000} bits), perplexity {adapted.Perplexity:0.000}"));
            output.WriteLine(Written($"            in one stream, learning as it reads: {Name(options.Rule)}, rate {options.LearningRate}, decay {options.Decay}, every {options.Window} {Unit}s; the model's file stays as it is"));
        }
    }

    /// <summary>Writes it for machines.</summary>
    public void WriteJson(TextWriter output)
    {
        TextEvaluation result = Total.Plain!.Value;
        output.WriteLine(JsonSerializer.Serialize(
            new
            {
                model = Model,
                files = Files.Count,
                characters = Total.Length,
                predicted = result.Characters,
                streams = result.Streams,
                nats = result.Loss,
                bits = result.BitsPerCharacter,
                perplexity = result.Perplexity,
                unknownCharacters = Total.UnknownCount,
                bfloat16 = Rounded(Total),
                dynamic = Dynamic is { } options && Total.Dynamic is { } adapted
                    ? new
                    {
                        nats = adapted.Loss,
                        bits = adapted.BitsPerCharacter,
                        perplexity = adapted.Perplexity,
                        rule = Name(options.Rule),
                        rate = options.LearningRate,
                        decay = options.Decay,
                        window = options.Window,
                    }
                    : null,
                unknown = Total.Unknown.Select(pair => new { character = pair.Key.ToString(), count = pair.Value }),
                byFile = Files.Select(file => new
                {
                    file = file.Name,
                    characters = file.Length,
                    predicted = file.Plain?.Characters ?? 0,
                    streams = file.Plain?.Streams,
                    nats = file.Plain?.Loss,
                    bits = file.Plain?.BitsPerCharacter,
                    perplexity = file.Plain?.Perplexity,
                    unknownCharacters = file.UnknownCount,
                    bfloat16 = Rounded(file),
                    dynamic = file.Dynamic is { } own ? new { nats = own.Loss, bits = own.BitsPerCharacter, perplexity = own.Perplexity } : null,
                }),
            },
            JsonStyle.Options));
    }

    private static object? Rounded(FileEvaluation file) => file.Rounding is { } both
        ? new { nats = both.BFloat16.Loss, bits = both.BFloat16.BitsPerCharacter, perplexity = both.BFloat16.Perplexity, largestDifference = both.LargestDifference }
        : null;

    private static string Name(DynamicRule rule) => rule.ToString().ToLowerInvariant();

    private static string Written(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void WriteTable(TextWriter output)
    {
        string[] more = [.. Total.Rounding is null ? (string[])[] : ["bfloat16"], .. Total.Dynamic is null ? (string[])[] : ["dynamic"]];
        OutputTable table = new(["file", "predicted", "unknown", "nats", "bits", "perplexity", .. more.Select(name => name + " nats")]);
        foreach (FileEvaluation file in Files.Append(Total))
        {
            TextEvaluation?[] others = [.. Total.Rounding is null ? (TextEvaluation?[])[] : [file.Rounding?.BFloat16], .. Total.Dynamic is null ? (TextEvaluation?[])[] : [file.Dynamic]];
            table.Add([
                file.Name,
                Written($"{file.Plain?.Characters ?? 0:N0}"),
                Written($"{file.UnknownCount:N0}"),
                file.Plain is { } plain ? Written($"{plain.Loss:0.0000}") : "-",
                file.Plain is { } bits ? Written($"{bits.BitsPerCharacter:0.0000}") : "-",
                file.Plain is { } perplexity ? Written($"{perplexity.Perplexity:0.000}") : "-",
                .. others.Select(other => other is { } each ? Written($"{each.Loss:0.0000}") : "-"),
            ]);
        }

        table.Write(output);
    }
}
