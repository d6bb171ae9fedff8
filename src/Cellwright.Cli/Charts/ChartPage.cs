using System.Globalization;
using System.Net;
using System.Text;

namespace Cellwright.Cli.Charts;

/// <summary>A page with one chart of lines, complete in itself: no script, nothing to load.</summary>
internal static class ChartPage
{
    private const int Width = 860;
    private const int Height = 420;
    private const int Left = 70;
    private const int Bottom = 44;
    private const int Top = 14;
    private const int Right = 14;

    // Eight hues that are told apart with every kind of colour vision (Okabe and Ito, 2008), the last two darkened.
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#8c6d31", "#666666"];

    /// <summary>Makes the page.</summary>
    /// <param name="title">Its heading.</param>
    /// <param name="note">A sentence below that says how the figures came about.</param>
    /// <param name="lines">The lines.</param>
    /// <param name="across">What the horizontal axis counts.</param>
    /// <param name="up">What the vertical axis shows.</param>
    /// <param name="mark">How a mark of the vertical axis is written.</param>
    /// <param name="table">What stands below the chart, where anything does.</param>
    public static string Of(string title, string note, IReadOnlyList<ChartLine> lines, string across, string up, Func<double, string> mark, OutputTable? table = null)
    {
        ChartRange x = ChartRange.Around(lines.SelectMany(line => line.X), 6);
        ChartRange y = ChartRange.Around(lines.SelectMany(line => line.Y), 7);
        double AtX(double value) => Left + (x.Share(value) * (Width - Left - Right));
        double AtY(double value) => Height - Bottom - (y.Share(value) * (Height - Bottom - Top));
        StringBuilder page = new();
        page.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{Text(title)}}</title>
            <style>
            :root { color-scheme: light dark; --ink: light-dark(#1d2433, #e4e7ee); --faint: light-dark(#d9dde6, #353b48); }
            body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: light-dark(#fff, #14171d); max-width: 56rem; margin: 2rem auto; padding: 0 1rem }
            h1 { font-size: 1.3rem; font-weight: 600 } svg { width: 100%; height: auto } text { fill: var(--ink); font-size: 12px }
            .grid { stroke: var(--faint) } .line { fill: none; stroke-width: 2; stroke-linejoin: round }
            table { border-collapse: collapse; margin: 1rem 0 } th, td { text-align: left; padding: .2rem 1.2rem .2rem 0; border-bottom: 1px solid var(--faint) } td { font-variant-numeric: tabular-nums }
            ul { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: .3rem 1.4rem } li::before { content: ""; display: inline-block; width: 1.4em; height: .2em; margin-right: .5em; vertical-align: middle; background: var(--c) }
            </style></head><body>
            <h1>{{Text(title)}}</h1>
            <svg viewBox="0 0 {{Width}} {{Height}}" role="img" aria-label="{{Text(title)}}">

            """);
        foreach (double value in y.Marks)
        {
            page.Append(CultureInfo.InvariantCulture, $"<path class=\"grid\" d=\"M{Left} {AtY(value):0.#}H{Width - Right}\"/><text x=\"{Left - 8}\" y=\"{AtY(value) + 4:0.#}\" text-anchor=\"end\">{Text(mark(value))}</text>\n");
        }

        foreach (double value in x.Marks)
        {
            page.Append(CultureInfo.InvariantCulture, $"<text x=\"{AtX(value):0.#}\" y=\"{Height - Bottom + 18}\" text-anchor=\"middle\">{value}</text>\n");
        }

        for (int i = 0; i < lines.Count; i++)
        {
            string points = string.Join(' ', lines[i].Points.Select(point => string.Create(CultureInfo.InvariantCulture, $"{AtX(point.X):0.#},{AtY(point.Y):0.#}")));
            page.Append(CultureInfo.InvariantCulture, $"<polyline class=\"line\" stroke=\"{Colours[i % Colours.Length]}\" points=\"{points}\"><title>{Text(lines[i].Name)}</title></polyline>\n");
        }

        page.Append(CultureInfo.InvariantCulture, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 6}\" text-anchor=\"middle\">{Text(across)}</text>\n");
        page.Append(CultureInfo.InvariantCulture, $"<text transform=\"translate(14 {(Height - Bottom + Top) / 2}) rotate(-90)\" text-anchor=\"middle\">{Text(up)}</text>\n</svg>\n<ul>");
        for (int i = 0; i < lines.Count; i++)
        {
            page.Append(CultureInfo.InvariantCulture, $"<li style=\"--c: {Colours[i % Colours.Length]}\">{Text(lines[i].Name)}</li>");
        }

        page.Append("</ul>\n");
        if (table is not null)
        {
            page.Append("<table>").Append(Row("th", table.Headings)).AppendJoin(string.Empty, table.Rows.Select(row => Row("td", row))).Append("</table>\n");
        }

        return page.Append(CultureInfo.InvariantCulture, $"<p>{Text(note)}</p>\n</body></html>\n").ToString();
    }

    private static string Row(string element, IReadOnlyList<string> cells) =>
        $"<tr>{string.Concat(cells.Select(cell => $"<{element}>{Text(cell)}</{element}>"))}</tr>\n";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
