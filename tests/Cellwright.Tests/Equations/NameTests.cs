using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Equations;

public class NameTests
{
    [Theory]
    [InlineData("Wf", "W_f")]
    [InlineData("W_f", "W_f")]
    [InlineData("W_{f}", "W_f")]
    [InlineData(@"\mathbf{W}_f", "W_f")]
    [InlineData(@"W_{\text{in}}", "W_in")]
    [InlineData("Wih", "W_ih")]
    [InlineData("W_{i,h}", "W_ih")]
    [InlineData("W_ih^z", "W_ih^z")]
    [InlineData("W^z_{ih}", "W_ih^z")]
    [InlineData("W^{(2)}", "W^(2)")]
    [InlineData("W₁", "W_1")]
    [InlineData("W_Γ", "W_Gamma")]
    [InlineData("Ω_u", "Omega_u")]
    [InlineData(@"\Omega_u", "Omega_u")]
    [InlineData("Omegau", "Omega_u")]
    [InlineData("W̃", "W_tilde")]
    [InlineData(@"\tilde{W}", "W_tilde")]
    [InlineData(@"\hat{W}_f", "W_hat_f")]
    [InlineData(@"\mathcal{W}", "W_cal")]
    [InlineData("Wgate", "W_gate")]
    [InlineData("STM", "STM")]
    [InlineData("omega", "omega")]
    public void A_matrix_has_its_canonical_name(string written, string canonical)
    {
        Cell cell = Cell.Parse($"gate = σ(Q x)\nh = gate * tanh({written} x)");
        cell.Graph.Parameters.Select(parameter => parameter.Name).ShouldBe(["Q", canonical]);
    }

    [Theory]
    [InlineData("bf", "b_f")]
    [InlineData("b_{ih}", "b_ih")]
    [InlineData("bias", "bias")]
    [InlineData("lam", "lam")]
    [InlineData("beta", "beta")]
    [InlineData("β", "beta")]
    [InlineData("p_i", "p_i")]
    [InlineData("θ̂", "theta_hat")]
    public void A_vector_has_its_canonical_name(string written, string canonical)
    {
        Cell.Parse($"h = {written} * h[t-1] + W x").Graph.Parameters[0].Name.ShouldBe(canonical);
    }

    [Fact]
    public void Spellings_of_one_name_are_one_parameter()
    {
        Cell cell = Cell.Parse("f = σ(Wf x + Γu)\nh = f * tanh(W_f x + W_{f} x + \\Gamma_u)");
        cell.Graph.Parameters.Select(parameter => parameter.Name).ShouldBe(["W_f", "Gamma_u"]);
    }

    [Theory]
    [InlineData("Wf", "W_f")]
    [InlineData("W_{f}", "W_f")]
    [InlineData("Γ_u", "Gamma_u")]
    [InlineData("c̃", "c_tilde")]
    [InlineData("ctilde", "c_tilde")]
    [InlineData("nothing", null)]
    [InlineData("W f", null)]
    [InlineData("(", null)]
    [InlineData("", null)]
    public void Any_spelling_leads_to_the_canonical_name(string spelling, string? canonical)
    {
        Cell cell = Cell.Parse("c̃ = tanh(W_f x)\nΓ_u = σ(W_u x)\nh = Γ_u * c̃");
        cell.Canonical(spelling).ShouldBe(canonical);
    }

    [Fact]
    public void Small_and_capital_letters_live_together()
    {
        Cell cell = Cell.Parse("r = σ(W x + R h[t-1])\nh = r * tanh(x ⊙ w)\nwidth h, r = input");
        cell.Graph.Parameters.Select(parameter => parameter.Name).ShouldBe(["W", "R", "w"]);
    }

    [Fact]
    public void A_signal_keeps_its_dress()
    {
        Cell cell = Cell.Parse("c̃_t = tanh(W x_t)\nc_t = c_{t-1} + c̃_t");
        cell.Graph.Signals.Select(signal => signal.Name).ShouldBe(["c_tilde", "c"]);
    }

    [Fact]
    public void A_letter_shifted_inside_a_call_is_no_time()
    {
        Cell.Parse("h = tanh(W(x-1) + U h[k-1])").Equations.ShouldBe(["h = tanh((W (x - 1)) + (U h[k-1]))"]);
    }
}
