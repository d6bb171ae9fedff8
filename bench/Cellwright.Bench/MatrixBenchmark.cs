using System.Diagnostics;
using System.Globalization;
using Cellwright.Cli.Benchmarks;
using Cellwright.Kernels;
using Cellwright.Tensors;

namespace Cellwright.Bench;

/// <summary>
/// Measures the matrix kernels as a share of the machine's multiply-add peak, which is measured again before every
/// line, since other work and the clock move it.
/// </summary>
internal static unsafe class MatrixBenchmark
{
    private const double Seconds = 0.05;

    /// <summary>Runs the named parts, or all.</summary>
    public static void Run(string[] parts)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        bool all = parts.Length == 0;
        Console.WriteLine($"vectors of {VectorWidth.Current.Lanes} floats, peak {MultiplyAddPeak.Measure():F1} GFLOP/s on one core");
        if (all || parts.Contains("product")) Products();
        if (all || parts.Contains("gradient")) Gradients();
        if (all || parts.Contains("totals")) Totals();
        if (all || parts.Contains("packing")) Packing();
        if (all || parts.Contains("team")) Team();
    }

    private static void Products()
    {
        int[] rows = [1, 2, 4, 6, 7, 8, 9, 16, 32, 64];
        Console.WriteLine();
        Console.WriteLine("product, % of peak by rows");
        Console.WriteLine($"{"K",6}{"N",6}" + string.Concat(rows.Select(r => $"{r,7}")));
        (int K, int N)[] shapes =
        [
            (16, 16), (32, 16), (64, 16), (32, 32), (128, 32), (32, 128), (64, 64), (256, 64), (64, 256), (128, 128),
            (512, 128), (128, 512), (1024, 4096), (4096, 1024),
            (256, 256), (256, 1024), (1024, 256), (512, 512), (512, 2048), (2048, 512),
        ];
        foreach ((int k, int n) in shapes)
        {
            Console.Write($"{k,6}{n,6}");
            foreach (int count in rows) Console.Write($"{Product(count, k, n) * 100,7:F1}");
            Console.WriteLine();
        }
        Console.WriteLine($"2048 rows, K 256, N 1024: {Product(2048, 256, 1024, 0.2) * 100:F1}, K 1024, N 256: {Product(2048, 1024, 256, 0.2) * 100:F1}");
    }

    private static double Product(int rows, int k, int n, double seconds = Seconds)
    {
        int padded = Apart(PackedMatrix.PanelsOf(n) * PackedMatrix.PanelColumns);
        int strideA = Apart(k);
        using AlignedBuffer a = Random((long)rows * strideA);
        using AlignedBuffer source = Random((long)n * k);
        using AlignedBuffer start = Random((long)rows * padded);
        using AlignedBuffer c = new((long)rows * padded);
        using PackedMatrix w = new(k, n);
        w.Pack(source.Span);
        double peak = MultiplyAddPeak.Measure();
        double time = Stopwatches.Best(() => MatrixProduct.Multiply(rows, a.Pointer, strideA, w, start.Pointer, rows > 1000 ? 0 : padded, c.Pointer, padded), seconds);
        return 2e-9 * rows * k * n / time / peak;
    }

    private static void Gradients()
    {
        Console.WriteLine();
        Console.WriteLine("gradient, % of peak");
        Console.WriteLine($"{"rows",6}{"M",6}{"N",6}");
        (int Rows, int M, int N)[] shapes =
        [
            (2048, 512, 128), (2048, 1024, 256), (2048, 2048, 512), (64, 128, 32), (64, 256, 64), (512, 256, 64), (512, 128, 32), (512, 64, 16),
            (2048, 512, 1), (2048, 512, 5), (2048, 260, 65), (2048, 128, 512), (2048, 256, 1024), (2048, 512, 2048), (1024, 1024, 4096), (512, 64, 256), (2048, 512, 16), (2048, 512, 32), (2048, 512, 48), (2048, 512, 64), (512, 2048, 512),
        ];
        foreach ((int rows, int m, int n) in shapes)
        {
            int padded = Apart(PackedMatrix.PanelsOf(n) * PackedMatrix.PanelColumns);
            int strideD = Apart(m);
            using AlignedBuffer d = Random((long)rows * strideD);
            using AlignedBuffer v = Random((long)rows * padded);
            int strideG = Apart(n);
            using AlignedBuffer g = new((long)m * strideG);
            double peak = MultiplyAddPeak.Measure();
            double time = Stopwatches.Best(
                () => MatrixGradient.Accumulate(rows, d.Pointer, strideD, v.Pointer, padded, g.Pointer, strideG, 0, m, 0, n, false), 3 * Seconds);
            Console.WriteLine($"{rows,6}{m,6}{n,6}{2e-9 * rows * m * n / time / peak * 100,7:F1} {peak:F1} {time * 1e6:F1}");
        }
    }

    private static void Totals()
    {
        Console.WriteLine();
        foreach (int n in (int[])[128, 512, 2048])
        {
            const int Rows = 2048;
            using AlignedBuffer d = Random((long)Rows * n);
            using AlignedBuffer g = new(n);
            double time = Stopwatches.Best(() => ColumnTotals.Accumulate(Rows, d.Pointer, n, g.Pointer, 0, n, false), Seconds);
            Console.WriteLine($"column totals {Rows} × {n}: {time * 1e6:F0} µs, {4e-9 * Rows * n / time:F1} GB/s");
        }
    }

    private static void Packing()
    {
        Console.WriteLine();
        foreach (int h in (int[])[64, 128, 512, 1024])
        {
            using AlignedBuffer source = Random(4L * h * h);
            using PackedMatrix forward = new(h, 4 * h);
            using PackedMatrix backward = new(4 * h, h);
            double transposed = Stopwatches.Best(() => forward.Pack(source.Pointer, 1, h, 0, h, 0, 4 * h), Seconds);
            double plain = Stopwatches.Best(() => backward.Pack(source.Pointer, h, 1, 0, 4 * h, 0, h), Seconds);
            Console.WriteLine($"packing {4 * h} × {h}: transposed {transposed * 1e6:F1} µs, as it lies {plain * 1e6:F1} µs");
        }
    }

    private static void Team()
    {
        Console.WriteLine();
        WorkerTeam team = WorkerTeam.Default(Environment.ProcessorCount);
        Action<int> nothing = static _ => { };
        double[] times = [.. Enumerable.Range(0, 20_000).Select(_ =>
        {
            long begin = Stopwatch.GetTimestamp();
            team.Run(nothing);
            return Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }).Order()];
        Console.WriteLine($"a run of a team of {team.Count}: best {times[0]:F2} µs, median {times[times.Length / 2]:F2} µs");
    }

    // As a layer's buffers: rows do not compete for the same cache lines.
    private static int Apart(int width) => width % 64 == 0 ? width + 16 : width;

    private static AlignedBuffer Random(long length)
    {
        AlignedBuffer buffer = new(length);
        Random random = new(1);
        for (long i = 0; i < length; i++) buffer.Pointer[i] = (float)(random.NextDouble() - 0.5);
        return buffer;
    }
}
