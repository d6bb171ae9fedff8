using Cellwright.Layers;

namespace Cellwright.Tasks.Series;

/// <summary>
/// Series read from their first row to their last, window behind window, several side by side: each lane reads one sequence
/// after another, and begins each in the state that the cells say.
/// </summary>
internal sealed class CarriedWindows
{
    private readonly ScaledSeries[] series;
    private readonly ForecastShape shape;
    private readonly int[] limits;
    private readonly int[][] lanes;
    private readonly LayerState first;

    /// <summary>The windows.</summary>
    /// <param name="shape">The sizes.</param>
    /// <param name="series">The series.</param>
    /// <param name="limits">For each, the row behind the last one that may be read or be an outcome.</param>
    /// <param name="batch">The most lanes.</param>
    /// <param name="first">The state that a sequence begins in, of one.</param>
    public CarriedWindows(ForecastShape shape, ScaledSeries[] series, int[] limits, int batch, LayerState first)
    {
        (this.shape, this.series, this.limits, this.first) = (shape, series, limits, first);
        int sequences = series.Length * shape.SequencesPerSeries;
        Lanes = Math.Min(batch, sequences);
        lanes = [.. Enumerable.Range(0, Lanes).Select(lane => Enumerable.Range(0, sequences).Where(i => i % Lanes == lane && Chunks(i / shape.SequencesPerSeries) > 0).ToArray())];
        Steps = lanes.Max(lane => lane.Sum(sequence => Chunks(sequence / shape.SequencesPerSeries)));
    }

    /// <summary>The lanes.</summary>
    public int Lanes { get; }

    /// <summary>The steps after which every sequence was read.</summary>
    public int Steps { get; }

    /// <summary>Takes the windows of a step, and puts the lanes that begin a sequence into its first state.</summary>
    /// <param name="step">The step, from 0.</param>
    /// <param name="batch">Receives the windows.</param>
    /// <param name="state">The state of the lanes.</param>
    public void Fill(int step, WindowBatch batch, LayerState state)
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            int chunk = step;
            int sequence = -1;
            foreach (int candidate in lanes[lane])
            {
                int count = Chunks(candidate / shape.SequencesPerSeries);
                if (chunk < count)
                {
                    sequence = candidate;
                    break;
                }

                chunk -= count;
            }

            if (chunk == 0 || sequence < 0)
            {
                Reset(state, lane);
            }

            if (sequence < 0)
            {
                batch.Clear(lane);
                continue;
            }

            int source = sequence / shape.SequencesPerSeries;
            int end = limits[source] - shape.RowsAhead - ((Chunks(source) - 1 - chunk) * shape.Design.Window);
            batch.Fill(lane, series[source], sequence % shape.SequencesPerSeries, end, limits[source]);
        }
    }

    // Windows end so that the last one's outcomes are the last rows; the first may begin before the series.
    private int Chunks(int source) => Math.Max(0, (limits[source] - shape.RowsAhead + shape.Design.Window - 1) / shape.Design.Window);

    private void Reset(LayerState state, int lane)
    {
        for (int i = 0; i < state.Names.Count; i++)
        {
            Span<float> values = first.At(i);
            values.CopyTo(state.At(i).Slice(lane * values.Length, values.Length));
        }
    }
}
