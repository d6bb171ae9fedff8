using Cellwright.Training;

namespace Cellwright.Tasks.Series;

/// <summary>Compares what a network says with what came.</summary>
internal sealed class ForecastEvaluation : IDisposable
{
    private readonly ForecastRun run;
    private readonly ForecastNetwork network;
    private readonly SequenceLoss loss;
    private readonly SeriesWindows? windows;
    private readonly ScaledSeries[] series;
    private readonly IReadOnlyList<(int First, int Limit)> outcomes;

    /// <summary>An evaluation over some rows.</summary>
    /// <param name="network">The network.</param>
    /// <param name="series">The series.</param>
    /// <param name="outcomes">For each, the first row that is an outcome, and the one behind the last.</param>
    /// <param name="batch">The windows that are run at a time.</param>
    /// <param name="stride">The rows from one window to the next; where the state is carried, windows follow one another.</param>
    public ForecastEvaluation(ForecastNetwork network, ScaledSeries[] series, IReadOnlyList<(int First, int Limit)> outcomes, int batch, int stride)
    {
        (this.network, this.series, this.outcomes) = (network, series, outcomes);
        bool isCarried = network.Shape.Design.Carried;
        run = new ForecastRun(network, isCarried ? network.Shape.SequencesPerSeries : batch, ownsNetwork: false);
        windows = isCarried ? null : new SeriesWindows(run.Batch.Shape, series, outcomes, stride, seed: 0);
        loss = network.Shape.Design.Head.Loss(network.Team);
    }

    /// <summary>How many windows are compared.</summary>
    public int Windows => windows?.Count ?? network.Shape.SequencesPerSeries * outcomes.Sum(range =>
        range.Limit - network.Shape.Design.Horizon - range.First is >= 0 and int rows ? (rows / network.Shape.Design.Window) + 1 : 0);

    /// <summary>The errors.</summary>
    public ForecastScore Score()
    {
        Sums sums = default;
        for (int first = 0; windows is not null && first < windows.Count; first += run.Batch.Windows)
        {
            windows.Fill(run.Batch, first, limit: null);
            run.Predict();
            Add(ref sums);
        }

        for (int i = 0; windows is null && i < series.Length; i++)
        {
            ForecasterDesign design = run.Batch.Shape.Design;
            run.Begin();
            for (int end = ((outcomes[i].Limit - design.Horizon - 1) % design.Window) + 1; end <= outcomes[i].Limit - design.Horizon; end += design.Window)
            {
                if (end < outcomes[i].First)
                {
                    run.Read(series[i], end);
                }
                else
                {
                    run.PredictNext(series[i], end);
                    Add(ref sums);
                }
            }
        }

        double count = Math.Max(1, sums.Count);
        double squared = sums.Squared / count;
        double absolute = sums.Absolute / count;
        double own = network.Decoder is not null ? sums.Loss / Math.Max(1, sums.LossCount) : IsSquared ? squared : absolute;
        return new ForecastScore(squared, absolute, own, sums.Count);
    }

    /// <inheritdoc/>
    public void Dispose() => run.Dispose();

    private bool IsSquared => network.Shape.Design.Head.Kind is ForecastHeadKind.SquaredError or ForecastHeadKind.Gaussian;

    private void Add(ref Sums sums)
    {
        ForecastShape shape = run.Batch.Shape;
        for (int point = 0; point < shape.Points; point++)
        {
            for (int window = 0; window < run.Batch.Windows; window++)
            {
                for (int i = 0; i < shape.SegmentValues; i++)
                {
                    double error = run.Error(window, point, i);
                    if (!double.IsNaN(run.Batch.Expected.Span[(((point * run.Batch.Windows) + window) * shape.SegmentValues) + i]))
                    {
                        sums.Squared += error * error;
                        sums.Absolute += Math.Abs(error);
                        sums.Count++;
                    }
                }
            }
        }

        if (network.Decoder is not null)
        {
            sums.Loss += loss.Sum(network.Outputs, run.Batch.Expected, shape.Points, run.Batch.Windows, ReadOnlyMemory<int>.Empty, shape.SegmentValues, network.Stride);
            sums.LossCount += loss.Elements(run.Batch.Expected.Span, shape.Points, run.Batch.Windows, [], shape.SegmentValues);
        }
    }

    private struct Sums
    {
        public double Squared;
        public double Absolute;
        public double Loss;
        public long Count;
        public long LossCount;
    }
}
