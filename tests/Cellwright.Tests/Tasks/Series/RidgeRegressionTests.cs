using Cellwright.Randomness;
using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class RidgeRegressionTests
{
    private const int Windows = 60;
    private const int Inputs = 7;
    private const int Outcomes = 3;

    private readonly double[] inputs = Draws("inputs", Windows * Inputs);
    private readonly double[] outcomes = Draws("outcomes", Windows * Outcomes);
    private readonly double[] weights = [.. Draws("weights", Windows).Select(value => 0.1 + (value * value))];

    [Theory]
    [InlineData(7, 1e-8)]
    [InlineData(7, 0.3)]
    [InlineData(4, 0.01)]
    public void The_fit_is_where_the_weighted_error_with_its_ridge_has_no_slope(int width, double ridge)
    {
        RidgeRegression map = RidgeRegression.Solve(Sums(threads: 1), ridge, width)!;
        double[] means = [.. Enumerable.Range(0, width).Select(i => Mean(window => Input(window, width, i)))];
        double square = Enumerable.Range(0, width).Average(i => weights.Select((weight, window) => weight * Math.Pow(Input(window, width, i) - means[i], 2)).Sum());
        for (int step = 0; step < Outcomes; step++)
        {
            map.Weights[step].Length.ShouldBe(width);
            Mean(window => Residual(map, window, step)).ShouldBe(0, 1e-12);
            for (int i = 0; i < width; i++)
            {
                double slope = weights.Select((weight, window) => weight * Residual(map, window, step) * Input(window, width, i)).Sum();
                slope.ShouldBe(ridge * square * map.Weights[step][i], 1e-10);
            }
        }
    }

    [Fact]
    public void The_error_from_sums_is_that_of_the_windows_one_by_one()
    {
        RegressionSums sums = Sums(threads: 1);
        foreach (int width in (int[])[Inputs, 3])
        {
            RidgeRegression map = RidgeRegression.Solve(sums, 0.1, width)!;
            double plain = Enumerable.Range(0, Outcomes).Average(step => Mean(window => Math.Pow(Residual(map, window, step), 2)));
            map.ErrorOn(sums).ShouldBe(plain, 1e-12);
        }
    }

    [Fact]
    [Trait("Category", "SameBits")]
    public void Sums_do_not_depend_on_threads_nor_on_how_windows_are_cut_into_calls()
    {
        RegressionSums one = Sums(threads: 1);
        RegressionSums many = new(Inputs, Outcomes);
        for (int first = 0; first < Windows; first += 20)
        {
            many.Add(20, inputs[(first * Inputs)..], outcomes[(first * Outcomes)..], weights[first..], threads: 3);
        }

        many.Windows.ShouldBe(one.Windows);
        many.Weight.ShouldBe(one.Weight);
        many.InputSums.ShouldBe(one.InputSums);
        many.OutcomeSums.ShouldBe(one.OutcomeSums);
        many.OutcomeSquares.ShouldBe(one.OutcomeSquares);
        many.Inputs.SelectMany(row => row).ShouldBe(one.Inputs.SelectMany(row => row));
        many.Outcomes.SelectMany(row => row).ShouldBe(one.Outcomes.SelectMany(row => row));
    }

    [Fact]
    public void Windows_that_are_held_out_choose_the_inputs_that_matter_and_a_ridge()
    {
        // Only the last two inputs say anything; the others can only mislead.
        RegressionSums Of(int first, int count)
        {
            RegressionSums sums = new(Inputs, 1);
            double[] said = [.. Enumerable.Range(first, count).Select(window => Input(window, 2, 0) - (2 * Input(window, 2, 1)) + (0.5 * outcomes[window]))];
            sums.Add(count, inputs[(first * Inputs)..], said, [.. Enumerable.Repeat(1.0, count)], threads: 1);
            return sums;
        }

        (RegressionSums training, RegressionSums validation) = (Of(0, 16), Of(16, 44));
        RidgeRegression map = RidgeRegression.Fit(training, validation, [7, 5, 2]);
        map.Weights[0].Length.ShouldBe(2);
        map.ValidationError.ShouldBe(map.ErrorOn(validation));
        foreach (int width in (int[])[7, 5, 2])
        {
            foreach (double ridge in (double[])[1e-6, 1e-3, 0.1, 1])
            {
                RidgeRegression.Solve(training, ridge, width)!.ErrorOn(validation).ShouldBeGreaterThanOrEqualTo(map.ValidationError);
            }
        }

        RidgeRegression unchosen = RidgeRegression.Fit(training, new RegressionSums(Inputs, 1), [7, 2]);
        unchosen.Weights[0].Length.ShouldBe(7);
        unchosen.ValidationError.ShouldBe(double.NaN);
    }

    private RegressionSums Sums(int threads)
    {
        RegressionSums sums = new(Inputs, Outcomes);
        sums.Add(Windows, inputs, outcomes, weights, threads);
        return sums;
    }

    private double Input(int window, int width, int i) => inputs[(window * Inputs) + Inputs - width + i];

    private double Residual(RidgeRegression map, int window, int step) =>
        outcomes[(window * Outcomes) + step] - map.Bias[step] - map.Weights[step].Select((weight, i) => weight * Input(window, map.Weights[step].Length, i)).Sum();

    private double Mean(Func<int, double> value) => weights.Select((weight, window) => weight * value(window)).Sum() / weights.Sum();

    private static double[] Draws(string purpose, int count)
    {
        double[] values = new double[count];
        new RandomStream(3, purpose).FillNormal(values, 0);
        return values;
    }
}
