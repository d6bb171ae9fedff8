using static Cellwright.Tests.Zoo.ZooReference;

namespace Cellwright.Tests.Zoo;

/// <summary>Cells with gates and one state, in plain double precision, from the papers and not from our parser.</summary>
internal static class GatedReferences
{
    public static ReferenceCell[] Cells { get; } =
    [
        new("mgu", ["h"], "h", "W_f:hx b_f:. W_h:hx b_h:.", MinimalGatedUnit),
        new("janet", ["c", "h"], "h", "W_f:x U_f:h b_f:. W_c:x U_c:h b_c:.", Janet),
        new("ligru", ["h"], "h", "W_z:x U_z:h b_z:. W_h:x U_h:h b_h:.", LightGru),
        new("minimal-rnn", ["h"], "h", "W_x:x b_z:. U_h:h U_z:h b_u:.", MinimalRnn),
        new("cfn", ["h"], "h", "U_theta:h V_theta:x b_theta:. U_eta:h V_eta:x b_eta:. W:x", ChaosFree),
        new("ugrnn", ["h"], "h", "W_c:x U_c:h b_c:. W_g:x U_g:h b_g:.", UpdateGate),
        new("mut1", ["h"], "h", "W_z:x b_z:. W_r:x U_r:h b_r:. U_h:h b_h:.", (p, x, before) => Mutation(1, p, x, before)),
        new("mut2", ["h"], "h", "W_z:x U_z:h b_z:. U_r:h b_r:. U_h:h W_h:x b_h:.", (p, x, before) => Mutation(2, p, x, before)),
        new("mut3", ["h"], "h", "W_z:x U_z:h b_z:. W_r:x U_r:h b_r:. U_h:h W_h:x b_h:.", (p, x, before) => Mutation(3, p, x, before)),
        new("augru", ["h"], "h", "W_u:x U_u:h b_u:. W_r:x U_r:h b_r:. W_h:x U_h:h b_h:.", AttentionalGru),
    ];

    // Zhou and others 2016.
    private static Dictionary<string, double[]> MinimalGatedUnit(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] f = Each(n, k => Sigma(p.Dot("W_f", k, h, x) + p["b_f", k]));
        double[] seen = Each(n, k => f[k] * h[k]);
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_h", k, seen, x) + p["b_h", k]));
        return new() { ["f"] = f, ["h_tilde"] = candidate, ["h"] = Each(n, k => ((1 - f[k]) * h[k]) + (f[k] * candidate[k])) };
    }

    // Van der Westhuizen and Lasenby 2018, with β = 1.
    private static Dictionary<string, double[]> Janet(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = c.Length;
        double[] s = Each(n, k => p.Dot("W_f", k, x) + p.Dot("U_f", k, h) + p["b_f", k]);
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_c", k, x) + p.Dot("U_c", k, h) + p["b_c", k]));
        double[] next = Each(n, k => (Sigma(s[k]) * c[k]) + ((1 - Sigma(s[k] - 1)) * candidate[k]));
        return new() { ["s"] = s, ["c_tilde"] = candidate, ["c"] = next, ["h"] = next };
    }

    // Ravanelli and others 2018, the batch normalization replaced by its shift.
    private static Dictionary<string, double[]> LightGru(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] z = Each(n, k => Sigma(p.Dot("W_z", k, x) + p.Dot("U_z", k, h) + p["b_z", k]));
        double[] candidate = Each(n, k => Math.Max(0, p.Dot("W_h", k, x) + p.Dot("U_h", k, h) + p["b_h", k]));
        return new() { ["z"] = z, ["h_tilde"] = candidate, ["h"] = Each(n, k => (z[k] * h[k]) + ((1 - z[k]) * candidate[k])) };
    }

    // Chen 2017, with one layer and tanh for Φ.
    private static Dictionary<string, double[]> MinimalRnn(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] z = Each(n, k => Math.Tanh(p.Dot("W_x", k, x) + p["b_z", k]));
        double[] u = Each(n, k => Sigma(p.Dot("U_h", k, h) + p.Dot("U_z", k, z) + p["b_u", k]));
        return new() { ["z"] = z, ["u"] = u, ["h"] = Each(n, k => (u[k] * h[k]) + ((1 - u[k]) * z[k])) };
    }

    // Laurent and von Brecht 2017.
    private static Dictionary<string, double[]> ChaosFree(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] theta = Each(n, k => Sigma(p.Dot("U_theta", k, h) + p.Dot("V_theta", k, x) + p["b_theta", k]));
        double[] eta = Each(n, k => Sigma(p.Dot("U_eta", k, h) + p.Dot("V_eta", k, x) + p["b_eta", k]));
        return new()
        {
            ["theta"] = theta,
            ["eta"] = eta,
            ["h"] = Each(n, k => (theta[k] * Math.Tanh(h[k])) + (eta[k] * Math.Tanh(p.Dot("W", k, x)))),
        };
    }

    // Collins, Sohl-Dickstein and Sussillo 2017.
    private static Dictionary<string, double[]> UpdateGate(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_c", k, x) + p.Dot("U_c", k, h) + p["b_c", k]));
        double[] g = Each(n, k => Sigma(p.Dot("W_g", k, x) + p.Dot("U_g", k, h) + p["b_g", k]));
        return new() { ["c"] = candidate, ["g"] = g, ["h"] = Each(n, k => (g[k] * h[k]) + ((1 - g[k]) * candidate[k])) };
    }

    // Jozefowicz, Zaremba and Sutskever 2015: the three best cells of their search.
    private static Dictionary<string, double[]> Mutation(int number, ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] squashed = Each(n, k => Math.Tanh(h[k]));
        double OfState(int k) => number switch { 1 => 0, 2 => p.Dot("U_z", k, h), _ => p.Dot("U_z", k, squashed) };
        double[] z = Each(n, k => Sigma(p.Dot("W_z", k, x) + OfState(k) + p["b_z", k]));
        double[] r = Each(n, k => Sigma((number == 2 ? x[k] : p.Dot("W_r", k, x)) + p.Dot("U_r", k, h) + p["b_r", k]));
        double[] seen = Each(n, k => r[k] * h[k]);
        double OfInput(int k) => number == 1 ? Math.Tanh(x[k]) : p.Dot("W_h", k, x);
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("U_h", k, seen) + OfInput(k) + p["b_h", k]));
        return new() { ["z"] = z, ["r"] = r, ["h"] = Each(n, k => (candidate[k] * z[k]) + (h[k] * (1 - z[k]))) };
    }

    // Zhou and others 2019: x is the input, and behind it the attention.
    private static Dictionary<string, double[]> AttentionalGru(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"], input = x[..^1];
        double attention = x[^1];
        int n = h.Length;
        double[] u = Each(n, k => Sigma(p.Dot("W_u", k, input) + p.Dot("U_u", k, h) + p["b_u", k]));
        double[] r = Each(n, k => Sigma(p.Dot("W_r", k, input) + p.Dot("U_r", k, h) + p["b_r", k]));
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_h", k, input) + (r[k] * p.Dot("U_h", k, h)) + p["b_h", k]));
        double[] scaled = Each(n, k => attention * u[k]);
        return new()
        {
            ["u"] = u,
            ["r"] = r,
            ["h_tilde"] = candidate,
            ["u_tilde"] = scaled,
            ["h"] = Each(n, k => ((1 - scaled[k]) * h[k]) + (scaled[k] * candidate[k])),
        };
    }
}
