using Cellwright.Tasks.Series;
using Cellwright.Tensors;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class LikelihoodTests
{
    public static TheoryData<string> Losses => ["gaussian", "student", "huber"];

    [Theory]
    [MemberData(nameof(Losses))]
    public void The_gradient_is_that_of_numerical_differences(string name)
    {
        SequenceLoss loss = Create(name);
        const float Step = 1f / 256;
        foreach (float target in new[] { -6f, 0.25f, 3f })
        {
            float[] outputs = [0.5f, -0.75f, 1.5f];
            double[] exact = Gradient(loss, outputs, target);
            for (int i = 0; i < loss.OutputsPerTarget; i++)
            {
                double At(float step) => Value(loss, [.. outputs.Select((value, j) => j == i ? value + step : value)], target);
                double numerical = ((8 * (At(Step) - At(-Step))) - (At(2 * Step) - At(-2 * Step))) / (12 * Step);
                exact[i].ShouldBe(numerical, 1e-6 * Math.Max(1, Math.Abs(numerical)));
            }
        }
    }

    [Theory]
    [InlineData("gaussian")]
    [InlineData("student")]
    public void The_density_sums_to_1_and_its_quantiles_cut_off_their_share(string name)
    {
        SequenceLoss loss = Create(name);
        float[] outputs = [0.5f, -0.75f, 1.5f];
        ForecastHead head = ForecastHead.Distribution(name == "gaussian" ? ForecastHeadKind.Gaussian : ForecastHeadKind.Student);
        const double Width = 1.0 / 64;
        double below = 0.0;
        int level = 0;
        for (double y = -400; y < 400; y += Width)
        {
            double share = Width * Math.Exp(-Value(loss, outputs, (float)(y + (Width / 2))));
            while (level < head.Levels.Count && head.Quantile(outputs, level) < y + Width)
            {
                double part = (head.Quantile(outputs, level) - y) / Width;
                (below + (part * share)).ShouldBe(head.Levels[level], 1e-4);
                level++;
            }

            below += share;
        }

        level.ShouldBe(5);
        below.ShouldBe(1.0, 1e-4);
    }

    [Fact]
    public void A_missing_target_counts_for_nothing()
    {
        foreach (SequenceLoss loss in new[] { Create("gaussian"), Create("student"), Create("huber"), new SquaredError(1), new PinballLoss([0.1, 0.9], 1) })
        {
            int width = loss.OutputsPerTarget;
            float[] outputs = [.. Enumerable.Range(0, 2 * width).Select(i => 0.3f * i)];
            float[] gradient = new float[2 * width];
            double mean = loss.MeanWithGradient(outputs, [1.5f, float.NaN], 2, 1, [], gradient);
            float[] alone = new float[width];
            mean.ShouldBe(loss.MeanWithGradient(outputs.AsSpan(0, width), [1.5f], 1, 1, [], alone));
            gradient[..width].ShouldBe(alone);
            gradient[width..].ShouldAllBe(value => value == 0f);
        }
    }

    [Fact]
    public void The_logarithm_of_the_gamma_function_is_that_of_factorials()
    {
        double factorial = 0.0;
        for (int n = 1; n < 40; n++)
        {
            GammaFunction.Log(n).Value.ShouldBe(factorial, 1e-12 * Math.Max(1, factorial));
            factorial += Math.Log(n);
        }

        GammaFunction.Log(0.5).Value.ShouldBe(Math.Log(Math.Sqrt(Math.PI)), 1e-13);
        GammaFunction.Log(1).Slope.ShouldBe(-0.57721566490153286, 1e-13);
    }

    private static SequenceLoss Create(string name) => name switch
    {
        "gaussian" => new GaussianLikelihood(1),
        "student" => new StudentLikelihood(1),
        _ => new HuberError(0.8, 1),
    };

    private static double Value(SequenceLoss loss, float[] outputs, float target)
    {
        using AlignedBuffer buffer = new(loss.OutputsPerTarget);
        outputs.AsSpan(0, loss.OutputsPerTarget).CopyTo(buffer.Span);
        return loss.Sum(buffer, new[] { target }, 1, 1, ReadOnlyMemory<int>.Empty, 1, loss.OutputsPerTarget);
    }

    private static double[] Gradient(SequenceLoss loss, float[] outputs, float target)
    {
        float[] gradient = new float[loss.OutputsPerTarget];
        loss.MeanWithGradient(outputs.AsSpan(0, loss.OutputsPerTarget), [target], 1, 1, [], gradient);
        return [.. gradient.Select(value => (double)value)];
    }
}
