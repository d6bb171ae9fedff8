using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Cellwright.Kernels;
using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>
/// A run whose input is a table's row for each symbol. Products of the input run over the table instead of over all
/// steps, and a step copies its symbol's row of the result, whose bits are those of its own product. Backward, what
/// flows into those products is summed up for each symbol, from the last row to the first, and the products for the
/// gradients by matrices and table take the symbols' sums.
/// </summary>
internal sealed unsafe class SymbolRows : IDisposable
{
    private readonly LayerEngine engine;
    private readonly LayerMemory memory;
    private readonly BatchRows rows;
    private readonly WorkerTeam team;
    private readonly LayerMemory symbols;
    private readonly ValueBuffer inputBuffer;
    private readonly BoundPlace input;
    private readonly BoundStage[] products;
    private readonly bool forwardReadsInput;
    private int[] symbolOf = [];
    private Parameter? table;
    private bool readsInput;
    private BoundOuterTotal[] totals = [];
    private BoundProduct[] inputGradientProducts = [];
    private BoundPlace? inputGradient;
    private (BoundPlace Place, int Width)[] summed = [];

    /// <summary>Finds what can be done for each symbol.</summary>
    /// <param name="engine">A program of one input.</param>
    /// <param name="memory">The run's memory.</param>
    /// <param name="rows">The run's rows.</param>
    /// <param name="team">Who shares the work.</param>
    public SymbolRows(LayerEngine engine, LayerMemory memory, BatchRows rows, WorkerTeam team)
    {
        this.engine = engine;
        this.memory = memory;
        this.rows = rows;
        this.team = team;
        inputBuffer = engine.Program.Inputs[0].Buffer;
        input = new BoundPlace(engine.Layout, engine.Program.Inputs[0]);
        IReadOnlyList<Stage> stages = engine.Program.Forward.Before;
        bool[] isGathered = [.. stages.Select(stage => IsGathered(stage, inputBuffer))];
        products = [.. engine.Before.Where((_, i) => isGathered[i])];
        symbols = new LayerMemory(engine.Layout);
        Before = [.. engine.Before.Select((stage, i) => isGathered[i] ? new Gathered(this, (BoundProduct)stage) : stage)];
        forwardReadsInput = stages.Where((_, i) => !isGathered[i]).Concat(engine.Program.Forward.Loop).Concat(engine.Program.Forward.After).Any(Reads);
        readsInput = forwardReadsInput;
    }

    /// <summary>The stages before the loop, with rows gathered where the program multiplies the input.</summary>
    public BoundStage[] Before { get; }

    /// <summary>The stages behind the backward loop, without products that run over symbols.</summary>
    public BoundStage[] BackwardAfter { get; private set; } = [];

    /// <summary>The weight gradients that are sums over all rows still.</summary>
    public BoundOuterTotal[] OuterTotals { get; private set; } = [];

    /// <summary>Whether the run's input is symbols.</summary>
    public bool IsActive => table is not null;

    /// <summary>Whether the table's gradient is added to the one that is there, as for a table with another use.</summary>
    public bool Adds { get; set; }

    /// <summary>Whether a stage before the loop multiplies the input at t alone, and begins its sums.</summary>
    public static bool IsGathered(Stage stage, ValueBuffer input) => stage is ProductStage { Biases.Count: > 0 } product
        && product.Operands.All(operand => operand.Place.Buffer == input && !operand.Place.IsPrevious);

    /// <summary>Goes back to an input given as values.</summary>
    public void Clear() => table = null;

    /// <summary>Takes the input of the batch begun.</summary>
    /// <param name="table">The table, [symbols, input width].</param>
    /// <param name="given">The symbols, [T, B].</param>
    public void Set(Parameter table, ReadOnlySpan<int> given)
    {
        this.table = table;
        symbols.Reserve(batch: 0, table.Rows, Holds);
        if (symbolOf.Length < rows.Total)
        {
            symbolOf = new int[rows.Total];
        }

        for (int step = 0; step < rows.Steps; step++)
        {
            Span<int> at = symbolOf.AsSpan((int)rows.Start(step), rows.Active(step));
            for (int row = 0; row < at.Length; row++)
            {
                at[row] = given[(step * rows.Batch) + rows.Sequence(row)];
                ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)at[row], (uint)table.Rows, nameof(given));
            }
        }
    }

    /// <summary>One member's share of the table: the products of its rows, and its rows of the input where something else reads them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TableShare(int member)
    {
        (int begin, int end) = Symbols(member);
        CopyTable(begin, end, symbols, null);
        if (begin < end)
        {
            foreach (BoundStage product in products)
            {
                product.Run(symbols, Cursor(begin, end));
            }
        }

        if (readsInput)
        {
            CopyTable((int)(rows.Total * member / team.Count), (int)(rows.Total * (member + 1) / team.Count), memory, symbolOf);
        }
    }

    /// <summary>Finds what can be done for each symbol backward; the program's backward pass is compiled.</summary>
    public void PrepareBackward()
    {
        CellProgram program = engine.Program;
        PassPlan backward = program.Backward;
        Place? gradient = program.InputGradients[0];
        inputGradient = gradient is null ? null : new BoundPlace(engine.Layout, gradient.Value);
        bool[] gives = [.. backward.After.Select(stage => gradient is not null && stage is ProductStage product && product.Results[0].Place.Buffer == gradient.Value.Buffer)];
        ProductStage[] given = [.. backward.After.Where((_, i) => gives[i]).Cast<ProductStage>()];
        bool isLinear = given.Length > 0 && given[0].Biases.Count > 0
            && given.SelectMany(product => product.Operands).All(operand => operand.Place is { IsPrevious: false, Buffer.Storage: Storage.Steps })
            && !backward.Before.Concat(backward.Loop).Concat(backward.After.Where((_, i) => !gives[i])).Any(stage => Writes(stage, gradient!.Value.Buffer));
        inputGradientProducts = isLinear ? [.. engine.BackwardAfter.Where((_, i) => gives[i]).Cast<BoundProduct>()] : [];
        BackwardAfter = [.. engine.BackwardAfter.Where((_, i) => !(isLinear && gives[i]))];
        totals = [.. engine.OuterTotals.Where(total => IsInput(total.RightOf) && total.LeftOf is { IsPrevious: false, Buffer.Storage: Storage.Steps })];
        OuterTotals = [.. engine.OuterTotals.Except(totals)];
        readsInput = forwardReadsInput || backward.Before.Concat(backward.Loop).Concat(backward.After).Any(Reads)
            || OuterTotals.Any(total => total.LeftOf.Buffer == inputBuffer || total.RightOf.Buffer == inputBuffer)
            || program.ColumnTotals.Any(total => total.Place.Buffer == inputBuffer);
        if (IsActive && readsInput && !forwardReadsInput)
        {
            CopyTable(0, (int)rows.Total, memory, symbolOf);
        }

        summed = Joined(
        [
            .. totals.Select(total => (total.Left, total.Sum.Rows)),
            .. inputGradientProducts.SelectMany(product => product.Operands),
            .. isLinear || inputGradient is null ? ((BoundPlace, int)[])[] : [(inputGradient.Value, engine.Layout.Width(gradient!.Value))],
        ]);
    }

    /// <summary>Makes room for what <see cref="SumShare"/> sums up.</summary>
    public void BeginBackward() => symbols.Reserve(batch: 0, table!.Rows, Holds);

    /// <summary>One member's share of the sums over each symbol's rows: some columns of each, so that no sum depends on the members.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SumShare(int member)
    {
        foreach ((BoundPlace place, int width) in summed)
        {
            int panels = LayerLayout.Padded(width) / LayerLayout.Alignment;
            int begin = panels * member / team.Count * LayerLayout.Alignment;
            int count = (panels * (member + 1) / team.Count * LayerLayout.Alignment) - begin;
            if (count == 0)
            {
                continue;
            }

            for (int symbol = 0; symbol < table!.Rows; symbol++)
            {
                new Span<float>(place.Row(symbols, symbol) + begin, count).Clear();
            }

            for (long row = rows.Total - 1; row >= 0; row--)
            {
                Span<float> sum = new(place.Row(symbols, symbolOf[row]) + begin, count);
                TensorPrimitives.Add(sum, new ReadOnlySpan<float>(place.Row(memory, row) + begin, count), sum);
            }
        }
    }

    /// <summary>One member's share of the gradients by the matrices and by the table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void TotalsShare(int member)
    {
        foreach (BoundOuterTotal total in totals)
        {
            (int first, int last) = RowTotals.Elements(total.Sum, member, team.Count);
            if (first < last)
            {
                RowTotals.Accumulate(total.Sum, table!.Rows, total.Left.Row(symbols, 0), total.Left.Stride, input.Row(symbols, 0), input.Stride, first, last, accumulate: false);
            }
        }

        (int begin, int end) = Symbols(member);
        for (int i = 0; i < inputGradientProducts.Length && begin < end; i++)
        {
            inputGradientProducts[i].Run(symbols, Cursor(begin, end));
        }

        int width = table!.Columns;
        for (int symbol = begin; symbol < end; symbol++)
        {
            Span<float> gradient = table.Gradient.Slice(symbol * width, width);
            if (inputGradient is { } place)
            {
                ReadOnlySpan<float> found = new(place.Row(symbols, symbol), width);
                if (Adds)
                {
                    TensorPrimitives.Add(gradient, found, gradient);
                }
                else
                {
                    found.CopyTo(gradient);
                }
            }
            else if (!Adds)
            {
                gradient.Clear();
            }
        }
    }

    public void Dispose() => symbols.Dispose();

    private static RowCursor Cursor(int begin, int end) => new() { Steps = begin, States = begin, Count = end - begin };

    private static bool Writes(Stage stage, ValueBuffer buffer) => stage switch
    {
        ProductStage product => product.Results.Any(result => result.Place.Buffer == buffer),
        PointwiseStage pointwise => pointwise.Stores.Any(store => store.Place.Buffer == buffer),
        AssembleStage assembly => assembly.Result.Buffer == buffer,
        _ => true,
    };

    /// <summary>Whole panels, each once.</summary>
    private static (BoundPlace, int)[] Joined((BoundPlace Place, int Width)[] places)
    {
        List<(BoundPlace Place, int Width)> result = [];
        foreach ((BoundPlace place, int width) in places.OrderBy(each => each.Place.Buffer).ThenBy(each => each.Place.Offset))
        {
            int begin = place.Offset / LayerLayout.Alignment * LayerLayout.Alignment;
            int end = LayerLayout.Padded(place.Offset + width);
            if (result.Count > 0 && result[^1].Place.Buffer == place.Buffer && begin <= result[^1].Place.Offset + result[^1].Width)
            {
                (BoundPlace last, int reach) = result[^1];
                result[^1] = (last, Math.Max(reach, end - last.Offset));
            }
            else
            {
                result.Add((place.At(begin), end - begin));
            }
        }

        return [.. result];
    }

    // What the symbols' products read and write, and nothing else, has rows for the symbols.
    private bool Holds(int buffer) => buffer == input.Buffer || buffer == inputGradient?.Buffer
        || Array.Exists(products, product => ((BoundProduct)product).Result.Buffer == buffer)
        || Array.Exists(summed, each => each.Place.Buffer == buffer);

    private bool IsInput(Place place) => place.Buffer == inputBuffer && !place.IsPrevious;

    private bool Reads(Stage stage) => stage switch
    {
        ProductStage product => product.Operands.Any(operand => operand.Place.Buffer == inputBuffer),
        PointwiseStage pointwise => pointwise.Loads.Any(load => load.Place.Buffer == inputBuffer),
        AssembleStage assembly => assembly.Parts.Any(part => part.Place.Buffer == inputBuffer),
        _ => true,
    };

    private (int Begin, int End) Symbols(int member) =>
        ((int)((long)table!.Rows * member / team.Count), (int)((long)table.Rows * (member + 1) / team.Count));

    private void CopyTable(int begin, int end, LayerMemory to, int[]? indices)
    {
        int width = table!.Columns;
        ReadOnlySpan<float> values = table.Values;
        for (int row = begin; row < end; row++)
        {
            float* target = input.Address(to, new RowCursor { Steps = row, States = indices is null ? row : rows.Batch + row });
            values.Slice((indices is null ? row : indices[row]) * width, width).CopyTo(new Span<float>(target, width));
        }
    }

    /// <summary>Copies of the symbols' rows, in place of a product of each row.</summary>
    private sealed class Gathered(SymbolRows owner, BoundProduct product) : BoundStage
    {
        private readonly int width = LayerLayout.Padded(product.Columns);

        public override string Name => "rows of " + product.Name;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Run(LayerMemory memory, in RowCursor cursor)
        {
            float* to = product.Result.Address(memory, cursor);
            for (int row = 0; row < cursor.Count; row++, to += product.Result.Stride)
            {
                long bytes = (long)width * sizeof(float);
                Buffer.MemoryCopy(product.Result.Row(owner.symbols, owner.symbolOf[cursor.Steps + row]), to, bytes, bytes);
            }
        }
    }
}
