namespace Cellwright.Tests.Tasks.Memory;

/// <summary>
/// The embedded Reber grammar as a list of arrows, read off the figures of Cleeremans, Servan-Schreiber and McClelland (1989):
/// nodes of the upper copy of the inner grammar are capitals, behind an outer T, those of the lower one small, behind a P.
/// </summary>
internal sealed class ReberAutomaton
{
    private const string Inner = "0B1 1T2 1P3 2S2 2X4 3T3 3V5 4X3 4S6 5P4 5V6 6E7";

    private static readonly (string From, char Symbol, string To)[] Arrows =
    [
        ("start", 'B', "outer"), ("outer", 'T', "upper0"), ("outer", 'P', "lower0"),
        .. Copy("upper"), .. Copy("lower"),
        ("upper7", 'T', "last"), ("lower7", 'P', "last"), ("last", 'E', "end"),
    ];

    private string node = "start";

    public bool IsAtEnd => node == "end";

    public IEnumerable<char> MayCome => Arrows.Where(arrow => arrow.From == node).Select(arrow => arrow.Symbol);

    public bool Read(char symbol)
    {
        node = Arrows.FirstOrDefault(arrow => arrow.From == node && arrow.Symbol == symbol).To;
        return node is not null;
    }

    private static IEnumerable<(string From, char Symbol, string To)> Copy(string name) =>
        Inner.Split(' ').Select(arrow => (name + arrow[0], arrow[1], name + arrow[2]));
}
