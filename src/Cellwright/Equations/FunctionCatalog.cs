using System.Collections.Frozen;

namespace Cellwright.Equations;

/// <summary>The functions of the language.</summary>
internal enum FunctionName
{
    Sigmoid,
    Tanh,
    Relu,
    LeakyRelu,
    Elu,
    Silu,
    Gelu,
    Softplus,
    Softsign,
    HardSigmoid,
    HardTanh,
    Exp,
    Log,
    Sqrt,
    Abs,
    Sign,
    Sin,
    Cos,
    Erf,
    Min,
    Max,
    Clip,
    Softmax,
    Norm,
}

/// <summary>A function: its name in the language and how many arguments it takes.</summary>
internal sealed record FunctionInfo(FunctionName Name, string Text, int Arity)
{
    /// <summary>Whether an element of the result depends on the whole vector.</summary>
    public bool IsOverWidth => Name is FunctionName.Softmax or FunctionName.Norm;
}

/// <summary>The functions by every spelling.</summary>
internal static class FunctionCatalog
{
    private static readonly FrozenDictionary<string, FunctionInfo> BySpelling = Build();

    /// <summary>Every spelling, for suggestions.</summary>
    public static IEnumerable<string> Spellings => BySpelling.Keys;

    /// <summary>The spellings of one function, the one of the language first.</summary>
    public static IEnumerable<string> SpellingsOf(FunctionInfo function) =>
        BySpelling.Where(pair => pair.Value == function).Select(pair => pair.Key).OrderBy(spelling => spelling != function.Text).ThenBy(spelling => spelling, StringComparer.Ordinal);

    /// <summary>A function's name as papers set it upright: ReLU, LeakyReLU, softmax.</summary>
    public static string Upright(string spelling) => spelling switch
    {
        "relu" => "ReLU",
        "leaky_relu" => "LeakyReLU",
        "elu" => "ELU",
        "silu" => "SiLU",
        "gelu" => "GELU",
        _ => spelling.Replace("_", string.Empty, StringComparison.Ordinal),
    };

    public static FunctionInfo? Find(string spelling) => BySpelling.GetValueOrDefault(spelling);

    private static FrozenDictionary<string, FunctionInfo> Build()
    {
        Dictionary<string, FunctionInfo> table = new(StringComparer.Ordinal);
        void Add(FunctionName name, int arity, string text, params ReadOnlySpan<string> others)
        {
            FunctionInfo function = new(name, text, arity);
            table.Add(text, function);
            foreach (string other in others)
            {
                table.Add(other, function);
            }
        }

        Add(FunctionName.Sigmoid, 1, "sigmoid", "sigma", "sigm", "logistic");
        Add(FunctionName.Tanh, 1, "tanh", "tgh");
        Add(FunctionName.Relu, 1, "relu", "ReLU");
        Add(FunctionName.LeakyRelu, 1, "leaky_relu", "leakyrelu", "LeakyReLU");
        Add(FunctionName.Elu, 1, "elu", "ELU");
        Add(FunctionName.Silu, 1, "silu", "SiLU", "swish");
        Add(FunctionName.Gelu, 1, "gelu", "GELU");
        Add(FunctionName.Softplus, 1, "softplus");
        Add(FunctionName.Softsign, 1, "softsign");
        Add(FunctionName.HardSigmoid, 1, "hard_sigmoid", "hardsigmoid");
        Add(FunctionName.HardTanh, 1, "hard_tanh", "hardtanh");
        Add(FunctionName.Exp, 1, "exp");
        Add(FunctionName.Log, 1, "log", "ln");
        Add(FunctionName.Sqrt, 1, "sqrt");
        Add(FunctionName.Abs, 1, "abs");
        Add(FunctionName.Sign, 1, "sign", "sgn");
        Add(FunctionName.Sin, 1, "sin");
        Add(FunctionName.Cos, 1, "cos");
        Add(FunctionName.Erf, 1, "erf");
        Add(FunctionName.Min, 2, "min");
        Add(FunctionName.Max, 2, "max");
        Add(FunctionName.Clip, 3, "clip");
        Add(FunctionName.Softmax, 1, "softmax");
        Add(FunctionName.Norm, 1, "norm");
        return table.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
