using Cellwright.Tasks;
using Cellwright.Tasks.Series;
using Cellwright.Training;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class WeightDecayTests
{
    [Theory]
    [InlineData(OptimizerKind.AdamW, 0.1, 0.01)]
    [InlineData(OptimizerKind.Adam, 0.0, 0.0)]
    [InlineData(OptimizerKind.Sgd, 0.0, 0.0)]
    public void An_optimizer_set_alone_takes_the_weight_decay_that_goes_with_it(OptimizerKind optimizer, double text, double series)
    {
        Assert.Equal(text, new TextTrainingOptions { Optimizer = optimizer }.EffectiveWeightDecay());
        Assert.Equal(series, new ForecastTrainingOptions { Optimizer = optimizer }.EffectiveWeightDecay());
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.Sgd)]
    public void What_is_set_is_taken(OptimizerKind optimizer)
    {
        Assert.Equal(0.0, new TextTrainingOptions { Optimizer = optimizer, WeightDecay = 0 }.EffectiveWeightDecay());
        Assert.Equal(0.3, new ForecastTrainingOptions { Optimizer = optimizer, WeightDecay = 0.3 }.EffectiveWeightDecay());
    }

    [Theory]
    [InlineData(OptimizerKind.AdamW, null, true)]
    [InlineData(OptimizerKind.Adam, null, true)]
    [InlineData(OptimizerKind.Adam, 0.0, true)]
    [InlineData(OptimizerKind.Adam, 0.1, false)]
    [InlineData(OptimizerKind.Sgd, -0.1, false)]
    [InlineData(OptimizerKind.AdamW, double.NaN, false)]
    [InlineData(OptimizerKind.AdamW, double.PositiveInfinity, false)]
    public void A_decay_that_an_optimizer_does_not_know_is_refused(OptimizerKind optimizer, double? decay, bool isTaken) =>
        Assert.Equal(isTaken, new TextTrainingOptions { Optimizer = optimizer, WeightDecay = decay }.Problem() is null);
}
