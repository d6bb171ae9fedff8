using Cellwright.Graphs;
using Cellwright.Tests.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Equations;

/// <summary>The notations of books, notes and courses name the same cell.</summary>
public class NotationTests
{
    private const string Concatenated =
        """
        f = sigmoid(Wf [h[t-1], x] + bf)                      # plain text
        h = f * tanh(Wc [h[t-1], x] + bc)
        """;

    private const string TwoMatrices =
        """
        f(t) = sigm(Wf·h(t-1) + Uf·x(t) + bf)
        h(t) = f(t) * tanh(Wc·h(t-1) + Uc·x(t) + bc)
        """;

    [Theory]
    [InlineData("f_t = σ(W_f · [h_{t-1}, x_t] + b_f)\nh_t = f_t ⊙ tanh(W_c · [h_{t−1}, x_t] + b_c)")]
    [InlineData(@"f_t = \sigma(W_f \cdot [h_{t-1}, x_t] + b_f)" + "\n" + @"h_t = f_t \odot \tanh(W_c \cdot [h_{t-1}, x_t] + b_c)")]
    [InlineData("f[t] = logistic(W_{f} @ [h[t-1]; x[t]] + b_{f});   h[t] = f[t] ∘ tgh(W_c [h[t-1], x[t]] + b_c)")]
    [InlineData("fₜ = σ(W_f [hₜ₋₁, xₜ] + b_f)\nhₜ = fₜ × tanh(W_c [hₜ₋₁, xₜ] + b_c)")]
    [InlineData("h_{k+1} = f_{k+1} ⊙ tanh(W_c [h_k, x_{k+1}] + b_c)\nf_{k+1} = σ(W_f [h_k, x_{k+1}] + b_f)\n")]
    [InlineData("\\begin{aligned}\nf_t &= \\sigma(W_f \\cdot [h_{t-1}, x_t] + b_f) \\\\\nh_t &= f_t \\odot \\tanh(W_c \\cdot [h_{t-1}, x_t] + b_c)\n\\end{aligned}")]
    [InlineData("\\[ \\begin{align*} f_t &= \\sigma(W_f [h_{t-1}, x_t] + b_f) \\\\ h_t &= f_t \\odot \\tanh(W_c [h_{t-1}, x_t] + b_c) \\end{align*} \\]")]
    public void Every_notation_of_the_concatenated_form_is_one_cell(string text)
    {
        Signature(text).ShouldBe(Signature(Concatenated));
    }

    [Theory]
    [InlineData("f^{<t>} = σ(W_f h^{<t-1>} + U_f x^{<t>} + b_f)\nh^{<t>} = f^{<t>} * tanh(W_c h^{<t-1>} + U_c x^{<t>} + b_c)")]
    [InlineData("f^{(t)} = σ(W_f h^{(t-1)} + U_f x^{(t)} + b_f)\nh^{(t)} = f^{(t)} * tanh(W_c h^{(t-1)} + U_c x^{(t)} + b_c)")]
    [InlineData(@"f^{\langle t\rangle} = \sigma(W_f h^{\langle t-1\rangle} + U_f x^{\langle t\rangle} + b_f)" + "\n" + @"h^{\langle t\rangle} = f^{\langle t\rangle} \circ \tanh(W_c h^{\langle t-1\rangle} + U_c x^{\langle t\rangle} + b_c)")]
    [InlineData("f⟨t⟩ = σ(W_f h⟨t−1⟩ + U_f x⟨t⟩ + b_f)\nh⟨t⟩ = f⟨t⟩ ⊙ tanh(W_c h⟨t−1⟩ + U_c x⟨t⟩ + b_c)")]
    [InlineData("f^{<t>[i]} = σ(W_f h^{<t-1>[i]} + U_f x^{<t>} + b_f)\nh^{<t>[i]} = f^{<t>[i]} * tanh(W_c h^{<t-1>[i]} + U_c x^{<t>} + b_c)")]
    [InlineData("h(n+1) = f(n+1) * tanh(Wc h(n) + Uc x(n+1) + bc)\nf(n+1) = σ(Wf h(n) + Uf x(n+1) + bf)")]
    [InlineData("f_{(t)} = σ(W_f h_{(t-1)} + U_f x_{(t)} + b_f)\nh_{(t)} = f_{(t)} * tanh(W_c h_{(t-1)}\n   + U_c x_{(t)} + b_c)")]
    public void Every_notation_of_the_form_with_two_matrices_is_one_cell(string text)
    {
        Signature(text).ShouldBe(Signature(TwoMatrices));
    }

    // The order of signals and parameters follows the writing, so it does not count here.
    private static string Signature(string text) => string.Join('\n', GraphSignature.Of(Cell.Parse(text).Graph).Split('\n').Order(StringComparer.Ordinal));
}
