using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class GradientNormTests
{
    [Fact]
    [Trait("Category", "SameBits")]
    public void The_norm_is_exact_and_independent_of_threads()
    {
        Random random = new(9);
        Parameter[] parameters = [new("W", 131, 150, false), new("b", 13, 1, true), new("U", 5, 5, false)];
        double expected = 0;
        foreach (Parameter parameter in parameters)
        {
            for (int i = 0; i < parameter.Gradient.Length; i++)
            {
                parameter.Gradient[i] = random.NextSingle() - 0.5f;
                expected += (double)parameter.Gradient[i] * parameter.Gradient[i];
            }
        }

        double[] norms = [.. new[] { 1, 2, 3 }.Select(threads =>
        {
            using WorkerTeam team = new(threads);
            return new GradientNorm(new ParameterSet(parameters), team).Compute();
        })];
        norms[0].ShouldBe(Math.Sqrt(expected), 1e-9);
        norms.ShouldAllBe(norm => norm == norms[0]);
    }

    [Fact]
    public void The_parameter_is_named_that_is_not_finite_first_on_the_way_back()
    {
        Parameter[] parameters = [new("W", 3, 3, false), new("U", 200, 100, false), new("b", 3, 1, true)];
        using WorkerTeam team = new(1);
        GradientNorm norm = new(new ParameterSet(parameters), team);
        norm.Compute();
        norm.FirstNonFinite().ShouldBeNull();

        parameters[1].Gradient[19_999] = float.PositiveInfinity;
        parameters[2].Gradient[0] = float.NaN;
        double.IsFinite(norm.Compute()).ShouldBeFalse();
        norm.FirstNonFinite().ShouldBe("b");
    }
}
