using System.Runtime.CompilerServices;
using Cellwright.Kernels;
using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>A compiled elementwise stage.</summary>
internal sealed unsafe class BoundPointwise : BoundStage
{
    private const int FewRows = 24;

    private readonly BoundPlace[] rows;
    private readonly nint[] once;
    private readonly float** table;
    private readonly PointwiseKernel kernel;
    private readonly int reductions;
    private readonly Func<PointwiseSource> lower;

    public BoundPointwise(PointwiseStage stage, LayerLayout layout, OnceEvaluator onceValues)
    {
        int width = layout.Width(stage.Width);
        lower = () => new PointwiseSource(stage, layout.Offset, isMasked: width % LayerLayout.Alignment != 0);
        PointwiseSource source = lower();
        rows = [.. source.Rows.Select(row => new BoundPlace(layout, row.Buffer, row.IsPrevious, 0))];
        // Pinned, because the kernel reads the table through its address.
        once = GC.AllocateArray<nint>(Math.Max(1, source.Once.Count), pinned: true);
        fixed (nint* pinned = once)
        {
            table = (float**)pinned;
        }

        for (int i = 0; i < source.Once.Count; i++)
        {
            once[i] = source.Once[i] is { } node ? Vector(onceValues.Request(node), node) : Mask(onceValues, width);
        }

        Name = $"elementwise {stage.Body.Count} over {width}";
        reductions = source.Reductions.Count;
        int[] strides = [.. rows.Select(row => row.Stride)];
        kernel = RuntimeFeature.IsDynamicCodeSupported
            ? PointwiseCompiler.Compile(source, width, strides, VectorWidth.Current.Lanes)
            : PointwiseInterpreter.Prepare(source, width, strides);
    }

    public override string Name { get; }

    public override IEnumerable<string> Code => LaneListing.Of(lower());

    public override void Prepare() => (kernel.Target as PointwiseInterpreter)?.Reserve();

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(LayerMemory memory, in RowCursor cursor)
    {
        if (rows.Length > FewRows || reductions > 0)
        {
            RunLarge(memory, cursor);
            return;
        }

        // Of a fixed size, which takes no time.
        float** pointers = stackalloc float*[FewRows];
        for (int i = 0; i < rows.Length; i++)
        {
            pointers[i] = rows[i].Address(memory, cursor);
        }

        kernel(pointers, table, null, cursor.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void RunLarge(LayerMemory memory, in RowCursor cursor)
    {
        float** pointers = stackalloc float*[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            pointers[i] = rows[i].Address(memory, cursor);
        }

        float* partials = stackalloc float[(reductions * LaneReduction.Partials) + 1];
        kernel(pointers, table, partials, cursor.Count);
    }

    public override FixedStage Fix(LayerMemory memory, in RowCursor cursor) => new Fixed(this, memory, cursor);

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

    // The tables are pinned, because the kernel reads them through their addresses.
    private sealed class Fixed : FixedStage
    {
        private readonly PointwiseKernel kernel;
        private readonly nint[] pointers;
        private readonly nint[] once;
        private readonly float[] partials;
        private readonly int count;

        public Fixed(BoundPointwise stage, LayerMemory memory, in RowCursor cursor)
        {
            kernel = stage.kernel;
            once = stage.once;
            count = cursor.Count;
            pointers = GC.AllocateArray<nint>(Math.Max(1, stage.rows.Length), pinned: true);
            for (int i = 0; i < stage.rows.Length; i++)
            {
                pointers[i] = (nint)stage.rows[i].Address(memory, cursor);
            }

            partials = GC.AllocateArray<float>((stage.reductions * LaneReduction.Partials) + 1, pinned: true);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run()
        {
            fixed (nint* rows = pointers, table = once)
            {
                fixed (float* sums = partials)
                {
                    kernel((float**)rows, (float**)table, sums, count);
                }
            }
        }
    }
}
