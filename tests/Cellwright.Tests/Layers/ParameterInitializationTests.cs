using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Layers;

public sealed class ParameterInitializationTests
{
    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = 400, ["hidden"] = 25 };

    [Theory]
    [InlineData("h = tanh(W x + U h[t-1])", 400)]
    [InlineData("h = tanh(x W + U h[t-1])", 400)]
    [InlineData("blocks W = 5\nh = tanh(W x + U h[t-1])", 80)]
    [InlineData("blocks W = 5\nh = tanh(x W + U h[t-1])", 80)]
    public void A_matrix_is_drawn_by_the_width_of_what_it_multiplies(string equations, int width)
    {
        float[] values = Draw(equations, "W");
        double bound = 1 / Math.Sqrt(width);
        values.Max().ShouldBeInRange((float)(0.98 * bound), (float)bound);
        values.Min().ShouldBeInRange((float)-bound, (float)(-0.98 * bound));
    }

    [Fact]
    public void An_orthogonal_matrix_is_orthogonal()
    {
        float[] u = Draw("h = tanh(W x + U h[t-1])\ninit U = orthogonal", "U");
        for (int i = 0; i < 25; i++)
        {
            for (int j = 0; j < 25; j++)
            {
                double product = Enumerable.Range(0, 25).Sum(k => (double)u[(i * 25) + k] * u[(j * 25) + k]);
                product.ShouldBe(i == j ? 1 : 0, 1e-6);
            }
        }
    }

    [Theory]
    [InlineData("0.25", 0.25, 0.25)]
    [InlineData("uniform(-3, -2)", -3, -2)]
    [InlineData("chrono(50)", 0, 3.9)]
    public void Other_draws_stay_in_their_range(string how, double least, double most)
    {
        float[] b = Draw($"h = tanh(W x + U h[t-1] + b)\ninit b = {how}", "b");
        b.ShouldAllBe(value => value >= (float)least && value <= (float)most);
    }

    [Fact]
    public void Identity_and_defaults_of_biases()
    {
        Draw("h = tanh(W x + U h[t-1] + b)\ninit U = identity", "U").Sum().ShouldBe(25);
        Draw("h = tanh(W x + U h[t-1] + b)", "b").ShouldAllBe(value => value == 0);
    }

    [Fact]
    public void The_seed_decides_every_value()
    {
        using Layer a = new(Cell.Named("lstm"), Sizes, 1);
        using Layer b = new(Cell.Named("lstm"), Sizes, 2);
        a.Initialize(7);
        b.Initialize(7);
        for (int i = 0; i < a.Parameters.Count; i++)
        {
            b.Parameters[i].Values.ToArray().ShouldBe(a.Parameters[i].Values.ToArray());
        }

        b.Initialize(8);
        b.Parameters[0].Values.ToArray().ShouldNotBe(a.Parameters[0].Values.ToArray());
    }

    private static float[] Draw(string equations, string name)
    {
        using Layer layer = new(Cell.Parse(equations), Sizes, 1);
        layer.Initialize(3);
        return layer.Parameters.Single(parameter => parameter.Name == name).Values.ToArray();
    }
}
