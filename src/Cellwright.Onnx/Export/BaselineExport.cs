using Cellwright.Tasks.Series;

namespace Cellwright.Onnx.Export;

/// <summary>The simple forecast that a forecaster corrects, on the window's scale.</summary>
internal static class BaselineExport
{
    /// <summary>Writes the baseline of the rows behind some others.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="design">The design; it has a baseline.</param>
    /// <param name="values">What came before, [sequences, <paramref name="rows"/>, width], NaN where missing.</param>
    /// <param name="rows">How many rows came before.</param>
    /// <param name="ahead">How many rows are wanted.</param>
    /// <returns>The baseline, [sequences, ahead, width].</returns>
    public static string Write(OnnxGraphBuilder graph, ForecasterDesign design, string values, int rows, int ahead)
    {
        string last = ObservedValues.Last(graph, values, rank: 3).Value;
        if (design.Baseline == ForecastBaseline.LastValue)
        {
            return graph.Add("Expand", "baseline", [last, graph.Wholes(1, ahead, 1)]);
        }

        // The place's last observed value, of whole seasons with the first one filled up.
        int period = design.Period;
        int seasons = (rows + period - 1) / period;
        string whole = ObservedValues.PadBefore(graph, values, (seasons * period) - rows);
        string bySeason = graph.Reshape(whole, 0, seasons, period, -1);
        (string latest, string place) = ObservedValues.Last(graph, bySeason, rank: 4);
        string isFound = graph.Add("GreaterOrEqual", "baseline.found", [place, graph.Whole(0)]);
        string season = graph.Reshape(graph.Add("Where", "baseline.season", [isFound, latest, graph.Unsqueeze(last, 1)]), 0, period, -1);
        return graph.Add("Gather", "baseline", [season, graph.Wholes([.. Enumerable.Range(0, ahead).Select(row => (long)(row % period))])], OnnxAttributes.Of("axis", 1));
    }
}
