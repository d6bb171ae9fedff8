using System.Text.Json;
using System.Text.RegularExpressions;

namespace Cellwright.Cli.Benchmarks;

/// <summary>A page with speed tables, each between two marks that name the file of figures it is written from.</summary>
internal static partial class SpeedPage
{
    /// <summary>Writes every table anew.</summary>
    /// <param name="page">The page's text.</param>
    /// <param name="figures">What <c>bench --json</c> printed, by the name in a table's mark.</param>
    /// <returns>The page with its tables.</returns>
    /// <exception cref="InvalidDataException">A file is not what <c>bench --json</c> prints.</exception>
    public static string Fill(string page, Func<string, string> figures) => Table().Replace(page, match =>
        $"{match.Groups["begin"].Value}\n{new SpeedTable(Read(match.Groups["file"].Value, figures)).Markdown()}\n{match.Groups["end"].Value}");

    /// <summary>The files that a page's tables are written from.</summary>
    public static IReadOnlyList<string> Files(string page) => [.. Table().Matches(page).Select(match => match.Groups["file"].Value)];

    private static BenchmarkResult[] Read(string name, Func<string, string> figures)
    {
        try
        {
            return JsonSerializer.Deserialize<BenchmarkResult[]>(figures(name), JsonStyle.Options) is { Length: > 0 } results
                ? results
                : throw new InvalidDataException($"{name} holds no figures; write it with 'cellwright bench --json'");
        }
        catch (JsonException problem)
        {
            throw new InvalidDataException($"{name} is not what 'cellwright bench --json' prints: {problem.Message}", problem);
        }
    }

    [GeneratedRegex(@"(?<begin><!-- speed: (?<file>[\w.-]+) -->)\n.*?(?<end><!-- end of speed -->)", RegexOptions.Singleline)]
    private static partial Regex Table();
}
