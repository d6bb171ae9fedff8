using Xunit;

namespace Cellwright.Tests.Graphs;

/// <summary>The systems of the notes, as a person would type them.</summary>
public static class NoteCells
{
    public static readonly Dictionary<string, string> All = new()
    {
        ["elman"] = "h_t = tanh(W h_{t-1} + U x_t + b)",
        ["elman-relu"] = "a^{<t>} = relu(W_a a^{<t-1>} + U_a x^{<t>} + b_a)\noutput a",
        ["elman-output"] = "h = tanh(W h[t-1] + U x + b)\ny = sigmoid(V h + c)\noutput y",
        ["lstm"] = """
            i = σ(Wi x + Ui h[t-1] + bi)
            f = σ(Wf x + Uf h[t-1] + bf)
            o = σ(Wo x + Uo h[t-1] + bo)
            c̃ = tanh(Wc x + Uc h[t-1] + bc)
            c = f * c[t-1] + i * c_tilde
            h = o * tanh(c)
            init b_f = 1
            """,
        ["lstm-stacked"] = """
            [i, f, o, g] = W [h[t-1], x] + b
            c = σ(f) * c[t-1] + σ(i) * tanh(g)
            h = σ(o) * tanh(c)
            """,
        ["gru"] = """
            z = σ(Wz x + Uz h[t-1] + bz)      r = σ(Wr x + Ur h[t-1] + br)
            n = tanh(Wn x + Un (r * h[t-1]) + bn)      h = (1 - z) * h[t-1] + z * n
            """,
        ["gru-reset-after"] = """
            r = σ(W_r x + b_r + U_r h[t-1] + c_r)
            z = σ(W_z x + b_z + U_z h[t-1] + c_z)
            n = tanh(W_n x + b_n + r * (U_n h[t-1] + c_n))
            h = (1 - z) * n + z * h[t-1]
            """,
        ["gru-update-only"] = """
            c̃ = tanh(W_c [c[t-1], x] + b_c)
            Γ_u = σ(W_u [c[t-1], x] + b_u)
            c = Γ_u * c̃ + (1 - Γ_u) * c[t-1]
            """,
        ["lstm-peephole"] = """
            f = σ(Wf x + Uf h[t-1] + p_f * c[t-1] + bf)
            i = σ(Wi x + Ui h[t-1] + p_i * c[t-1] + bi)
            g = tanh(Wg x + Ug h[t-1] + bg)
            c = f * c[t-1] + i * g
            o = σ(Wo x + Uo h[t-1] + p_o * c + bo)
            h = o * tanh(c)
            """,
        ["lstm-peephole-full"] = """
            f_t = σ(W_f · [c_{t-1}, h_{t-1}, x_t] + b_f)
            i_t = σ(W_i · [c_{t-1}, h_{t-1}, x_t] + b_i)
            c̃_t = tanh(W_c · [h_{t-1}, x_t] + b_c)
            c_t = f_t * c_{t-1} + i_t * c̃_t
            o_t = σ(W_o · [c_t, h_{t-1}, x_t] + b_o)
            h_t = o_t * tanh(c_t)
            """,
        ["lstm-coupled"] = """
            f = σ(Wf [h[t-1], x] + bf)
            c̃ = tanh(Wc [h[t-1], x] + bc)
            c = f * c[t-1] + (1 - f) * c̃
            o = σ(Wo [h[t-1], x] + bo)
            h = o * tanh(c)
            """,
        ["memory"] = """
            c̃ = tanh(W_c a[t-1] + U_c x + b_c)
            Γ_s = σ(W_s a[t-1] + U_s x + b_s)
            Γ_p = σ(W_p a[t-1] + U_p x + b_p)
            Γ_r = σ(W_r a[t-1] + U_r x + b_r)
            c = Γ_s ⊙ c̃ + Γ_p ⊙ c[t-1]
            a = Γ_r ⊙ c
            """,
        ["lstm-use-gate"] = """
            N = tanh(W_n [STM[t-1], E] + b_n)
            i = σ(W_i [STM[t-1], E] + b_i)
            f = σ(W_f [STM[t-1], E] + b_f)
            LTM = LTM[t-1] * f + N * i
            U = tanh(W_u (LTM[t-1] * f) + b_u)
            V = σ(W_v [STM[t-1], E] + b_v)
            STM = U * V
            input E
            output STM
            """,
        ["lstm-cell-recurrent"] = """
            c̃^{<t>} = tanh(W_c [a^{<t-1>}, x^{<t>}] + b_c)
            Γ_u = σ(W_u [a^{<t-1>}, x^{<t>}] + W_uc c^{<t-1>} + b_u)
            Γ_f = σ(W_f c^{<t-1>} + V_f x^{<t>} + b_f)
            Γ_o = σ(W_o c^{<t-1>} + V_o x^{<t>} + b_o)
            c^{<t>} = Γ_u * c̃^{<t>} + Γ_f * c^{<t-1>}
            a^{<t>} = Γ_o * c^{<t>}
            """,
        ["antisymmetric"] = """
            gamma = 0.01
            eps = 0.1
            A = W - W^T - gamma I
            z = σ(A h[t-1] + V_z x + b_z)
            h = h[t-1] + eps * z * tanh(A h[t-1] + V x + b)
            """,
        ["heads"] = """
            blocks R, Q = 4
            z = tanh(W_z x + R h[t-1] + b_z)
            h = z + Q^T (z * h[t-1]) + h[t-1] Q
            init R = orthogonal
            """,
        ["extras"] = """
            input x, a
            width x = hidden
            width s = 64
            width r = rank
            param β
            matrix q
            g(u) = 0.5 (1 + tanh(u/2))
            act = gelu
            lam = sigmoid(a_0)
            r = V h[t-1]
            s = act(Q_s r + P a + q x)
            h = lam ⊙ h[t-1] + g(W s + b) - β x[t-1] + norm(U r)^2
            state h = learned
            x_0 = 0.5
            init W* = orthogonal
            init V = normal(0.02)
            init b = chrono(20)
            """,
    };

    public static TheoryData<string> Names => [.. All.Keys];
}
