using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Training;

public sealed class LearningRatePlateauTests
{
    [Fact]
    public void The_rate_falls_where_validation_stands_still_longer_than_its_patience()
    {
        LearningRatePlateau plateau = new() { Factor = 0.5, Patience = 2, Threshold = 0.01, Floor = 0.2 };
        (double Loss, double Share)[] course =
        [
            (2.0, 1), (1.9, 1), (1.895, 1), (double.NaN, 1), (1.9, 0.5), (1.95, 0.5), (1.5, 0.5), (1.6, 0.5), (1.6, 0.5), (1.6, 0.25),
            (1.6, 0.25), (1.6, 0.25), (1.6, 0.2), (1.6, 0.2), (1.6, 0.2), (1.6, 0.2),
        ];
        double before = 1;
        foreach ((double loss, double share) in course)
        {
            plateau.Note(loss).ShouldBe(share < before);
            plateau.State.Share.ShouldBe(share);
            before = share;
        }

        plateau.State.Best.ShouldBe(1.5);
    }

    [Fact]
    public void Its_state_is_all_it_knows()
    {
        Random random = new(1);
        LearningRatePlateau whole = new();
        LearningRatePlateau resumed = new();
        for (int validation = 0; validation < 50; validation++)
        {
            double loss = random.NextDouble() - 0.5;
            bool lower = whole.Note(loss);
            resumed = new LearningRatePlateau { State = resumed.State };
            resumed.Note(loss).ShouldBe(lower);
        }

        resumed.State.ShouldBe(whole.State);
        whole.State.Share.ShouldBeLessThan(0.1);
    }
}
