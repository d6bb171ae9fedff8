using System.Globalization;

namespace Cellwright.Onnx.Import;

/// <summary>An activation function of a recurrent operator, with its numbers.</summary>
/// <param name="Name">The name in the specification.</param>
/// <param name="Alpha">Its α; 0 where it takes none.</param>
/// <param name="Beta">Its β; 0 where it takes none.</param>
internal readonly record struct Activation(string Name, float Alpha = 0, float Beta = 0)
{
    // Defaults are those of the operators of these names. Affine and ScaledTanh are operators no more, and for ThresholdedRelu
    // ONNX Runtime takes another one than its operator has: where a reader may choose, the file has to say.
    private static readonly (string Name, bool TakesAlpha, bool TakesBeta, float? Alpha, float? Beta)[] Catalog =
    [
        ("Relu", false, false, null, null),
        ("Tanh", false, false, null, null),
        ("Sigmoid", false, false, null, null),
        ("Affine", true, true, null, null),
        ("LeakyRelu", true, false, 0.01f, null),
        ("ThresholdedRelu", true, false, null, null),
        ("ScaledTanh", true, true, null, null),
        ("HardSigmoid", true, true, 0.2f, 0.5f),
        ("Elu", true, false, 1f, null),
        ("Softsign", false, false, null, null),
        ("Softplus", false, false, null, null),
    ];

    /// <summary>Reads the functions of a node.</summary>
    /// <param name="names">Their names; case does not count, as in ONNX Runtime.</param>
    /// <param name="alphas">The values of α: taken in order by the functions that have one.</param>
    /// <param name="betas">The values of β.</param>
    /// <param name="problem">What is wrong, where the result is null.</param>
    public static Activation[]? Read(IReadOnlyList<string> names, IReadOnlyList<float> alphas, IReadOnlyList<float> betas, out string? problem)
    {
        Activation[] functions = new Activation[names.Count];
        int alpha = 0;
        int beta = 0;
        for (int i = 0; i < names.Count; i++)
        {
            int known = Array.FindIndex(Catalog, each => each.Name.Equals(names[i], StringComparison.OrdinalIgnoreCase));
            if (known < 0)
            {
                problem = $"there is no activation {OnnxFile.Quote(names[i])}; there are {string.Join(", ", Catalog.Select(each => each.Name))}";
                return null;
            }

            (string name, bool takesAlpha, bool takesBeta, float? defaultAlpha, float? defaultBeta) = Catalog[known];
            float? a = takesAlpha ? Take(alphas, ref alpha) ?? defaultAlpha : 0f;
            float? b = takesBeta ? Take(betas, ref beta) ?? defaultBeta : 0f;
            if (a is not { } one || b is not { } other)
            {
                problem = $"its activation {name} has no activation_{(a is null ? "alpha" : "beta")}, and readers differ in what it is then; say it in the file";
                return null;
            }

            if (!float.IsFinite(one) || !float.IsFinite(other))
            {
                problem = $"its activation {name} has numbers that are not finite";
                return null;
            }

            functions[i] = new Activation(name, one, other);
        }

        problem = null;
        return functions;
    }

    /// <summary>The function of the language that it is; null where it takes a line of its own.</summary>
    public string? Function => (Name, Alpha, Beta) switch
    {
        ("Relu", _, _) => "relu",
        ("Tanh", _, _) or ("ScaledTanh", 1f, 1f) => "tanh",
        ("Sigmoid", _, _) => "σ",
        ("LeakyRelu", 0.01f, _) => "leaky_relu",
        ("HardSigmoid", 0.2f, 0.5f) => "hard_sigmoid",
        ("Elu", 1f, _) => "elu",
        ("Softsign", _, _) => "softsign",
        ("Softplus", _, _) => "softplus",
        _ => null,
    };

    /// <summary>The function of an argument in the language.</summary>
    /// <param name="argument">A name or a call.</param>
    public string Of(string argument) => Function is { } function ? $"{function}({argument})" : Name switch
    {
        "Affine" => $"{Text(Alpha)} * {argument} + ({Text(Beta)})",
        "LeakyRelu" => $"max({argument}, 0) + ({Text(Alpha)}) * min({argument}, 0)",

        // The specification and ONNX Runtime differ where the argument is α: this is the latter.
        "ThresholdedRelu" => $"{argument} * relu(sign({argument} - ({Text(Alpha)})))",
        "ScaledTanh" => $"{Text(Alpha)} * tanh({Text(Beta)} * {argument})",
        "HardSigmoid" => $"clip({Text(Alpha)} * {argument} + ({Text(Beta)}), 0, 1)",
        "Elu" => $"max({argument}, 0) + ({Text(Alpha)}) * (exp(min({argument}, 0)) - 1)",
        _ => throw new InvalidOperationException($"there is no activation {Name}"),
    };

    /// <summary>A number of a file in the language: the shortest that is the same float32.</summary>
    public static string Text(float number) => number.ToString("R", CultureInfo.InvariantCulture);

    private static float? Take(IReadOnlyList<float> values, ref int next) => next < values.Count ? values[next++] : null;
}
