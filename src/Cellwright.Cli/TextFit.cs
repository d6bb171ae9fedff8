namespace Cellwright.Cli;

/// <summary>
/// What can be had in a given time: the size of a text model and what keeps it from learning by heart, by rules from how
/// fast this machine is. The rules' numbers follow the ablations in docs/text.md.
/// </summary>
/// <param name="Hidden">The width of signals: the greatest of <see cref="Widths"/> with which training reads <see cref="CharactersPerParameter"/> characters for each parameter.</param>
/// <param name="Dropout">By how often the training part is read.</param>
/// <param name="LearningRate">Lower for wider models.</param>
/// <param name="Characters">About how many characters training will read.</param>
internal sealed record TextFit(int Hidden, double Dropout, double LearningRate, long Characters)
{
    /// <summary>The widths there are to choose from, the least first.</summary>
    public static readonly IReadOnlyList<int> Widths = [64, 96, 128, 192, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536];

    /// <summary>How many characters training has to read for each parameter.</summary>
    public const double CharactersPerParameter = 6.0;

    // A training step takes about three multiply-adds for each parameter and character: forward, and twice backward.
    private const double MultiplyAdds = 3.0;

    /// <summary>Fits a model to a time.</summary>
    /// <param name="budget">The time.</param>
    /// <param name="rate">The multiply-adds that training does in a second.</param>
    /// <param name="training">The characters of the training part.</param>
    /// <param name="width">The width where it is given; null to choose it.</param>
    /// <param name="parametersAt">How many parameters multiply at a width; null where the width does not fit.</param>
    public static TextFit Within(TimeSpan budget, double rate, long training, int? width, Func<int, long?> parametersAt)
    {
        int hidden = width ?? Widths.LastOrDefault(each => parametersAt(each) is { } count && Read(count) >= CharactersPerParameter * count, Widths[0]);
        long characters = Read(parametersAt(hidden) ?? 1);
        double times = characters / (double)Math.Max(1, training);
        return new TextFit(
            hidden,
            times switch { < 2 => 0.0, < 8 => 0.1, < 40 => 0.3, _ => 0.4 },
            hidden switch { <= 640 => 0.004, _ => 0.003 },
            characters);

        long Read(long parameters) => (long)(budget.TotalSeconds * rate / (MultiplyAdds * Math.Max(1, parameters)));
    }

    /// <summary>How many multiply-adds a training step does in a second.</summary>
    /// <param name="parameters">The parameters that multiply.</param>
    /// <param name="charactersPerSecond">The characters that training read in a second.</param>
    public static double RateOf(long parameters, double charactersPerSecond) => MultiplyAdds * parameters * charactersPerSecond;
}
