using Cellwright.Inspection;
using Cellwright.Layers;
using Cellwright.Tasks.Series;
using Cellwright.Tests.Tasks.Series;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class ForecastTraceTests
{
    [Theory]
    [MemberData(nameof(SmallForecasters.Names), MemberType = typeof(SmallForecasters))]
    [Trait("Category", "SameBits")]
    public void The_last_states_have_the_bits_of_those_that_the_forecast_is_made_from(string name)
    {
        SeriesSet set = SmallForecasters.Set();
        using Forecaster model = Forecaster.Train(set, SmallForecasters.Designs[name], SmallForecasters.Training);
        foreach (TimeSeries series in set.Series)
        {
            ForecastRun run = model.Rent();
            run.Predict(new ScaledSeries(series, model.Scaler), series.Length);
            for (int target = 0; target < set.TargetNames.Count; target++)
            {
                ForecastTrace trace = ForecastTrace.Of(model, series, target);

                (trace.FirstRow + (trace.Steps * trace.Segment)).ShouldBe(series.Length);
                int sequence = model.Design.Joint ? 0 : target;
                int[] states = [.. trace.Layers.SelectMany((layer, depth) => layer.Cell.Graph.States.Select(state => Compare(run.State, $"layer{depth}.{state.Name}", sequence, layer, state.Name)))];
                states.Length.ShouldBeGreaterThan(0);
            }

            model.Return(run);
        }
    }

    [Theory]
    [InlineData("carried")]
    [InlineData("carried, step by step")]
    public void The_end_of_a_carried_series_has_the_values_it_has_within_the_whole(string name)
    {
        SeriesSet set = SmallForecasters.Set();
        using Forecaster model = Forecaster.Create(set, SmallForecasters.Designs[name], SmallForecasters.Training);

        Trace whole = ForecastTrace.Of(model, set.Series[1]).Layers[0];
        Trace end = ForecastTrace.Of(model, set.Series[1], mostSteps: 9).Layers[0];

        end.Steps.ShouldBe(8);
        whole.Steps.ShouldBe(19);
        foreach (SignalTrace signal in end.Signals)
        {
            end[signal.Name].Values.Span.SequenceEqual(whole[signal.Name].Values.Span[(11 * signal.Width)..]).ShouldBeTrue(signal.Name);
        }
    }

    [Fact]
    public void A_number_of_a_step_is_that_of_its_last_row()
    {
        SeriesSet set = SmallForecasters.Set();
        using Forecaster model = Forecaster.Create(set, SmallForecasters.Designs["parallel"], SmallForecasters.Training);
        TimeSeries series = set.Series[0].Until(10, 6);

        ForecastTrace trace = ForecastTrace.Of(model, series);

        trace.FirstRow.ShouldBe(-2);
        trace.ByStep([.. Enumerable.Range(0, 10).Select(row => row + 100.0)]).ShouldBe([100, 103, 106, 109]);
    }

    [Fact]
    public void Gradients_reach_back_as_far_as_the_model_reads_and_differ_before_and_after_training()
    {
        SeriesSet set = SmallForecasters.Set();
        using Forecaster model = Forecaster.Train(set, SmallForecasters.Designs["parallel"], SmallForecasters.Training);

        GradientFlow after = ForecastFlow.Of(model, set.Series[0], 100);
        GradientFlow before = ForecastFlow.BeforeTraining(model, set.Series[0], 100);

        after.States[0].Length.ShouldBe(4);
        before.States[0].Length.ShouldBe(4);
        after.States[0].Log10Norm(3).ShouldNotBe(before.States[0].Log10Norm(3));
    }

    private static int Compare(LayerState all, string name, int sequence, Trace layer, string state)
    {
        ReadOnlySpan<float> traced = layer.At(state, layer.Steps - 1);
        traced.SequenceEqual(all[name].Slice(sequence * traced.Length, traced.Length)).ShouldBeTrue(name);
        return traced.Length;
    }
}
