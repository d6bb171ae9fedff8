using Cellwright.Tasks.Series;

namespace Cellwright.Inspection;

/// <summary>A series through a forecaster: every signal of every layer over the rows that were read.</summary>
/// <remarks>
/// A step reads <see cref="Segment"/> rows. The signals are those of the encoder, with the bits that a forecast has them
/// with; what decodes the rows ahead is one step from the last state for each segment, and not part of the trace.
/// </remarks>
/// <example><code>
/// ForecastTrace trace = ForecastTrace.Of(model, series);
/// float unit = trace.Layers[0].At("c", step: 9)[17];
/// </code></example>
public sealed class ForecastTrace
{
    private ForecastTrace(int firstRow, int segment, IReadOnlyList<Trace> layers)
    {
        FirstRow = firstRow;
        Segment = segment;
        Layers = layers;
    }

    /// <summary>The row of the series at which the first step begins; below 0 where a window begins before its series.</summary>
    public int FirstRow { get; }

    /// <summary>The rows of a step.</summary>
    public int Segment { get; }

    /// <summary>The number of steps.</summary>
    public int Steps => Layers[0].Steps;

    /// <summary>The traces of the recurrent layers, the lowest first.</summary>
    public IReadOnlyList<Trace> Layers { get; }

    /// <summary>Reads a series as a forecast of the rows behind its last one does.</summary>
    /// <param name="model">The model.</param>
    /// <param name="series">What has been observed.</param>
    /// <param name="target">The target whose sequence is traced; models that read all targets together have one for all.</param>
    /// <param name="mostSteps">Where a state is carried, about how many of the last steps are traced: whole windows, at least one. The steps before are run all the same. Default: all.</param>
    /// <exception cref="SeriesException">The series has other columns than the model.</exception>
    public static ForecastTrace Of(Forecaster model, TimeSeries series, int target = 0, int mostSteps = int.MaxValue)
    {
        ForecastInput input = ForecastInput.Of(model, series, target, mostSteps);
        return new ForecastTrace(input.FirstRow, model.Design.Segment, StackTrace.Of(model.Network.Encoder, input.Values, input.Initial, out _));
    }

    /// <summary>A number for each step of one for each row of the series: that of the last row the step read; 0 before the series.</summary>
    /// <param name="rows">The numbers, one a row.</param>
    public IReadOnlyList<double> ByStep(IReadOnlyList<double> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return [.. Enumerable.Range(1, Steps).Select(step => FirstRow + (step * Segment) - 1).Select(row => row >= 0 && row < rows.Count ? rows[row] : 0)];
    }
}
