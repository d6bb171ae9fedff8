using Cellwright.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class ForecastExplanationTests
{
    private const double Difference = 0.02;

    public static TheoryData<string> Designs => SmallForecasters.Names;

    [Theory]
    [MemberData(nameof(Designs))]
    public void The_gradient_of_every_input_in_every_row_is_the_numerical_one(string name)
    {
        SeriesSet set = SmallForecasters.Set(rows: 24);
        using Forecaster model = Forecaster.Train(set, SmallForecasters.Designs[name], SmallForecasters.Training with { LearningRate = 0.02 });
        TimeSeries series = set.Series[0];
        foreach (int target in new[] { 0, 1 })
        {
            ForecastExplanation explanation = model.Explain(series, target);
            foreach (InputInfluence input in explanation.Inputs)
            {
                int column = input.Kind == InputKind.Target ? model.Columns.Targets.ToList().IndexOf(input.Name) : 0;
                for (int row = 0; row < input.Gradients.Count; row++)
                {
                    int at = input.Kind == InputKind.Ahead ? series.Length + row : series.Length - 1 - row;
                    double expected = Numerical(model, series, target, explanation.Steps, input.Kind, column, at);
                    input.Gradients[row].ShouldBe(expected, 0.002 + (0.02 * Math.Abs(expected)), $"{input.Kind} {input.Name}, row {at}, of target {target}");
                }
            }
        }
    }

    [Fact]
    public void Memory_is_the_rows_that_hold_a_share()
    {
        ForecastExplanation explanation = new("y", 1, 4, [new InputInfluence("y", InputKind.Target, [0.5, -0.25, 0.0, 0.25]), new InputInfluence("k", InputKind.Ahead, [9.0])]);
        explanation.SizeByLag.ShouldBe([0.5, 0.25, 0.0, 0.25]);
        explanation.Memory(0.5).ShouldBe(1);
        explanation.Memory(0.6).ShouldBe(2);
        explanation.Memory(1).ShouldBe(4);
        new ForecastExplanation("y", 1, 2, []).Memory(0.5).ShouldBe(0);
    }

    // In deviations of the target, for a deviation of the input; 0 where the value is missing, as it moves nothing.
    private static double Numerical(Forecaster model, TimeSeries series, int target, int steps, InputKind kind, int column, int row)
    {
        double scale = kind switch
        {
            InputKind.Target => model.Scaler.Targets(series)[column].Deviation,
            InputKind.Past => model.Scaler.Past(0).Deviation,
            _ => model.Scaler.Known(0).Deviation,
        };
        double Mean(double moved)
        {
            double[][] targets = [series.Target(0).ToArray(), series.Target(1).ToArray()];
            double[] past = series.Past(0).ToArray();
            double[] known = series.Known(0).ToArray();
            (kind switch { InputKind.Target => targets[column], InputKind.Past => past, _ => known })[row] += moved * scale;
            double[] forecast = model.Forecast(new TimeSeries(series.Id, null, targets, [past], [known], series.Constants.ToArray()));
            return Enumerable.Range(0, steps).Average(step => forecast[(step * 2) + target]) / model.Scaler.Targets(series)[target].Deviation;
        }

        return (Mean(Difference) - Mean(-Difference)) / (2 * Difference);
    }
}
