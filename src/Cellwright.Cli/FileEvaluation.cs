using System.Text;
using Cellwright.Layers;
using Cellwright.Tasks;

namespace Cellwright.Cli;

/// <summary>How well a model predicts one text, in each way that was asked for.</summary>
/// <param name="Name">The file, or what the text is called.</param>
/// <param name="Length">Its characters, known or not.</param>
/// <param name="Plain">The evaluation with the model as it is; null where fewer than two characters are known.</param>
/// <param name="Rounding">With rounded matrices too, where asked for.</param>
/// <param name="Dynamic">With the model adapting on the way, where asked for.</param>
/// <param name="Unknown">The characters that the model never saw, and how often each is there.</param>
internal sealed record FileEvaluation(
    string Name, long Length, TextEvaluation? Plain, TextWeightRounding? Rounding, TextEvaluation? Dynamic, IReadOnlyDictionary<Rune, long> Unknown)
{
    /// <summary>How many characters the model never saw.</summary>
    public long UnknownCount => Unknown.Values.Sum();

    /// <summary>Evaluates one text.</summary>
    public static FileEvaluation Of(
        string name, long length, TextModel model, SymbolText symbols, IReadOnlyDictionary<Rune, long> unknown, int streams, WeightFormat weights, DynamicEvaluation? dynamic)
    {
        if (symbols.Length < 2)
        {
            return new FileEvaluation(name, length, null, null, null, unknown);
        }

        TextWeightRounding? rounding = weights == WeightFormat.BFloat16 ? TextWeightRounding.Of(model, symbols, streams) : null;
        return new FileEvaluation(name, length, rounding?.Float32 ?? TextEvaluation.Of(model, symbols, streams), rounding, dynamic?.Of(symbols), unknown);
    }

    /// <summary>All texts together; null where the model predicted nothing.</summary>
    public static FileEvaluation? Total(IReadOnlyList<FileEvaluation> files)
    {
        FileEvaluation[] read = [.. files.Where(file => file.Plain is not null)];
        if (read.Length == 0)
        {
            return null;
        }

        TextEvaluation plain = TextEvaluation.Total([.. read.Select(file => file.Plain!.Value)]);
        return new FileEvaluation(
            "total",
            files.Sum(file => file.Length),
            plain,
            read[0].Rounding is null ? null : new TextWeightRounding(
                plain, TextEvaluation.Total([.. read.Select(file => file.Rounding!.Value.BFloat16)]), read.Max(file => file.Rounding!.Value.LargestDifference)),
            read[0].Dynamic is null ? null : TextEvaluation.Total([.. read.Select(file => file.Dynamic!.Value)]),
            new SortedDictionary<Rune, long>(files.SelectMany(file => file.Unknown).GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Sum(pair => pair.Value))));
    }
}
