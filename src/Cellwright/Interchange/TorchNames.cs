namespace Cellwright.Interchange;

/// <summary>The names that torch.nn.LSTM, GRU and RNN give their tensors: <c>weight_ih_l0</c>, <c>bias_hh_l1_reverse</c>, ….</summary>
internal static class TorchNames
{
    /// <summary>What multiplies the input, the gates one below the other: [gates · hidden, input].</summary>
    public const string InputWeight = "weight_ih";

    /// <summary>What multiplies h[t-1]: [gates · hidden, width of h].</summary>
    public const string HiddenWeight = "weight_hh";

    /// <summary>The bias beside the input's product: [gates · hidden].</summary>
    public const string InputBias = "bias_ih";

    /// <summary>The bias beside the product with h[t-1].</summary>
    public const string HiddenBias = "bias_hh";

    /// <summary>The projection of an LSTM with proj_size: [proj_size, hidden].</summary>
    public const string Projection = "weight_hr";

    /// <summary>The kinds in the order in which a module registers them.</summary>
    public static IReadOnlyList<string> Kinds { get; } = [InputWeight, HiddenWeight, InputBias, HiddenBias, Projection];

    /// <summary>What stands behind a kind: the layer and the direction.</summary>
    public static string Suffix(int layer, bool isReverse) => FormattableString.Invariant($"_l{layer}{(isReverse ? "_reverse" : string.Empty)}");

    /// <summary>The prefixes under which modules stand, each with whether it is a cell of one step (nn.LSTMCell), which numbers no layers.</summary>
    public static IReadOnlyList<(string Prefix, bool IsCell)> Modules(IEnumerable<string> names)
    {
        SortedDictionary<string, bool> found = new(StringComparer.Ordinal);
        foreach (string name in names)
        {
            foreach ((string end, bool isCell) in new[] { (InputWeight + Suffix(0, false), false), (InputWeight, true) })
            {
                if (name.EndsWith(end, StringComparison.Ordinal) && (name.Length == end.Length || name[^(end.Length + 1)] == '.'))
                {
                    found[name[..^end.Length]] = isCell;
                }
            }
        }

        return [.. found.Select(pair => (pair.Key, pair.Value))];
    }
}
