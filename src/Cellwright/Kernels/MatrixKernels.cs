namespace Cellwright.Kernels;

/// <summary>
/// The matrix kernels of one vector width: which shapes of tile it has registers for, and their code, compiled on
/// first use and kept.
/// </summary>
internal sealed class MatrixKernels
{
    private const int MostPanels = 12;
    private const int MostRuns = 8;

    // Two multiply-adds a cycle, each done after four, and some more so that none waits for its turn.
    private const int LeastSums = 10;

    private readonly Lock gate = new();
    private readonly MatrixKernel?[] table;
    private readonly int[] maxPanels;
    private readonly int vectorsPerPanel;
    private readonly int sums;

    private MatrixKernels(VectorWidth width)
    {
        Width = width;
        vectorsPerPanel = PackedMatrix.PanelColumns / width.Lanes;
        // Of 16 or 32 registers some hold operands; portable code goes over memory anyway.
        (MaxRows, sums) = width.Lanes switch
        {
            16 => (8, 24),
            8 => (6, 12),
            _ => (PortableMatrixKernel.MaxRows, PackedMatrix.PanelColumns),
        };
        maxPanels = new int[(MaxRows + 1) * (MostRuns + 1)];
        for (int rows = 1; rows <= MaxRows; rows++)
        {
            for (int runs = 0; runs <= MostRuns; runs++)
            {
                maxPanels[(rows * (MostRuns + 1)) + runs] = Math.Clamp(sums / (rows * Math.Max(1, runs) * vectorsPerPanel), 1, MostPanels);
            }
        }
        table = new MatrixKernel?[Enum.GetValues<MatrixKernelKind>().Length * (MaxRows + 1) * (MostPanels + 1) * (MostRuns + 1)];
    }

    private static readonly MatrixKernels Portable = new(VectorWidth.Portable);
    private static readonly MatrixKernels Eight = new(VectorWidth.Eight);
    private static readonly MatrixKernels Sixteen = new(VectorWidth.Sixteen);

    /// <summary>The kernels for this machine's best vectors.</summary>
    public static MatrixKernels Current { get; } = For(VectorWidth.Current);

    /// <summary>The vector width of these kernels.</summary>
    public VectorWidth Width { get; }

    /// <summary>The most rows a tile may have.</summary>
    public int MaxRows { get; }

    /// <summary>The kernels for the given vectors, whether or not the hardware has them.</summary>
    public static MatrixKernels For(VectorWidth width) => width.Lanes switch
    {
        16 => Sixteen,
        8 => Eight,
        1 => Portable,
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "There are kernels for 1, 8 and 16 floats a vector."),
    };

    /// <summary>The most panels a tile of that many rows and runs (0: a chain) may have.</summary>
    public int MaxPanels(int rows, int runs) => maxPanels[(rows * (MostRuns + 1)) + runs];

    /// <summary>
    /// Whether a tile of that many rows has too few independent sums to keep the multiply-add units busy, though a
    /// tile of fewer rows and more panels has enough.
    /// </summary>
    public bool IsLean(int rows) => Width.Lanes > 1 && rows > 1 && SumsOf(rows) < LeastSums && SumsOf(rows - 1) >= LeastSums;

    private int SumsOf(int rows) => rows * MaxPanels(rows, 0) * vectorsPerPanel;

    /// <summary>The most runs a tile of that many rows may sum at once.</summary>
    public int MaxRuns(int rows) => Math.Clamp(sums / (rows * vectorsPerPanel), 1, MostRuns);

    /// <summary>The code for a shape of tile.</summary>
    public MatrixKernel Get(MatrixKernelKind kind, int rows, int panels, int runs)
    {
        int index = (((((int)kind * (MaxRows + 1)) + rows) * (MostPanels + 1) + panels) * (MostRuns + 1)) + runs;
        return Volatile.Read(ref table[index]) ?? Compile(index, new MatrixKernelShape(kind, rows, panels, runs));
    }

    private MatrixKernel Compile(int index, MatrixKernelShape shape)
    {
        lock (gate)
        {
            return table[index] ??= Width.Lanes == 1
                ? PortableMatrixKernel.For(shape)
                : MatrixKernelGenerator.Generate(shape, Width);
        }
    }
}
