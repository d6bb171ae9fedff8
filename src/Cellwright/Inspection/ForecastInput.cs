using Cellwright.Layers;
using Cellwright.Tasks.Series;

namespace Cellwright.Inspection;

/// <summary>What the encoder of a forecaster reads of one sequence, step by step.</summary>
/// <param name="FirstRow">The row of the series at which the first step begins; below 0 where a window begins before its series.</param>
/// <param name="Values">The inputs, [T, 1, input width].</param>
/// <param name="Initial">The states before the first step.</param>
internal sealed record ForecastInput(int FirstRow, float[] Values, LayerState Initial)
{
    /// <summary>What is read for a forecast of the rows behind a series' last one; see <see cref="ForecastTrace.Of"/>.</summary>
    public static ForecastInput Of(Forecaster model, TimeSeries series, int target, int mostSteps)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(series);
        ArgumentOutOfRangeException.ThrowIfNegative(target);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(target, model.Columns.Targets.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(mostSteps, 1);
        ForecasterDesign design = model.Design;
        model.Check(series, design.Horizon);
        int windows = design.Carried ? (series.Length + design.Window - 1) / design.Window : 1;
        int kept = Math.Clamp(mostSteps / design.Steps, 1, windows);
        int sequence = design.Joint ? 0 : target;
        ForecastRun run = model.Rent();
        try
        {
            ScaledSeries scaled = new(series, model.Scaler, design.Carried ? series.Length : design.Window);
            run.Begin();
            for (int before = windows - 1; before >= kept; before--)
            {
                run.Read(scaled, series.Length - (before * design.Window));
            }

            LayerState initial = One(run.State, sequence, model.Network.Encoder);
            int firstRow = series.Length - (kept * design.Window);

            // Steps whose rows all lie before a carried series are not read.
            int skipped = design.Carried ? Math.Max(0, -firstRow) / design.Segment : 0;
            int width = run.Batch.Shape.InputWidth;
            float[] values = new float[((kept * design.Steps) - skipped) * width];
            for (int step = skipped; step < kept * design.Steps; step++)
            {
                (int window, int within) = Math.DivRem(step, design.Steps);
                if (within == 0 || step == skipped)
                {
                    run.Read(scaled, series.Length - ((kept - 1 - window) * design.Window));
                }

                run.Batch.WriteInput(values.AsSpan((step - skipped) * width, width), sequence, within);
            }

            return new ForecastInput(firstRow + (skipped * design.Segment), values, initial);
        }
        finally
        {
            model.Return(run);
        }
    }

    private static LayerState One(LayerState all, int sequence, LayerStack encoder)
    {
        LayerState one = encoder.CreateState(1);
        for (int i = 0; i < one.Names.Count; i++)
        {
            Span<float> values = one.At(i);
            all.At(i).Slice(sequence * values.Length, values.Length).CopyTo(values);
        }

        return one;
    }
}
