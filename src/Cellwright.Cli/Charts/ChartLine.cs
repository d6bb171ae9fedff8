namespace Cellwright.Cli.Charts;

/// <summary>One line of a chart.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="X">Where its points stand.</param>
/// <param name="Y">Their values; a value that is not finite leaves a gap.</param>
internal sealed record ChartLine(string Name, IReadOnlyList<double> X, IReadOnlyList<double> Y)
{
    public IEnumerable<(double X, double Y)> Points => X.Zip(Y).Where(point => double.IsFinite(point.First) && double.IsFinite(point.Second));
}
