namespace Cellwright.Tasks.Series;

/// <summary>A series on the common scale, as a network reads it. A missing target is NaN; anything else that is missing is 0, its mean.</summary>
internal sealed class ScaledSeries
{
    private readonly float[][] targets;
    private readonly float[][] past;
    private readonly float[][] known;
    private readonly float[] constants;
    private readonly SeriesScaler scaler;
    private readonly int firstRow;

    /// <summary>Scales a series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="scaler">The scales.</param>
    /// <param name="rows">How many of the last rows are looked at; the others are not scaled, and 0. Null for all.</param>
    public ScaledSeries(TimeSeries series, SeriesScaler scaler, int? rows = null)
        : this(series, scaler, scaler.Targets(series), rows)
    {
    }

    /// <summary>Scales a series by scales that its targets are known to have.</summary>
    public ScaledSeries(TimeSeries series, SeriesScaler scaler, IReadOnlyList<ColumnScale> scales, int? rows = null)
    {
        firstRow = Math.Max(0, series.Length - (rows ?? series.Length));
        (int targetCount, int pastCount, int knownCount, int constantCount) = series.Columns;
        (this.scaler, Scales) = (scaler, scales);
        (Length, KnownLength) = (series.Length, series.KnownLength);
        targets = [.. Enumerable.Range(0, targetCount).Select(column => Scaled(series.Target(column), Scales[column], float.NaN))];
        past = [.. Enumerable.Range(0, pastCount).Select(column => Scaled(series.Past(column), scaler.Past(column), 0f))];
        known = [.. Enumerable.Range(0, knownCount).Select(column => Scaled(series.Known(column), scaler.Known(column), 0f))];
        constants = [.. Enumerable.Range(0, constantCount).Select(column => Scaled(series.Constants.Slice(column, 1), scaler.Constant(column), 0f)[0])];
    }

    /// <summary>The rows that were observed.</summary>
    public int Length { get; private set; }

    /// <summary>The rows of the known covariates.</summary>
    public int KnownLength { get; private set; }

    /// <summary>The scales of the targets.</summary>
    public IReadOnlyList<ColumnScale> Scales { get; }

    /// <summary>What an error of each target weighs in training, where it counts in other units than those of the window; null where not.</summary>
    public float[]? Weights { get; set; }

    /// <summary>The static columns.</summary>
    public ReadOnlySpan<float> Constants => constants;

    /// <summary>A target's values, [<see cref="Length"/>].</summary>
    public ReadOnlySpan<float> Target(int column) => targets[column].AsSpan(0, Length);

    /// <summary>A past covariate in a row; 0 outside.</summary>
    public float Past(int column, int row) => row >= 0 && row < Length ? past[column][row] : 0f;

    /// <summary>A known covariate in a row; 0 outside.</summary>
    public float Known(int column, int row) => row >= 0 && row < KnownLength ? known[column][row] : 0f;

    /// <summary>Makes room, so that as many rows may be had without taking memory.</summary>
    /// <param name="rows">The rows observed.</param>
    /// <param name="ahead">The rows of known covariates behind them.</param>
    public void Reserve(int rows, int ahead)
    {
        Resize(targets, rows);
        Resize(past, rows);
        Resize(known, rows + ahead);
    }

    /// <summary>Takes the next observed row.</summary>
    /// <param name="observation">The targets; NaN where one is missing.</param>
    /// <param name="pastCovariates">The past covariates.</param>
    public void Append(ReadOnlySpan<double> observation, ReadOnlySpan<double> pastCovariates)
    {
        if (Length == targets[0].Length)
        {
            Resize(targets, 2 * Length);
            Resize(past, 2 * Length);
        }

        for (int i = 0; i < targets.Length; i++)
        {
            targets[i][Length] = Scaled(observation[i], Scales[i], float.NaN);
        }

        for (int i = 0; i < past.Length; i++)
        {
            past[i][Length] = Scaled(pastCovariates[i], scaler.Past(i), 0f);
        }

        Length++;
        KnownLength = known.Length == 0 ? Length : KnownLength;
    }

    /// <summary>Takes the known covariates of the next row behind those known.</summary>
    public void AppendKnown(ReadOnlySpan<double> covariates)
    {
        if (KnownLength == known[0].Length)
        {
            Resize(known, 2 * KnownLength);
        }

        for (int i = 0; i < known.Length; i++)
        {
            known[i][KnownLength] = Scaled(covariates[i], scaler.Known(i), 0f);
        }

        KnownLength++;
    }

    /// <summary>Forgets the first rows.</summary>
    public void RemoveFirst(int rows)
    {
        foreach (float[] column in targets)
        {
            Array.Copy(column, rows, column, 0, Length - rows);
        }

        foreach (float[] column in past)
        {
            Array.Copy(column, rows, column, 0, Length - rows);
        }

        foreach (float[] column in known)
        {
            Array.Copy(column, rows, column, 0, KnownLength - rows);
        }

        (Length, KnownLength) = (Length - rows, KnownLength - rows);
    }

    /// <summary>The mean change of a target over a season within its first rows; at least a hundredth, 1 where there is none.</summary>
    public float SeasonalChange(int target, int rows, int period)
    {
        double sum = 0.0;
        int count = 0;
        for (int row = period; row < rows; row++)
        {
            double change = Math.Abs((double)targets[target][row] - targets[target][row - period]);
            (sum, count) = double.IsNaN(change) ? (sum, count) : (sum + change, count + 1);
        }

        return count == 0 ? 1f : (float)Math.Max(0.01, sum / count);
    }

    private float[] Scaled(ReadOnlySpan<double> values, ColumnScale scale, float missing)
    {
        float[] scaled = new float[values.Length];
        for (int i = values.Length == 1 ? 0 : firstRow; i < values.Length; i++)
        {
            scaled[i] = Scaled(values[i], scale, missing);
        }

        return scaled;
    }

    private static float Scaled(double value, ColumnScale scale, float missing) => double.IsNaN(value) ? missing : (float)scale.Scaled(value);

    private static void Resize(float[][] columns, int rows)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            Array.Resize(ref columns[i], Math.Max(rows, columns[i].Length));
        }
    }
}
