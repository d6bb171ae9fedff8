using System.Globalization;
using Cellwright.Tasks.Memory;

namespace Cellwright.Studio.Memory;

/// <summary>What the numbers of a memory task's steps stand for.</summary>
internal static class SymbolNames
{
    /// <summary>The names of the inputs, as many as the task has.</summary>
    public static IReadOnlyList<string> Inputs(IMemoryTask task) => Fit(task.InputWidth, task.Name switch
    {
        "adding" => ["number", "mark"],
        "copy" => ["1", "2", "3", "4", "5", "6", "7", "8", "blank", "begin"],
        "order" => ["a", "b", "c", "d", "X", "Y", "E", "B"],
        "reber" => ["B", "T", "P", "S", "X", "V", "E"],
        "anbncn" => ["begin", "a", "b", "c"],
        "noisy" => ["line"],
        _ => [],
    });

    /// <summary>The names of the outputs, as many as the task has.</summary>
    public static IReadOnlyList<string> Outputs(IMemoryTask task) => Fit(task.OutputWidth, task.Name switch
    {
        "adding" => ["sum"],
        "copy" => ["1", "2", "3", "4", "5", "6", "7", "8", "blank"],
        "order" => ["XX", "XY", "YX", "YY"],
        "reber" => ["B", "T", "P", "S", "X", "V", "E"],
        "anbncn" => ["a", "b", "c", "end"],
        "noisy" => ["+", "−"],
        _ => [],
    });

    private static IReadOnlyList<string> Fit(int width, string[] names) => names.Length == width ? names : [.. Enumerable.Range(0, width).Select(i => i.ToString(CultureInfo.InvariantCulture))];
}
