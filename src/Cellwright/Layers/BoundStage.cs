using Cellwright.Kernels;
using Cellwright.Programs;
using Cellwright.Tensors;

namespace Cellwright.Layers;

/// <summary>A stage with sizes: it can be run on rows of a layer's memory.</summary>
internal abstract unsafe class BoundStage
{
    /// <summary>Takes over parameters that have changed.</summary>
    public virtual void Load()
    {
    }

    /// <summary>Runs the stage on the rows of <paramref name="cursor"/>, at least one.</summary>
    public abstract void Run(LayerMemory memory, in RowCursor cursor);

    public static BoundStage Bind(Stage stage, LayerLayout layout, OnceEvaluator once) => stage switch
    {
        ProductStage product => new BoundProduct(product, layout, once),
        PointwiseStage pointwise => new BoundPointwise(pointwise, layout, once),
        AssembleStage assemble => new BoundAssembly(assemble, layout),
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };
}

/// <summary>A buffer's row pointer, resolved: which buffer, which kind of row, which element.</summary>
internal readonly unsafe struct BoundPlace
{
    private readonly int buffer;
    private readonly Storage storage;
    private readonly bool isPrevious;
    private readonly int offset;

    public BoundPlace(LayerLayout layout, Place place)
        : this(layout, place.Buffer, place.IsPrevious, layout.Offset(place))
    {
    }

    public BoundPlace(LayerLayout layout, ValueBuffer buffer, bool isPrevious, int offset)
    {
        this.buffer = layout.Index(buffer);
        storage = buffer.Storage;
        this.isPrevious = isPrevious;
        this.offset = offset;
        Stride = layout.Stride(buffer);
    }

    /// <summary>Elements from row to row.</summary>
    public int Stride { get; }

    public float* Address(LayerMemory memory, in RowCursor cursor) => memory.Row(buffer, cursor.Row(storage, isPrevious)) + offset;

    public float* Row(LayerMemory memory, long row) => memory.Row(buffer, row) + offset;

    /// <summary>The address at a step's first row, for values of all steps.</summary>
    public float* At(LayerMemory memory, BatchRows rows, int step) => Row(memory, storage switch
    {
        Storage.Steps => rows.Start(step),
        Storage.States when isPrevious => rows.PreviousState(step),
        Storage.States => rows.Batch + rows.Start(step),
        _ => throw new InvalidOperationException("the value is not kept for all steps"),
    });
}

/// <summary>A joint matrix product.</summary>
internal sealed unsafe class BoundProduct : BoundStage
{
    private readonly BoundPlace result;
    private readonly (BoundPlace Place, int Count)[] operands;
    private readonly (OnceValue Matrix, int K, int N)[] blocks;
    private readonly (OnceValue Bias, int N)[] biases;
    private readonly PackedMatrix packed;
    private readonly AlignedBuffer? start;
    private readonly bool continues;

    public BoundProduct(ProductStage stage, LayerLayout layout, OnceEvaluator once)
    {
        result = new BoundPlace(layout, stage.Results[0].Place);
        operands = [.. stage.Operands.Select((operand, i) => (new BoundPlace(layout, operand.Place), layout.Width(stage.Matrices[0][i].Shape.Columns)))];
        List<(OnceValue, int, int)> packing = [];
        List<(OnceValue, int)> adding = [];
        int n = 0;
        for (int j = 0; j < stage.Results.Count; j++)
        {
            int k = 0;
            for (int i = 0; i < stage.Operands.Count; i++)
            {
                OnceValue matrix = once.Request(stage.Matrices[j][i]);
                packing.Add((matrix, k, n));
                k += matrix.Columns;
            }

            if (stage.Biases.Count > 0 && stage.Biases[j] is { } bias)
            {
                adding.Add((once.Request(bias), n));
            }

            int width = layout.Width(stage.Matrices[j][0].Shape.Rows);
            n += j + 1 < stage.Results.Count ? LayerLayout.Padded(width) : width;
        }

        blocks = [.. packing];
        biases = [.. adding];
        continues = stage.Biases.Count == 0;
        packed = new PackedMatrix(operands.Sum(operand => operand.Count), n);
        start = biases.Length > 0 ? new AlignedBuffer(LayerLayout.Padded(n)) : null;
    }

    public override void Load()
    {
        foreach ((OnceValue matrix, int k, int n) in blocks)
        {
            packed.Pack(matrix.Pointer, matrix.ColumnStride, matrix.RowStride, k, matrix.Columns, n, matrix.Rows);
        }

        foreach ((OnceValue bias, int n) in biases)
        {
            new OnceValue((nint)(start!.Pointer + n), bias.Rows, 1, 1, 1).CopyFrom(bias);
        }
    }

    public override void Run(LayerMemory memory, in RowCursor cursor)
    {
        float* c = result.Address(memory, cursor);
        float* from = continues ? c : start is null ? null : start.Pointer;
        nint fromStride = continues ? result.Stride : 0;
        if (operands.Length == 1)
        {
            MatrixProduct.Multiply(cursor.Count, operands[0].Place.Address(memory, cursor), operands[0].Place.Stride, packed, from, fromStride, c, result.Stride);
            return;
        }

        Span<MatrixOperand> joined = stackalloc MatrixOperand[operands.Length];
        for (int i = 0; i < joined.Length; i++)
        {
            joined[i] = new MatrixOperand(operands[i].Place.Address(memory, cursor), operands[i].Place.Stride, operands[i].Count);
        }

        MatrixProduct.Multiply(cursor.Count, joined, packed, from, fromStride, c, result.Stride);
    }
}

/// <summary>A compiled elementwise stage.</summary>
internal sealed unsafe class BoundPointwise : BoundStage
{
    private readonly BoundPlace[] rows;
    private readonly nint[] once;
    private readonly PointwiseKernel kernel;
    private readonly int reductions;

    public BoundPointwise(PointwiseStage stage, LayerLayout layout, OnceEvaluator onceValues)
    {
        int width = layout.Width(stage.Width);
        PointwiseSource source = new(stage, layout.Offset, isMasked: width % LayerLayout.Alignment != 0);
        rows = [.. source.Rows.Select(row => new BoundPlace(layout, row.Buffer, row.IsPrevious, 0))];
        // Pinned, because the kernel reads the table through its address.
        once = GC.AllocateArray<nint>(Math.Max(1, source.Once.Count), pinned: true);
        for (int i = 0; i < source.Once.Count; i++)
        {
            once[i] = source.Once[i] is { } node ? Vector(onceValues.Request(node), node) : Mask(onceValues, width);
        }

        reductions = source.Reductions.Count;
        kernel = PointwiseCompiler.Compile(source, width, [.. rows.Select(row => row.Stride)], VectorWidth.Current.Lanes);
    }

    public override void Run(LayerMemory memory, in RowCursor cursor)
    {
        float** pointers = stackalloc float*[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            pointers[i] = rows[i].Address(memory, cursor);
        }

        float* partials = stackalloc float[(reductions * LaneReduction.Partials) + 1];
        fixed (nint* table = once)
        {
            kernel(pointers, (float**)table, partials, cursor.Count);
        }
    }

    private static nint Vector(OnceValue value, Graphs.Node node) => value.RowStride == 1 || value.Rows == 1
        ? value.Address
        : throw new InvalidOperationException($"{node} is no vector");

    private static nint Mask(OnceEvaluator once, int width)
    {
        OnceValue mask = once.Allocate(width, 1);
        for (int i = 0; i < width; i++)
        {
            mask[i, 0] = BitConverter.Int32BitsToSingle(-1);
        }

        return mask.Address;
    }
}

/// <summary>Copies values side by side.</summary>
internal sealed unsafe class BoundAssembly(AssembleStage stage, LayerLayout layout) : BoundStage
{
    private readonly BoundPlace result = new(layout, stage.Result);
    private readonly int width = layout.Width(stage.Width);
    private readonly (BoundPlace Place, int Offset, int Width)[] parts =
        [.. stage.Parts.Select(part => (new BoundPlace(layout, part.Place), layout.Width(part.Offset), layout.Width(part.Width)))];

    public override void Run(LayerMemory memory, in RowCursor cursor)
    {
        float* row = result.Address(memory, cursor);
        for (int i = 0; i < cursor.Count; i++, row += result.Stride)
        {
            new Span<float>(row, width).Clear();
            foreach ((BoundPlace place, int offset, int count) in parts)
            {
                new ReadOnlySpan<float>(place.Address(memory, cursor) + ((long)i * place.Stride), count).CopyTo(new Span<float>(row + offset, count));
            }
        }
    }
}
