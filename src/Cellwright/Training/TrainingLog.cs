using System.Globalization;
using System.Text;

namespace Cellwright.Training;

/// <summary>
/// What each step showed, as a table and as JSON lines. A line is written by one call and ends with its line end, so
/// whoever reads a file sees whole lines. All columns but the speed repeat when the run is repeated.
/// </summary>
internal sealed class TrainingLog : IDisposable
{
    private const string Columns = "step,loss,gradientNorm,learningRate,validation,";
    private const string LineStart = "{\"step\":";

    private readonly FileStream table;
    private readonly FileStream lines;
    private readonly string speedName;

    private TrainingLog(FileStream table, FileStream lines, string speedName)
    {
        this.table = table;
        this.lines = lines;
        this.speedName = speedName;
    }

    /// <summary>Opens the log of a folder and cuts off every line past a step; makes it where it is missing.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="step">The last step whose line is kept.</param>
    /// <param name="speedName">The name of the speed, such as charactersPerSecond.</param>
    /// <exception cref="IOException">A file cannot be written, or another process is writing it.</exception>
    public static TrainingLog Open(RunFolder folder, int step, string speedName)
    {
        string heading = $"{Columns}{speedName}\n";
        FileStream table = Open(folder.LogTable);
        try
        {
            FileStream lines = Open(folder.LogLines);
            Cut(table, heading.Length, string.Empty, step);
            Cut(lines, 0, LineStart, step);
            if (table.Length == 0)
            {
                table.Write(Encoding.UTF8.GetBytes(heading));
            }

            return new TrainingLog(table, lines, speedName);
        }
        catch
        {
            table.Dispose();
            throw;
        }
    }

    /// <summary>Writes the line of one step; the validation and the speed may be unknown.</summary>
    /// <exception cref="IOException">It cannot be written; the lines before it are whole.</exception>
    public void Write(int step, double loss, double gradientNorm, double learningRate, double? validation, double? speed)
    {
        string? rounded = speed is { } measured ? Math.Round(measured).ToString(CultureInfo.InvariantCulture) : null;
        string row = string.Create(CultureInfo.InvariantCulture, $"{step},{loss:R},{gradientNorm:R},{learningRate:R},{validation:R},{rounded}\n");
        string validated = validation is { } value ? string.Create(CultureInfo.InvariantCulture, $"\"validation\":{value:R},") : string.Empty;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"{LineStart}{step},\"loss\":{loss:R},\"gradientNorm\":{gradientNorm:R},\"learningRate\":{learningRate:R},{validated}\"{speedName}\":{rounded ?? "null"}}}\n");
        long tableLength = table.Position;
        long linesLength = lines.Position;
        try
        {
            table.Write(Encoding.UTF8.GetBytes(row));
            lines.Write(Encoding.UTF8.GetBytes(line));
        }
        catch (IOException)
        {
            // A full disk may have taken a part of a line.
            table.SetLength(tableLength);
            lines.SetLength(linesLength);
            throw;
        }
    }

    /// <summary>Waits until everything is on the disk.</summary>
    public void Flush()
    {
        table.Flush(flushToDisk: true);
        lines.Flush(flushToDisk: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        table.Dispose();
        lines.Dispose();
    }

    private static FileStream Open(string path) => new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);

    // Lines stand in the order of their steps, so the first that is past the step or no line of a log ends what is kept.
    private static void Cut(FileStream file, int heading, string start, int step)
    {
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int kept = bytes.Length < heading ? 0 : heading;
        while (kept < bytes.Length && bytes.AsSpan(kept).IndexOf((byte)'\n') is >= 0 and int length)
        {
            string line = Encoding.UTF8.GetString(bytes, kept, length);
            int comma = line.IndexOf(',', StringComparison.Ordinal);
            if (comma < 0 || !line.StartsWith(start, StringComparison.Ordinal)
                || !int.TryParse(line.AsSpan(start.Length, Math.Max(0, comma - start.Length)), NumberStyles.None, CultureInfo.InvariantCulture, out int at) || at > step)
            {
                break;
            }

            kept += length + 1;
        }

        file.SetLength(kept);
        file.Position = kept;
    }
}
