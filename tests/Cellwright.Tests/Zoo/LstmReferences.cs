using static Cellwright.Tests.Zoo.ZooReference;

namespace Cellwright.Tests.Zoo;

/// <summary>The family of the LSTM, in plain double precision, from the papers and not from our parser.</summary>
internal static class LstmReferences
{
    public static ReferenceCell[] Cells { get; } =
    [
        new("lstm-multiplicative", ["c", "h"], "h", "W_m:x U_m:h W_h:x V_h:h b_h:. W_i:x V_i:h b_i:. W_o:x V_o:h b_o:. W_f:x V_f:h b_f:.", Multiplicative),
        new("lstm-projected", ["c", "h"], "h", "W_i:x U_i:k b_i:. W_f:x U_f:k b_f:. W_g:x U_g:k b_g:. W_o:x U_o:k b_o:. W_h:h>k", Projected),
        new("lstm-no-forget", ["c", "h"], "h", "W_i:x U_i:h b_i:. W_o:x U_o:h b_o:. W_c:x U_c:h b_c:.", NoForget),
        new("lstm-mogrifier", ["c", "h"], "h", "Q_1:h>x R_2:x Q_3:h>x R_4:x Q_5:h>x W_f:x U_f:h b_f:. W_i:x U_i:h b_i:. W_j:x U_j:h b_j:. W_o:x U_o:h b_o:.", Mogrifier),
        new("ran", ["c", "h"], "h", "W_c:x U_i:h W_i:x b_i:. U_f:h W_f:x b_f:.", Additive),
        new("slstm", ["m", "c", "n", "h"], "h", "W_z:x R_z:q b_z:. W_i:x R_i:q b_i:. W_f:x R_f:q b_f:. W_o:x R_o:q b_o:.", Exponential),
    ];

    // Krause and others 2016: the gates see m in place of the old state.
    private static Dictionary<string, double[]> Multiplicative(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = h.Length;
        double[] m = Each(n, k => p.Dot("W_m", k, x) * p.Dot("U_m", k, h));
        double Net(string gate, int k) => p.Dot("W_" + gate, k, x) + p.Dot("V_" + gate, k, m) + p["b_" + gate, k];
        double[] i = Each(n, k => Sigma(Net("i", k)));
        double[] o = Each(n, k => Sigma(Net("o", k)));
        double[] f = Each(n, k => Sigma(Net("f", k)));
        double[] next = Each(n, k => (f[k] * c[k]) + (i[k] * Math.Tanh(Net("h", k))));
        return new()
        {
            ["m"] = m,
            ["h_hat"] = Each(n, k => Net("h", k)),
            ["i"] = i,
            ["o"] = o,
            ["f"] = f,
            ["c"] = next,
            ["h"] = Each(n, k => Math.Tanh(next[k]) * o[k]),
        };
    }

    // Sak, Senior and Beaufays 2014 without peepholes, as torch.nn.LSTM with proj_size.
    private static Dictionary<string, double[]> Projected(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = c.Length;
        double Net(string gate, int k) => p.Dot("W_" + gate, k, x) + p.Dot("U_" + gate, k, h) + p["b_" + gate, k];
        double[] i = Each(n, k => Sigma(Net("i", k)));
        double[] f = Each(n, k => Sigma(Net("f", k)));
        double[] g = Each(n, k => Math.Tanh(Net("g", k)));
        double[] o = Each(n, k => Sigma(Net("o", k)));
        double[] next = Each(n, k => (f[k] * c[k]) + (i[k] * g[k]));
        double[] wide = Each(n, k => o[k] * Math.Tanh(next[k]));
        return new() { ["i"] = i, ["f"] = f, ["g"] = g, ["o"] = o, ["c"] = next, ["h"] = Each(h.Length, k => p.Dot("W_h", k, wide)) };
    }

    // Hochreiter and Schmidhuber 1997: nothing is forgotten; g in [-2, 2], the squashing of the state in [-1, 1].
    private static Dictionary<string, double[]> NoForget(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = h.Length;
        double Net(string gate, int k) => p.Dot("W_" + gate, k, x) + p.Dot("U_" + gate, k, h) + p["b_" + gate, k];
        double[] i = Each(n, k => Sigma(Net("i", k)));
        double[] o = Each(n, k => Sigma(Net("o", k)));
        double[] next = Each(n, k => c[k] + (i[k] * ((4 / (1 + Math.Exp(-Net("c", k)))) - 2)));
        return new() { ["i"] = i, ["o"] = o, ["c"] = next, ["h"] = Each(n, k => o[k] * ((2 / (1 + Math.Exp(-next[k]))) - 1)) };
    }

    // Melis, Kočiský and Blunsom 2020 with five rounds: odd rounds change the input, even ones the state.
    private static Dictionary<string, double[]> Mogrifier(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        Dictionary<string, double[]> signals = [];
        double[] c = before["c"], input = x, h = before["h"];
        int n = c.Length;
        for (int round = 1; round <= 5; round++)
        {
            double[] gated = round % 2 == 1 ? input : h, by = round % 2 == 1 ? h : input;
            string matrix = (round % 2 == 1 ? "Q_" : "R_") + round;
            double[] next = Each(gated.Length, k => 2 * Sigma(p.Dot(matrix, k, by)) * gated[k]);
            signals[(round % 2 == 1 ? "x_" : "h_") + round] = next;
            (input, h) = round % 2 == 1 ? (next, h) : (input, next);
        }

        double Net(string gate, int k) => p.Dot("W_" + gate, k, input) + p.Dot("U_" + gate, k, h) + p["b_" + gate, k];
        double[] f = signals["f"] = Each(n, k => Sigma(Net("f", k)));
        double[] i = signals["i"] = Each(n, k => Sigma(Net("i", k)));
        double[] j = signals["j"] = Each(n, k => Math.Tanh(Net("j", k)));
        double[] o = signals["o"] = Each(n, k => Sigma(Net("o", k)));
        double[] memory = signals["c"] = Each(n, k => (f[k] * c[k]) + (i[k] * j[k]));
        signals["h"] = Each(n, k => o[k] * Math.Tanh(memory[k]));
        return signals;
    }

    // Lee, Levy and Zettlemoyer 2017: the content is linear in the input.
    private static Dictionary<string, double[]> Additive(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = h.Length;
        double[] content = Each(n, k => p.Dot("W_c", k, x));
        double[] i = Each(n, k => Sigma(p.Dot("U_i", k, h) + p.Dot("W_i", k, x) + p["b_i", k]));
        double[] f = Each(n, k => Sigma(p.Dot("U_f", k, h) + p.Dot("W_f", k, x) + p["b_f", k]));
        double[] next = Each(n, k => (i[k] * content[k]) + (f[k] * c[k]));
        return new() { ["c_tilde"] = content, ["i"] = i, ["f"] = f, ["c"] = next, ["h"] = Each(n, k => Math.Tanh(next[k])) };
    }

    // Beck and others 2024 with four heads: a unit sees the old h of its own head only.
    private static Dictionary<string, double[]> Exponential(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], count = before["n"], m = before["m"], h = before["h"];
        int n = h.Length, wide = n / 4;
        double Net(string gate, int k) =>
            p.Dot("W_" + gate, k, x) + p.Dot("R_" + gate, k, h.AsSpan(k / wide * wide, wide).ToArray()) + p["b_" + gate, k];
        double[] z = Each(n, k => Math.Tanh(Net("z", k)));
        double[] input = Each(n, k => Net("i", k));
        double[] forget = Each(n, k => Net("f", k));
        double[] o = Each(n, k => Sigma(Net("o", k)));
        double[] logForget = Each(n, k => Math.Log(Sigma(forget[k])));
        double[] largest = Each(n, k => Math.Max(logForget[k] + m[k], input[k]));
        double[] i = Each(n, k => Math.Exp(input[k] - largest[k]));
        double[] f = Each(n, k => Math.Exp(logForget[k] + m[k] - largest[k]));
        double[] next = Each(n, k => (f[k] * c[k]) + (i[k] * z[k]));
        double[] nextCount = Each(n, k => (f[k] * count[k]) + i[k]);
        return new()
        {
            ["z"] = z,
            ["i_tilde"] = input,
            ["f_tilde"] = forget,
            ["o"] = o,
            ["l"] = logForget,
            ["m"] = largest,
            ["i"] = i,
            ["f"] = f,
            ["c"] = next,
            ["n"] = nextCount,
            ["h"] = Each(n, k => o[k] * next[k] / nextCount[k]),
        };
    }
}
