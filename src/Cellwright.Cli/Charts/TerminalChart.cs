using System.Globalization;
using System.Text;

namespace Cellwright.Cli.Charts;

/// <summary>Lines drawn with letters, for a terminal.</summary>
internal static class TerminalChart
{
    private const int Columns = 72;
    private const int Rows = 18;
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    /// <summary>Draws lines.</summary>
    /// <param name="output">Takes the chart.</param>
    /// <param name="lines">The lines; where two meet, the first one's letter stands.</param>
    /// <param name="across">What the horizontal axis counts.</param>
    /// <param name="mark">How a mark of the vertical axis is written.</param>
    public static void Write(TextWriter output, IReadOnlyList<ChartLine> lines, string across, Func<double, string> mark)
    {
        ChartRange x = ChartRange.Around(lines.SelectMany(line => line.X), 5);
        ChartRange y = ChartRange.Around(lines.SelectMany(line => line.Y), 6);
        char[][] grid = [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Repeat(' ', Columns).ToArray())];
        for (int i = lines.Count - 1; i >= 0; i--)
        {
            foreach ((double at, double value) in lines[i].Points)
            {
                grid[RowOf(y, value)][(int)Math.Round(x.Share(at) * (Columns - 1))] = Letters[i % Letters.Length];
            }
        }

        Dictionary<int, string> marks = [];
        foreach (double value in y.Marks)
        {
            marks[RowOf(y, value)] = mark(value);
        }

        int margin = marks.Values.Max(text => text.Length);
        for (int row = 0; row < Rows; row++)
        {
            string text = marks.TryGetValue(row, out string? known) ? known.PadLeft(margin) + " ┤" : new string(' ', margin) + " │";
            output.WriteLine((text + new string(grid[row])).TrimEnd());
        }

        output.WriteLine(new string(' ', margin) + " └" + new string('─', Columns));
        StringBuilder below = new(new string(' ', margin + Columns + 8));
        foreach (double value in x.Marks)
        {
            string text = value.ToString(CultureInfo.InvariantCulture);
            int at = margin + 2 + (int)Math.Round(x.Share(value) * (Columns - 1)) - (text.Length / 2);
            at = Math.Clamp(at, 0, below.Length - text.Length);
            below.Remove(at, text.Length).Insert(at, text);
        }

        output.WriteLine(below.ToString().TrimEnd() + "  " + across);
        for (int i = 0; i < lines.Count; i++)
        {
            output.WriteLine($"  {Letters[i % Letters.Length]}  {lines[i].Name}");
        }
    }

    private static int RowOf(ChartRange range, double value) => Math.Clamp((int)Math.Round((1 - range.Share(value)) * (Rows - 1)), 0, Rows - 1);
}
