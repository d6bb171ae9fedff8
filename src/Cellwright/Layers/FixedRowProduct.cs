using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>Products of one row that add to one result, as one kernel whose sums stay in registers from product to product.</summary>
internal sealed unsafe class FixedRowProduct : FixedStage
{
    private readonly RowProductKernel ascending;
    private readonly RowProductKernel descending;
    private readonly nint[] table;
    private readonly BFloat16Matrix[] narrow;
    private bool isDescending;

    private FixedRowProduct(BoundProduct[] products, LayerMemory memory, in RowCursor cursor, WeightFormat format, int firstPanel, int panels)
    {
        int column = firstPanel * PackedMatrix.PanelColumns;
        float* result = products[0].Result.Address(memory, cursor) + column;
        float* start = products[0].Continues ? result : products[0].Start is null ? null : products[0].Start + column;
        List<nint> addresses = [(nint)start, (nint)result];
        List<RowProductTerm> terms = [];
        narrow = format == WeightFormat.BFloat16 ? [.. products.Select(product => new BFloat16Matrix(product.Packed, firstPanel, panels))] : [];
        for (int i = 0; i < products.Length; i++)
        {
            List<int> counts = [];
            foreach ((BoundPlace place, int count) in products[i].Operands)
            {
                addresses.Add((nint)place.Address(memory, cursor));
                counts.Add(count);
            }

            PackedMatrix matrix = products[i].Packed;
            addresses.Add(narrow.Length > 0 ? (nint)narrow[i].Pointer : (nint)(matrix.Pointer + (firstPanel * matrix.PanelStride)));
            terms.Add(new RowProductTerm(matrix.Runs, counts));
        }

        // Pinned, because the kernel reads the table through its address.
        table = GC.AllocateUninitializedArray<nint>(addresses.Count, pinned: true);
        addresses.CopyTo(table);
        RowProductShape shape = new(panels, start is not null, narrow.Length > 0, IsDescending: false, terms);
        ascending = RowProductKernels.Get(shape);
        descending = RowProductKernels.Get(shape with { IsDescending = true });
    }

    /// <summary>Fixes stages for one row.</summary>
    /// <param name="stages">The stages in order.</param>
    /// <param name="memory">The memory they run in.</param>
    /// <param name="cursor">Their row.</param>
    /// <param name="format">How matrices are held.</param>
    /// <param name="members">How many threads share the columns of products.</param>
    /// <returns>The stages of each member; none where the first does all.</returns>
    public static FixedStage?[][] Fix(IReadOnlyList<BoundStage> stages, LayerMemory memory, RowCursor cursor, WeightFormat format, int members)
    {
        List<FixedStage?>[] result = [.. Enumerable.Range(0, members).Select(_ => new List<FixedStage?>())];
        for (int i = 0; i < stages.Count;)
        {
            if (stages[i] is not BoundProduct first || !IsSupported(first))
            {
                FixedStage alone = stages[i] is BoundProduct product && format == WeightFormat.BFloat16
                    ? new Rounded(product, memory, cursor)
                    : stages[i].Fix(memory, cursor);
                for (int member = 0; member < members; member++)
                {
                    result[member].Add(member == 0 ? alone : null);
                }

                i++;
                continue;
            }

            int end = i + 1;
            while (end < stages.Count && stages[end] is BoundProduct { Continues: true } next && IsSupported(next)
                && next.Columns == first.Columns && next.Result.Buffer == first.Result.Buffer && next.Result.Offset == first.Result.Offset)
            {
                end++;
            }

            BoundProduct[] joint = [.. stages.Skip(i).Take(end - i).Cast<BoundProduct>()];
            for (int member = 0; member < members; member++)
            {
                (int firstPanel, int panels) = first.Share(member, members);
                result[member].Add(panels > 0 ? new FixedRowProduct(joint, memory, cursor, format, firstPanel, panels) : null);
            }

            i = end;
        }

        return [.. result.Select(each => each.ToArray())];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run()
    {
        fixed (nint* addresses = table)
        {
            (isDescending ? descending : ascending)(addresses);
        }

        isDescending = !isDescending;
    }

    public override void Load()
    {
        foreach (BFloat16Matrix matrix in narrow)
        {
            matrix.Load();
        }
    }

    public override void Dispose()
    {
        foreach (BFloat16Matrix matrix in narrow)
        {
            matrix.Dispose();
        }
    }

    // A run of sums may cross from one operand to the next, for which the kernels have no code.
    private static bool IsSupported(BoundProduct product) =>
        RowProductKernels.AreSupported && (product.Packed.Runs == 1 || product.Operands.Count == 1);
}
