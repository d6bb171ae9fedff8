namespace Cellwright.Training;

/// <summary>After how many steps a model is validated. It follows from numbers of steps, never from a clock.</summary>
internal static class ValidationInterval
{
    /// <summary>The least default interval: above the steps that a time budget times, after which no validation can be due.</summary>
    public const int LeastDefault = StepClock.MostSteps + 1;

    private const int Times = 20;

    /// <summary>The steps from one validation to the next: about twenty in all, fewer where they would take more than a twentieth of the time.</summary>
    /// <param name="steps">The number of steps of the run.</param>
    /// <param name="cost">What a validation takes, counted in steps.</param>
    public static int Of(int steps, double cost) =>
        (int)Math.Clamp(Math.Max(Math.Ceiling(steps / (double)Times), Math.Ceiling(Times * cost)), LeastDefault, int.MaxValue);

    /// <summary>The most steps that fit, with their validations, into the time of a number of steps without.</summary>
    /// <param name="room">That number.</param>
    /// <param name="cost">What a validation takes, counted in steps.</param>
    /// <param name="interval">The interval of a run of some steps.</param>
    public static int StepsWithin(int room, double cost, Func<int, int> interval)
    {
        int least = 0;
        int most = room;
        while (least < most)
        {
            int steps = (int)(((long)least + most + 1) / 2);
            (least, most) = steps + (cost * (steps / interval(steps))) <= room ? (steps, most) : (least, steps - 1);
        }

        return least;
    }
}
