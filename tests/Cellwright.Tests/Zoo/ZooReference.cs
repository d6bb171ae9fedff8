namespace Cellwright.Tests.Zoo;

/// <summary>Every cell of the zoo once more, in plain double precision, from the papers and not from our parser.</summary>
internal static class ZooReference
{
    private const string LstmLayout = "W_i:x U_i:h b_i:. W_f:x U_f:h b_f:. W_g:x U_g:h b_g:. W_o:x U_o:h b_o:.";
    private const string GruLayout = "W_r:x U_r:h b_r:. W_z:x U_z:h b_z:. W_n:x U_n:h b_n:.";

    /// <summary>The cells by name.</summary>
    public static IReadOnlyDictionary<string, ReferenceCell> Cells { get; } = new ReferenceCell[]
    {
        new("elman", ["h"], "h", "W:x U:h b:.", Elman),
        new("elman-relu", ["h"], "h", "W:x U:h b:.", ElmanRelu),
        new("lstm", ["c", "h"], "h", LstmLayout, Lstm),
        new("lstm-peephole", ["c", "h"], "h", LstmLayout + " p_i:. p_f:. p_o:.", LstmPeephole),
        new("lstm-peephole-full", ["c", "h"], "h", "W_f:chx b_f:. W_i:chx b_i:. W_c:hx b_c:. W_o:chx b_o:.", LstmPeepholeFull),
        new("lstm-coupled", ["c", "h"], "h", "W_f:x U_f:h b_f:. W_c:x U_c:h b_c:. W_o:x U_o:h b_o:.", LstmCoupled),
        new("lstm-use-gate", ["LTM", "STM"], "STM", "W_n:hx b_n:. W_i:hx b_i:. W_f:hx b_f:. W_u:h b_u:. W_v:hx b_v:.", LstmUseGate),
        new("lstm-cell-recurrent", ["c"], "a", "W_c:hx b_c:. W_u:hx b_u:. W_f:hx b_f:. W_o:hx b_o:.", LstmCellRecurrent),
        new("gru", ["h"], "h", GruLayout, Gru),
        new("gru-reset-after", ["h"], "h", GruLayout + " c_n:.", GruResetAfter),
        new("gru-update-only", ["c"], "a", "W_c:hx b_c:. W_u:hx b_u:.", GruUpdateOnly),
        new("memory", ["a", "c"], "a", "W_s:h U_s:x b_s:. W_p:h U_p:x b_p:. W_r:h U_r:x b_r:. W_c:h U_c:x b_c:.", Memory),
        new("memory-gru", ["a", "c"], "a", "W_I:h U_I:x b_I:. W_s:h U_s:x b_s:. W_c:h U_c:x b_c:.", MemoryGru),
    }.Concat(PlainReferences.Cells).Concat(GatedReferences.Cells).Concat(LstmReferences.Cells).Concat(NormalizedReferences.Cells).ToDictionary(cell => cell.Name);

    public static double Sigma(double a) => 1 / (1 + Math.Exp(-a));

    /// <summary>A vector element by element: for each unit k, value(k).</summary>
    public static double[] Each(int width, Func<int, double> value)
    {
        double[] result = new double[width];
        for (int k = 0; k < width; k++)
        {
            result[k] = value(k);
        }

        return result;
    }

    // Elman 1990: the new hidden layer from the input and a copy of the old hidden layer.
    private static Dictionary<string, double[]> Elman(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        return new() { ["h"] = Each(h.Length, k => Math.Tanh(p.Dot("W", k, x) + p.Dot("U", k, h) + p["b", k])) };
    }

    // Le, Jaitly and Hinton 2015: the same with a rectifier.
    private static Dictionary<string, double[]> ElmanRelu(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        return new() { ["h"] = Each(h.Length, k => Math.Max(0, p.Dot("W", k, x) + p.Dot("U", k, h) + p["b", k])) };
    }

    // Hochreiter and Schmidhuber 1997 with the forget gate of Gers, Schmidhuber and Cummins 2000.
    private static Dictionary<string, double[]> Lstm(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = h.Length;
        double Net(string gate, int k) => p.Dot("W_" + gate, k, x) + p.Dot("U_" + gate, k, h) + p["b_" + gate, k];
        double[] i = Each(n, k => Sigma(Net("i", k)));
        double[] f = Each(n, k => Sigma(Net("f", k)));
        double[] g = Each(n, k => Math.Tanh(Net("g", k)));
        double[] o = Each(n, k => Sigma(Net("o", k)));
        double[] next = Each(n, k => (f[k] * c[k]) + (i[k] * g[k]));
        return new() { ["i"] = i, ["f"] = f, ["g"] = g, ["o"] = o, ["c"] = next, ["h"] = Each(n, k => o[k] * Math.Tanh(next[k])) };
    }

    // Graves 2013, equations 7 to 11; the weights from the cell to the gates are diagonal.
    private static Dictionary<string, double[]> LstmPeephole(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = h.Length;
        double Net(string gate, int k) => p.Dot("W_" + gate, k, x) + p.Dot("U_" + gate, k, h) + p["b_" + gate, k];
        double[] i = Each(n, k => Sigma(Net("i", k) + (p["p_i", k] * c[k])));
        double[] f = Each(n, k => Sigma(Net("f", k) + (p["p_f", k] * c[k])));
        double[] g = Each(n, k => Math.Tanh(Net("g", k)));
        double[] next = Each(n, k => (f[k] * c[k]) + (i[k] * g[k]));
        double[] o = Each(n, k => Sigma(Net("o", k) + (p["p_o", k] * next[k])));
        return new() { ["i"] = i, ["f"] = f, ["g"] = g, ["c"] = next, ["o"] = o, ["h"] = Each(n, k => o[k] * Math.Tanh(next[k])) };
    }

    // Olah 2015: one matrix a gate over [c, h, x]; the output gate's c is the new one.
    private static Dictionary<string, double[]> LstmPeepholeFull(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = h.Length;
        double[] f = Each(n, k => Sigma(p.Dot("W_f", k, c, h, x) + p["b_f", k]));
        double[] i = Each(n, k => Sigma(p.Dot("W_i", k, c, h, x) + p["b_i", k]));
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_c", k, h, x) + p["b_c", k]));
        double[] next = Each(n, k => (f[k] * c[k]) + (i[k] * candidate[k]));
        double[] o = Each(n, k => Sigma(p.Dot("W_o", k, next, h, x) + p["b_o", k]));
        return new() { ["f"] = f, ["i"] = i, ["c_tilde"] = candidate, ["c"] = next, ["o"] = o, ["h"] = Each(n, k => o[k] * Math.Tanh(next[k])) };
    }

    // Greff and others 2017, CIFG: the input gate is 1 − f.
    private static Dictionary<string, double[]> LstmCoupled(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"], h = before["h"];
        int n = h.Length;
        double Net(string gate, int k) => p.Dot("W_" + gate, k, x) + p.Dot("U_" + gate, k, h) + p["b_" + gate, k];
        double[] f = Each(n, k => Sigma(Net("f", k)));
        double[] candidate = Each(n, k => Math.Tanh(Net("c", k)));
        double[] next = Each(n, k => (f[k] * c[k]) + ((1 - f[k]) * candidate[k]));
        double[] o = Each(n, k => Sigma(Net("o", k)));
        return new() { ["f"] = f, ["c_tilde"] = candidate, ["c"] = next, ["o"] = o, ["h"] = Each(n, k => o[k] * Math.Tanh(next[k])) };
    }

    // Note 3: learn, forget, remember, use; the use gate sees the old memory after forgetting.
    private static Dictionary<string, double[]> LstmUseGate(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] old = before["LTM"], recent = before["STM"];
        int n = old.Length;
        double[] learn = Each(n, k => Math.Tanh(p.Dot("W_n", k, recent, x) + p["b_n", k]));
        double[] ignore = Each(n, k => Sigma(p.Dot("W_i", k, recent, x) + p["b_i", k]));
        double[] forget = Each(n, k => Sigma(p.Dot("W_f", k, recent, x) + p["b_f", k]));
        double[] left = Each(n, k => old[k] * forget[k]);
        double[] use = Each(n, k => Math.Tanh(p.Dot("W_u", k, left) + p["b_u", k]));
        double[] select = Each(n, k => Sigma(p.Dot("W_v", k, recent, x) + p["b_v", k]));
        return new()
        {
            ["N"] = learn,
            ["i"] = ignore,
            ["f"] = forget,
            ["LTM"] = Each(n, k => left[k] + (learn[k] * ignore[k])),
            ["U"] = use,
            ["V"] = select,
            ["STM"] = Each(n, k => use[k] * select[k]),
        };
    }

    // Note 4: everything is computed from the old c and x; the output is gated, not squashed.
    private static Dictionary<string, double[]> LstmCellRecurrent(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"];
        int n = c.Length;
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_c", k, c, x) + p["b_c", k]));
        double[] update = Each(n, k => Sigma(p.Dot("W_u", k, c, x) + p["b_u", k]));
        double[] forget = Each(n, k => Sigma(p.Dot("W_f", k, c, x) + p["b_f", k]));
        double[] output = Each(n, k => Sigma(p.Dot("W_o", k, c, x) + p["b_o", k]));
        double[] next = Each(n, k => (update[k] * candidate[k]) + (forget[k] * c[k]));
        return new()
        {
            ["c_tilde"] = candidate,
            ["Gamma_u"] = update,
            ["Gamma_f"] = forget,
            ["Gamma_o"] = output,
            ["c"] = next,
            ["a"] = Each(n, k => output[k] * next[k]),
        };
    }

    // Cho and others 2014, equations 5 to 8: the matrix sees the state that the reset gate let through.
    private static Dictionary<string, double[]> Gru(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] r = Each(n, k => Sigma(p.Dot("W_r", k, x) + p.Dot("U_r", k, h) + p["b_r", k]));
        double[] z = Each(n, k => Sigma(p.Dot("W_z", k, x) + p.Dot("U_z", k, h) + p["b_z", k]));
        double[] seen = Each(n, k => r[k] * h[k]);
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_n", k, x) + p.Dot("U_n", k, seen) + p["b_n", k]));
        return new() { ["r"] = r, ["z"] = z, ["n"] = candidate, ["h"] = Each(n, k => (z[k] * h[k]) + ((1 - z[k]) * candidate[k])) };
    }

    // As torch.nn.GRU: the reset gate acts on the product and its bias.
    private static Dictionary<string, double[]> GruResetAfter(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] h = before["h"];
        int n = h.Length;
        double[] r = Each(n, k => Sigma(p.Dot("W_r", k, x) + p.Dot("U_r", k, h) + p["b_r", k]));
        double[] z = Each(n, k => Sigma(p.Dot("W_z", k, x) + p.Dot("U_z", k, h) + p["b_z", k]));
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_n", k, x) + p["b_n", k] + (r[k] * (p.Dot("U_n", k, h) + p["c_n", k]))));
        return new() { ["r"] = r, ["z"] = z, ["n"] = candidate, ["h"] = Each(n, k => ((1 - z[k]) * candidate[k]) + (z[k] * h[k])) };
    }

    // Note 4: the GRU without the relevance gate.
    private static Dictionary<string, double[]> GruUpdateOnly(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] c = before["c"];
        int n = c.Length;
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_c", k, c, x) + p["b_c", k]));
        double[] update = Each(n, k => Sigma(p.Dot("W_u", k, c, x) + p["b_u", k]));
        double[] next = Each(n, k => (update[k] * candidate[k]) + ((1 - update[k]) * c[k]));
        return new() { ["c_tilde"] = candidate, ["Gamma_u"] = update, ["c"] = next, ["a"] = next };
    }

    // Note 2: store, keep, retrieve.
    private static Dictionary<string, double[]> Memory(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] a = before["a"], c = before["c"];
        int n = a.Length;
        double Net(string gate, int k) => p.Dot("W_" + gate, k, a) + p.Dot("U_" + gate, k, x) + p["b_" + gate, k];
        double[] store = Each(n, k => Sigma(Net("s", k)));
        double[] keep = Each(n, k => Sigma(Net("p", k)));
        double[] retrieve = Each(n, k => Sigma(Net("r", k)));
        double[] candidate = Each(n, k => Math.Tanh(Net("c", k)));
        double[] next = Each(n, k => (store[k] * candidate[k]) + (keep[k] * c[k]));
        return new()
        {
            ["Gamma_s"] = store,
            ["Gamma_p"] = keep,
            ["Gamma_r"] = retrieve,
            ["c_tilde"] = candidate,
            ["c"] = next,
            ["a"] = Each(n, k => retrieve[k] * next[k]),
        };
    }

    // Note 2: keep what is not stored, retrieve everything, and gate a inside the candidate.
    private static Dictionary<string, double[]> MemoryGru(ReferenceWeights p, double[] x, IReadOnlyDictionary<string, double[]> before)
    {
        double[] a = before["a"], c = before["c"];
        int n = a.Length;
        double[] inside = Each(n, k => Sigma(p.Dot("W_I", k, a) + p.Dot("U_I", k, x) + p["b_I", k]));
        double[] store = Each(n, k => Sigma(p.Dot("W_s", k, a) + p.Dot("U_s", k, x) + p["b_s", k]));
        double[] seen = Each(n, k => inside[k] * a[k]);
        double[] candidate = Each(n, k => Math.Tanh(p.Dot("W_c", k, seen) + p.Dot("U_c", k, x) + p["b_c", k]));
        double[] next = Each(n, k => (store[k] * candidate[k]) + ((1 - store[k]) * c[k]));
        return new()
        {
            ["Gamma_I"] = inside,
            ["Gamma_s"] = store,
            ["Gamma_p"] = Each(n, k => 1 - store[k]),
            ["c_tilde"] = candidate,
            ["c"] = next,
            ["a"] = next,
        };
    }
}
