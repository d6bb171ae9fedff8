namespace Cellwright.Cli;

/// <summary>What each preset says, as words of a command line: options and values by turns.</summary>
internal static class TextPresets
{
    /// <summary>The presets, the smallest first.</summary>
    public static IReadOnlyDictionary<TextPreset, IReadOnlyList<string>> All { get; } = new SortedDictionary<TextPreset, IReadOnlyList<string>>
    {
        [TextPreset.Small] = "--hidden 256 --embedding 64 --batch 32 --window 64 --dropout 0.1 --learning-rate 0.004 --budget 2m".Split(' '),
        [TextPreset.Medium] = "--hidden 512 --embedding 64 --batch 32 --window 64 --dropout 0.25 --learning-rate 0.003 --budget 15m".Split(' '),
        [TextPreset.Large] = "--layers 2 --hidden 768 --embedding 128 --batch 32 --window 64 --dropout 0.4 --learning-rate 0.002 --budget 60m".Split(' '),
    };
}
