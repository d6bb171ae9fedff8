using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Equations;

/// <summary>How runs of names are understood (rules 6 to 8), read off the bracketed print.</summary>
public class ProductTests
{
    private const string Signals = "a = V_a x\nb = V_b x\n";

    [Theory]
    [InlineData("W a", "W a")]
    [InlineData("W a b", "W (a ⊙ b)")]
    [InlineData("W a U b", "(W a) ⊙ (U b)")]
    [InlineData("a W b", "a ⊙ (W b)")]
    [InlineData("W a ⊙ b", "(W a) ⊙ b")]
    [InlineData("W a * b", "(W a) ⊙ b")]
    [InlineData("W · a + b", "(W a) + b")]
    [InlineData("W @ a", "W a")]
    [InlineData("W (a + b)", "W (a + b)")]
    [InlineData("W(a + b)", "W (a + b)")]
    [InlineData("a b", "a ⊙ b")]
    [InlineData("W [a, b]", "W [a, b]")]
    [InlineData("[a + b] b", "(a + b) ⊙ b")]
    [InlineData("a W", "a W")]
    [InlineData("a W^T", "a W^T")]
    [InlineData("2 W a", "2 * (W a)")]
    [InlineData("W 2 a", "W (2 * a)")]
    [InlineData("U^T 0.5 a", "U^T (0.5 * a)")]
    [InlineData("p * a", "p ⊙ a")]
    [InlineData("tanh a b", "tanh(a) ⊙ b")]
    [InlineData(@"\tanh a", "tanh(a)")]
    [InlineData("tanh sigmoid a", "tanh(sigmoid(a))")]
    [InlineData("W tanh a", "W tanh(a)")]
    [InlineData("tanh(a)^2", "tanh(a)^2")]
    [InlineData("tanh a^2", "tanh(a^2)")]
    [InlineData("-a^2 b + a", "-((a^2) ⊙ b) + a")]
    [InlineData("a / b * b", "(a / b) ⊙ b")]
    [InlineData("1 / 2 a", "1 / (2 * a)")]
    [InlineData("a * -b", "a ⊙ (-b)")]
    [InlineData("a - -b", "a - (-b)")]
    [InlineData("(W + I) a", "(W + I) a")]
    [InlineData("e^{-a}", "exp(-a)")]
    [InlineData("a²", "a^2")]
    [InlineData("a^{-1}", "a^{-1}")]
    [InlineData("a^0.5", "a^{0.5}")]
    public void A_run_is_bracketed_by_the_rules(string written, string understood)
    {
        Cell cell = Cell.Parse($"{Signals}h = {written}");
        cell.Equations[^1].ShouldBe($"h = {understood}");
    }

    [Fact]
    public void A_matrix_before_a_matrix_applies_to_its_product()
    {
        Cell cell = Cell.Parse("h = W V h[t-1] + x U\nmatrix V\nwidth V = rank");
        cell.Equations[^1].ShouldBe("h = (W (V h[t-1])) + (x U)");
        Shapes(cell).ShouldBe("W [hidden, rank]; V [rank, hidden]; U [input, hidden]");
    }

    [Fact]
    public void A_declared_matrix_multiplies_by_a_star()
    {
        Cell cell = Cell.Parse("matrix W\nparam P\nh = tanh(W * x + P * h[t-1])");
        cell.Equations[^1].ShouldBe("h = tanh((W x) + (P ⊙ h[t-1]))");
        Shapes(cell).ShouldBe("W [hidden, input]; P [hidden]");
    }

    [Fact]
    public void Capitals_meet_signals_elementwise_where_the_star_is_not_in_doubt()
    {
        Cell cell = Cell.Parse("f = σ(W x)\nh = P * f");
        Shapes(cell).ShouldBe("W [hidden, input]; P [hidden]");
    }

    [Fact]
    public void A_declared_Greek_letter_is_a_number()
    {
        Cell cell = Cell.Parse("param β\nh = β h[t-1] + W x");
        cell.Equations[^1].ShouldBe("h = (beta * h[t-1]) + (W x)");
        Shapes(cell).ShouldBe("beta scalar; W [hidden, input]");
    }

    [Fact]
    public void Constants_scale()
    {
        Cell cell = Cell.Parse("dt = 0.042\nh = h[t-1] + dt tanh(W x)");
        cell.Equations[^1].ShouldBe("h = h[t-1] + (dt * tanh(W x))");
        cell.Described.Single(name => name.Name == "dt").ShouldBe(new CellName("dt", CellNameKind.Constant, Shape.Scalar, 0.042));
    }

    private static string Shapes(Cell cell) => string.Join("; ", cell.Graph.Parameters.Select(parameter => $"{parameter.Name} {parameter.Node.Shape}"));
}
