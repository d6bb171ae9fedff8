using static Cellwright.Tests.Zoo.ZooReference;

namespace Cellwright.Tests.Zoo;

/// <summary>Cells without gates, or whose gates see the input alone, in plain double precision, from the papers and not from our parser.</summary>
internal static class PlainReferences
{
    public static ReferenceCell[] Cells { get; } =
    [
        new("indrnn", ["h"], "h", "W:x u:. b:.", IndRnn),
        new("fast-rnn", ["h"], "h", "alpha_hat:.>1 beta_hat:.>1 W:x U:h b:.", FastRnn),
        new("fast-grnn", ["h"], "h", "zeta_hat:.>1 nu_hat:.>1 W_1:k W_2:k>x U_1:k U_2:k b_z:. b_h:.", FastGrnn),
        new("rhn", ["y"], "y", "W_H:x R_H1:h b_H1:. W_T:x R_T1:h b_T1:. W_C:x R_C1:h b_C1:. R_H2:h b_H2:. R_T2:h b_T2:. R_C2:h b_C2:.", RecurrentHighway),
        new("min-gru", ["h"], "h", "W_z:x b_z:. W_h:x b_h:.", MinGru),
        new("min-lstm", ["h"], "h", "W_f:x b_f:. W_i:x b_i:. W_h:x b_h:.", MinLstm),
        new("qrnn", ["c", "x"], "h", "V_z:x W_z:x b_z:. V_f:x W_f:x b_f:. V_o:x W_o:x b_o:.", QuasiRecurrent),
        new("sru", ["c"], "h", "W_f:x v_f:. b_f:. W:x W_r:x v_r:. b_r:.", SimpleRecurrentUnit),
    ];

    // Li and others 2018: the recurrent weight is a vector.
    private static Dictionary<string, double[]> IndRnn(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        return new() { ["h"] = Each(h.Length, k => Math.Max(0, p.Dot("W", k, x) + (p["u", k] * h[k]) + p["b", k])) };
    }

    // Kusupati and others 2018, FastRNN: a residual connection of two trained weights, each in (0, 1).
    private static Dictionary<string, double[]> FastRnn(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        double alpha = Sigma(p["alpha_hat", 0]), beta = Sigma(p["beta_hat", 0]);
        double[] candidate = Each(h.Length, k => Math.Tanh(p.Dot("W", k, x) + p.Dot("U", k, h) + p["b", k]));
        return new() { ["h_tilde"] = candidate, ["h"] = Each(h.Length, k => (alpha * candidate[k]) + (beta * h[k])) };
    }

    // Kusupati and others 2018, FastGRNN with W = W_1 W_2ᵀ and U = U_1 U_2ᵀ.
    private static Dictionary<string, double[]> FastGrnn(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double zeta = Sigma(p["zeta_hat", 0]), nu = Sigma(p["nu_hat", 0]);
        double[] thinX = Each(ReferenceCell.Thin, k => p.DotColumn("W_2", k, x));
        double[] thinH = Each(ReferenceCell.Thin, k => p.DotColumn("U_2", k, h));
        double[] net = Each(n, k => p.Dot("W_1", k, thinX) + p.Dot("U_1", k, thinH));
        double[] z = Each(n, k => Sigma(net[k] + p["b_z", k]));
        double[] candidate = Each(n, k => Math.Tanh(net[k] + p["b_h", k]));
        return new()
        {
            ["p"] = thinX,
            ["q"] = thinH,
            ["a"] = net,
            ["z"] = z,
            ["h_tilde"] = candidate,
            ["h"] = Each(n, k => (((zeta * (1 - z[k])) + nu) * candidate[k]) + (z[k] * h[k])),
        };
    }

    // Zilly and others 2017 with two layers a step: s_0 is the last output, and the input enters the first layer only.
    private static Dictionary<string, double[]> RecurrentHighway(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        Dictionary<string, double[]> signals = [];
        double[] s = before["y"];
        int n = s.Length;
        for (int layer = 1; layer <= 2; layer++)
        {
            double[] from = s;
            double Net(string part, int k) => (layer == 1 ? p.Dot("W_" + part, k, x) : 0) + p.Dot($"R_{part}{layer}", k, from) + p[$"b_{part}{layer}", k];
            double[] h = signals[$"H_{layer}"] = Each(n, k => Math.Tanh(Net("H", k)));
            double[] t = signals[$"T_{layer}"] = Each(n, k => Sigma(Net("T", k)));
            double[] c = signals[$"C_{layer}"] = Each(n, k => Sigma(Net("C", k)));
            s = signals[layer == 1 ? "s_1" : "y"] = Each(n, k => (h[k] * t[k]) + (from[k] * c[k]));
        }

        return signals;
    }

    // Feng and others 2024, minGRU.
    private static Dictionary<string, double[]> MinGru(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] z = Each(n, k => Sigma(p.Dot("W_z", k, x) + p["b_z", k]));
        double[] candidate = Each(n, k => p.Dot("W_h", k, x) + p["b_h", k]);
        return new() { ["z"] = z, ["h_tilde"] = candidate, ["h"] = Each(n, k => ((1 - z[k]) * h[k]) + (z[k] * candidate[k])) };
    }

    // Feng and others 2024, minLSTM: forget and input gate scaled to a sum of 1.
    private static Dictionary<string, double[]> MinLstm(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] f = Each(n, k => Sigma(p.Dot("W_f", k, x) + p["b_f", k]));
        double[] i = Each(n, k => Sigma(p.Dot("W_i", k, x) + p["b_i", k]));
        double[] candidate = Each(n, k => p.Dot("W_h", k, x) + p["b_h", k]);
        return new()
        {
            ["f"] = f,
            ["i"] = i,
            ["h_tilde"] = candidate,
            ["f_prime"] = Each(n, k => f[k] / (f[k] + i[k])),
            ["i_prime"] = Each(n, k => i[k] / (f[k] + i[k])),
            ["h"] = Each(n, k => ((f[k] * h[k]) + (i[k] * candidate[k])) / (f[k] + i[k])),
        };
    }

    // Bradbury and others 2017: a convolution of width 2 over the input, then fo-pooling.
    private static Dictionary<string, double[]> QuasiRecurrent(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], last = before["x"];
        int n = c.Length;
        double Net(string gate, int k) => p.Dot("V_" + gate, k, last) + p.Dot("W_" + gate, k, x) + p["b_" + gate, k];
        double[] z = Each(n, k => Math.Tanh(Net("z", k)));
        double[] f = Each(n, k => Sigma(Net("f", k)));
        double[] o = Each(n, k => Sigma(Net("o", k)));
        double[] next = Each(n, k => (f[k] * c[k]) + ((1 - f[k]) * z[k]));
        return new() { ["z"] = z, ["f"] = f, ["o"] = o, ["c"] = next, ["h"] = Each(n, k => o[k] * next[k]), ["x"] = x };
    }

    // Lei and others 2018: both gates see the memory before this step.
    private static Dictionary<string, double[]> SimpleRecurrentUnit(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"];
        int n = c.Length;
        double[] f = Each(n, k => Sigma(p.Dot("W_f", k, x) + (p["v_f", k] * c[k]) + p["b_f", k]));
        double[] r = Each(n, k => Sigma(p.Dot("W_r", k, x) + (p["v_r", k] * c[k]) + p["b_r", k]));
        double[] next = Each(n, k => (f[k] * c[k]) + ((1 - f[k]) * p.Dot("W", k, x)));
        return new() { ["f"] = f, ["c"] = next, ["r"] = r, ["h"] = Each(n, k => (r[k] * next[k]) + ((1 - r[k]) * x[k])) };
    }
}
