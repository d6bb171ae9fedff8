using static Cellwright.Tests.Zoo.ZooReference;

namespace Cellwright.Tests.Zoo;

/// <summary>The layer-normalized cells of Ba, Kiros and Hinton 2016, in plain double precision, from the papers and not from our parser.</summary>
internal static class NormalizedReferences
{
    public static ReferenceCell[] Cells { get; } =
    [
        new("lstm-norm", ["c", "h"], "h", "W_h:h>hhhh alpha_1:.>hhhh beta_1:.>hhhh W_x:x>hhhh alpha_2:.>hhhh beta_2:.>hhhh b:.>hhhh alpha_3:. beta_3:.", LstmNorm),
        new("gru-norm", ["h"], "h", "W_h:h>hh alpha_1:.>hh beta_1:.>hh W_x:x>hh alpha_2:.>hh beta_2:.>hh W:x alpha_3:. beta_3:. U:h alpha_4:. beta_4:.", GruNorm),
    ];

    // Mean 0 and variance 1 over the whole vector, then a gain and a bias for each element.
    private static double[] LayerNorm(ReferenceWeights p, int number, double[] values)
    {
        double mean = values.Average();
        double variance = values.Average(value => (value - mean) * (value - mean));
        return Each(values.Length, k => (p[$"alpha_{number}", k] * (values[k] - mean) / Math.Sqrt(variance + 1e-5)) + p[$"beta_{number}", k]);
    }

    private static double[] Multiply(ReferenceWeights p, string matrix, double[] operand) =>
        Each(p.Matrices[matrix].GetLength(0), k => p.Dot(matrix, k, operand));

    private static Dictionary<string, double[]> LstmNorm(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = h.Length;
        double[] left = LayerNorm(p, 1, Multiply(p, "W_h", h)), right = LayerNorm(p, 2, Multiply(p, "W_x", x));
        double[] Gate(int number) => Each(n, k => left[(number * n) + k] + right[(number * n) + k] + p["b", (number * n) + k]);
        double[] f = Gate(0), i = Gate(1), o = Gate(2), g = Gate(3);
        double[] next = Each(n, k => (Sigma(f[k]) * c[k]) + (Sigma(i[k]) * Math.Tanh(g[k])));
        double[] seen = LayerNorm(p, 3, next);
        return new() { ["f"] = f, ["i"] = i, ["o"] = o, ["g"] = g, ["c"] = next, ["h"] = Each(n, k => Sigma(o[k]) * Math.Tanh(seen[k])) };
    }

    private static Dictionary<string, double[]> GruNorm(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] left = LayerNorm(p, 1, Multiply(p, "W_h", h)), right = LayerNorm(p, 2, Multiply(p, "W_x", x));
        double[] z = Each(n, k => left[k] + right[k]), r = Each(n, k => left[n + k] + right[n + k]);
        double[] fromInput = LayerNorm(p, 3, Multiply(p, "W", x)), fromState = LayerNorm(p, 4, Multiply(p, "U", h));
        double[] candidate = Each(n, k => Math.Tanh(fromInput[k] + (Sigma(r[k]) * fromState[k])));
        return new() { ["z"] = z, ["r"] = r, ["h_hat"] = candidate, ["h"] = Each(n, k => ((1 - Sigma(z[k])) * h[k]) + (Sigma(z[k]) * candidate[k])) };
    }
}
