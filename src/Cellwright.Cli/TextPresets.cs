namespace Cellwright.Cli;

/// <summary>What each preset says, as words of a command line: options and values by turns.</summary>
internal static class TextPresets
{
    /// <summary>The presets, the smallest first.</summary>
    public static IReadOnlyDictionary<TextPreset, IReadOnlyList<string>> All { get; } = new SortedDictionary<TextPreset, IReadOnlyList<string>>
    {
        [TextPreset.Small] = "--hidden 448 --dropout 0.1 --learning-rate 0.004 --budget 3m".Split(' '),
        [TextPreset.Medium] = "--hidden 640 --dropout 0.3 --learning-rate 0.004 --budget 15m".Split(' '),
        [TextPreset.Large] = "--layers 2 --hidden 512 --dropout 0.2 --zoneout 0.1 --learning-rate 0.004 --budget 60m".Split(' '),
    };
}
