using Cellwright.Programs;
using Cellwright.Tensors;

namespace Cellwright.Layers;

/// <summary>
/// Steps whose input is a table's row for a symbol: what the program multiplies of the input is computed when a symbol
/// comes for the first time, and kept as long as the parameters stay.
/// </summary>
internal sealed unsafe class SymbolStep : IDisposable
{
    private readonly LayerEngine engine;
    private readonly (nint Result, int Width)[] results;
    private readonly int width;
    private readonly StepStages? products;
    private readonly StepStages rest;
    private readonly AlignedBuffer rows;
    private readonly bool[] isKnown;
    private int loaded = -1;

    /// <summary>Prepares for a table's symbols.</summary>
    /// <param name="engine">A program of one input.</param>
    /// <param name="memory">The memory of the step.</param>
    /// <param name="cursor">Its row.</param>
    /// <param name="options">How it runs.</param>
    /// <param name="table">The table.</param>
    public SymbolStep(LayerEngine engine, LayerMemory memory, RowCursor cursor, StreamOptions options, Parameter table)
    {
        this.engine = engine;
        Table = table;
        IReadOnlyList<Stage> before = engine.Program.Forward.Before;
        BoundProduct[] gathered = [.. engine.Before.Where((_, i) => SymbolRows.IsGathered(before[i], engine.Program.Inputs[0].Buffer)).Cast<BoundProduct>()];
        results = [.. gathered.Select(product => ((nint)product.Result.Address(memory, cursor), LayerLayout.Padded(product.Columns)))];
        width = results.Sum(result => result.Width);
        products = gathered.Length > 0 ? new StepStages(engine, gathered, memory, cursor, options) : null;
        rest = new StepStages(engine, [.. engine.Before.Except(gathered), .. engine.Loop, .. engine.After], memory, cursor, options);
        rows = new AlignedBuffer((long)table.Rows * width);
        isKnown = new bool[table.Rows];
    }

    /// <summary>The table.</summary>
    public Parameter Table { get; }

    /// <summary>Runs the step; the symbol's row is in the place of the input.</summary>
    public void Run(int symbol)
    {
        if (loaded != engine.Loads)
        {
            Array.Clear(isKnown);
            loaded = engine.Loads;
        }

        float* row = rows.Pointer + ((long)symbol * width);
        if (!isKnown[symbol])
        {
            products?.Run();
        }

        foreach ((nint result, int count) in results)
        {
            Span<float> kept = new(row, count);
            Span<float> place = new((float*)result, count);
            if (isKnown[symbol])
            {
                kept.CopyTo(place);
            }
            else
            {
                place.CopyTo(kept);
            }

            row += count;
        }

        isKnown[symbol] = true;
        rest.Run();
    }

    public void Dispose()
    {
        products?.Dispose();
        rest.Dispose();
        rows.Dispose();
    }
}
