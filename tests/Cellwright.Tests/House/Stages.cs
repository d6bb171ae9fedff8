using System.Text.RegularExpressions;

namespace Cellwright.Tests.House;

/// <summary>The library's folders in order, and what a source file mentions against it.</summary>
internal static class Stages
{
    // Folders of one rank do not know each other.
    private static readonly string[][] Ranks =
    [
        ["Tensors", "Randomness", "Files"],
        ["Equations"],
        ["Graphs"],
        ["Programs"],
        ["Kernels"],
        ["Layers"],
        ["Training"],
        ["Tasks"],
        ["Interchange"],
        ["Inspection"],
    ];

    public static IEnumerable<string> Folders => Ranks.SelectMany(rank => rank);

    public static bool MayUse(string folder, string other) => folder == other || Rank(other) < Rank(folder);

    /// <summary>
    /// Each line of a file of <paramref name="folder"/> that names a folder it may not use, in an import or in a qualified name.
    /// </summary>
    /// <param name="folder">The stage the file is in.</param>
    /// <param name="text">The file.</param>
    /// <param name="typesOf">The types of a folder: inside <c>namespace Cellwright.X</c>, <c>Y.Type</c> needs no more to reach the folder Y.</param>
    public static IEnumerable<(int Line, string Other)> Violations(string folder, string text, Func<string, IReadOnlyCollection<string>> typesOf)
    {
        string[] lines = text.Split('\n');
        foreach (string other in Folders.Where(other => !MayUse(folder, other)))
        {
            IReadOnlyCollection<string> types = typesOf(other);
            string partly = types.Count == 0 ? "" : $@"|(?<![\w.]){other}\.({string.Join('|', types.Select(Regex.Escape))})\b";
            var mention = new Regex($@"\bCellwright\s*\.\s*{other}\b{partly}");
            for (int i = 0; i < lines.Length; i++)
            {
                if (mention.IsMatch(lines[i]))
                {
                    yield return (i + 1, other);
                }
            }
        }
    }

    private static int Rank(string folder) => Array.FindIndex(Ranks, rank => rank.Contains(folder));
}
