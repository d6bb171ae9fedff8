namespace Cellwright.Cli;

/// <summary>
/// What can be had in a given time: the size of a text model and what keeps it from learning by heart, by rules from how
/// fast this machine is. The rules' numbers follow the ablations in docs/text.md.
/// </summary>
/// <param name="Layers">One, or two where one would read the training part more than <see cref="MostReadings"/> times.</param>
/// <param name="Hidden">The width of signals: the greatest of <see cref="Widths"/> with which training reads <see cref="CharactersPerParameter"/> characters for each parameter, or with two layers <see cref="CharactersPerParameterOfTwo"/>.</param>
/// <param name="Dropout">By how often the training part is read.</param>
/// <param name="Zoneout">Above 0 for layers upon one another that read the training part more than <see cref="MostReadings"/> times.</param>
/// <param name="LearningRate">Lower for wider models.</param>
/// <param name="Characters">About how many characters training will read.</param>
internal sealed record TextFit(int Layers, int Hidden, double Dropout, double Zoneout, double LearningRate, long Characters)
{
    /// <summary>The widths there are to choose from, the least first.</summary>
    public static readonly IReadOnlyList<int> Widths = [64, 96, 128, 192, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536];

    /// <summary>How many characters training has to read for each parameter.</summary>
    public const double CharactersPerParameter = 6.0;

    /// <summary>The same for two layers.</summary>
    public const double CharactersPerParameterOfTwo = 10.0;

    /// <summary>How often one layer reads the training part before two learn less of it by heart than a wider one.</summary>
    public const double MostReadings = 16.0;

    // A training step takes about three multiply-adds for each parameter and character: forward, and twice backward.
    private const double MultiplyAdds = 3.0;

    /// <summary>Fits a model to a time.</summary>
    /// <param name="budget">The time.</param>
    /// <param name="rate">The multiply-adds that training does in a second.</param>
    /// <param name="training">The characters of the training part.</param>
    /// <param name="layers">The number of layers where it is given; null to choose it.</param>
    /// <param name="width">The width where it is given; null to choose it.</param>
    /// <param name="parametersAt">How many parameters multiply with so many layers of a width; null where the width does not fit.</param>
    public static TextFit Within(TimeSpan budget, double rate, long training, int? layers, int? width, Func<int, int, long?> parametersAt)
    {
        TextFit fit = With(layers ?? 1, CharactersPerParameter);
        return layers is null && width is null && Readings(fit.Characters) > MostReadings ? With(2, CharactersPerParameterOfTwo) : fit;

        TextFit With(int depth, double each)
        {
            int hidden = width ?? Widths.LastOrDefault(width => parametersAt(depth, width) is { } count && Read(count) >= each * count, Widths[0]);
            long characters = Read(parametersAt(depth, hidden) ?? 1);
            bool zones = depth > 1 && Readings(characters) > MostReadings;
            return new TextFit(
                depth,
                hidden,
                zones ? 0.2 : Readings(characters) switch { < 2 => 0.0, < 8 => 0.1, < 40 => 0.3, _ => 0.4 },
                zones ? 0.1 : 0.0,
                hidden switch { <= 640 => 0.004, _ => 0.003 },
                characters);
        }

        double Readings(long characters) => characters / (double)Math.Max(1, training);

        long Read(long parameters) => (long)(budget.TotalSeconds * rate / (MultiplyAdds * Math.Max(1, parameters)));
    }

    /// <summary>How many multiply-adds a training step does in a second.</summary>
    /// <param name="parameters">The parameters that multiply.</param>
    /// <param name="charactersPerSecond">The characters that training read in a second.</param>
    public static double RateOf(long parameters, double charactersPerSecond) => MultiplyAdds * parameters * charactersPerSecond;
}
