using System.Globalization;

namespace Cellwright.Cli.Benchmarks;

/// <summary>How many sequences and how wide a layer: <c>32x256</c> is B = 32 and I = H = 256.</summary>
/// <param name="Batch">B.</param>
/// <param name="Hidden">H, and I.</param>
internal readonly record struct BenchmarkShape(int Batch, int Hidden)
{
    private const int Most = 1 << 16;

    /// <summary>What is measured unless told otherwise.</summary>
    /// <remarks>A single sequence of small width has nothing to share between threads, so it stands among one thread's shapes only.</remarks>
    public static IReadOnlyList<BenchmarkShape> Default(BenchmarkMode mode, int threads) => mode == BenchmarkMode.Step
        ? [new(1, 16), new(1, 32), new(1, 64), new(1, 128), new(1, 256), new(1, 512)]
        : [.. new BenchmarkShape[] { new(1, 32), new(1, 64), new(8, 64), new(32, 128), new(32, 256), new(32, 512), new(64, 512), new(16, 1024) }.Where(shape => threads == 1 || shape.Batch > 1)];

    /// <summary>Reads a shape such as <c>32x256</c>; null where it is none.</summary>
    public static BenchmarkShape? Read(string text)
    {
        string[] parts = text.Split('x', 'X', '×');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int batch) && batch is >= 1 and <= Most
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int hidden) && hidden is >= 1 and <= Most
            ? new BenchmarkShape(batch, hidden)
            : null;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Batch}x{Hidden}");
}
