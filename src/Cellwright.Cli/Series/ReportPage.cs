using System.Net;

namespace Cellwright.Cli.Series;

/// <summary>A page that needs nothing else: its style is inside, for light and dark, for a telephone and a screen.</summary>
internal static class ReportPage
{
    private const string Style = """
        :root { color-scheme: light dark; --ground: #fbfbfa; --card: #fff; --ink: #1c1e21; --soft: #5d646c; --rule: #e2e4e7; --past: #3d4650; --line: #b4441c; --band: #e9a889; }
        @media (prefers-color-scheme: dark) { :root { --ground: #14171a; --card: #1b1f23; --ink: #e6e8ea; --soft: #9aa3ac; --rule: #2d333a; --past: #c3cad1; --line: #ff9d6e; --band: #a35733; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 3rem; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
        h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
        h2 { font-size: 1.1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
        p { margin: 0 0 .75rem; }
        .soft, figcaption { color: var(--soft); font-size: .9rem; overflow-wrap: anywhere; }
        section { background: var(--card); border: 1px solid var(--rule); border-radius: .6rem; padding: 1rem; margin: 1rem 0; }
        .key { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .9rem; color: var(--soft); margin-bottom: .5rem; }
        .key i { display: inline-block; width: 1.4rem; height: .7rem; margin-right: .4rem; vertical-align: -1px; border-radius: 2px; }
        svg { display: block; width: 100%; height: auto; }
        .grid { stroke: var(--rule); } .now { stroke: var(--soft); stroke-dasharray: 3 4; }
        .tick { fill: var(--soft); font-size: 12px; font-variant-numeric: tabular-nums; }
        .past { fill: none; stroke: var(--past); stroke-width: 1.6; stroke-linejoin: round; }
        .point { fill: none; stroke: var(--line); stroke-width: 2.2; stroke-linejoin: round; }
        .band { fill: var(--band); fill-opacity: .35; } .band.inner { fill-opacity: .55; }
        .bar { fill: var(--past); fill-opacity: .55; } .bar.own { fill: var(--line); fill-opacity: 1; }
        .name { fill: var(--ink); font-size: 13px; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
        th:first-child, td:first-child { text-align: left; padding-left: 0; } th { color: var(--soft); font-weight: 500; }
        tr.own td { font-weight: 600; }
        details summary { cursor: pointer; color: var(--soft); margin-top: .75rem; }
        @media (max-width: 480px) { .tick { font-size: 20px; } .name { font-size: 24px; } section { padding: .8rem; } }
        """;

    /// <summary>A page.</summary>
    /// <param name="title">Its title, as text.</param>
    /// <param name="body">What is below it, as HTML.</param>
    public static string Html(string title, string body) => $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>
        {Style}
        </style>
        </head>
        <body>
        <h1>{WebUtility.HtmlEncode(title)}</h1>
        {body}
        </body>
        </html>

        """;
}
