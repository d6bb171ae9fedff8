using Cellwright.Layers;

namespace Cellwright.Training;

/// <summary>
/// The parameters that one optimizer changes, cut into blocks of a fixed length. Workers take blocks, so what a block
/// computes never depends on how many workers there are.
/// </summary>
internal sealed class ParameterSet
{
    /// <summary>The elements of a block, except the last of each parameter.</summary>
    public const int BlockLength = 8192;

    private readonly (int Parameter, int Start, int Length)[] blocks;

    /// <summary>The set of these parameters, in this order.</summary>
    public ParameterSet(IEnumerable<Parameter> parameters)
    {
        Parameters = [.. parameters];
        List<(int, int, int)> cut = [];
        for (int parameter = 0; parameter < Parameters.Count; parameter++)
        {
            int length = Parameters[parameter].Rows * Parameters[parameter].Columns;
            for (int start = 0; start < length; start += BlockLength)
            {
                cut.Add((parameter, start, Math.Min(BlockLength, length - start)));
            }

            Elements += length;
        }

        blocks = [.. cut];
    }

    /// <summary>The parameters.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>How many numbers they have together.</summary>
    public long Elements { get; }

    /// <summary>The blocks: a parameter's index, the first element, the number of elements.</summary>
    public ReadOnlySpan<(int Parameter, int Start, int Length)> Blocks => blocks;

    /// <summary>The range of blocks that one of several workers takes.</summary>
    public Range Share(int worker, int workers) =>
        (int)((long)blocks.Length * worker / workers)..(int)((long)blocks.Length * (worker + 1) / workers);
}
