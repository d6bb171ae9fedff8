using System.CommandLine;
using Cellwright.Graphs;

namespace Cellwright.Cli;

/// <summary>The options of every command that trains recurrent layers: their cells, how many, how wide.</summary>
/// <param name="defaultCell">The cell unless told otherwise.</param>
/// <param name="defaultHidden">The width of signals unless told otherwise.</param>
/// <param name="data">What is learned from, such as <c>text</c>.</param>
internal sealed class LayerFlags(string defaultCell, int defaultHidden, string data)
{
    private const int MostLayers = 64;

    private readonly Option<string> cellOption = new("--cell")
    {
        Description = "A cell of the zoo, or a path to a file with equations; several with commas between, the lowest first, for layers of different cells.",
        HelpName = "cell",
        DefaultValueFactory = _ => defaultCell,
    };

    private readonly Option<int?> layersOption = Options.OptionalWhole("--layers", "How many layers of the cell stand one upon the other. [default: 1, or as many as --cell names]", 1, MostLayers);
    private readonly Option<int> hiddenOption = Options.Whole("--hidden", "The width of the layers' signals.", defaultHidden, 1, 65536);
    private readonly Option<Dictionary<string, int>> sizeOption = Options.Sizes();

    /// <summary>The options.</summary>
    public IEnumerable<Option> All => [cellOption, layersOption, hiddenOption, sizeOption];

    /// <summary>The width of signals.</summary>
    public int Hidden(ParseResult parsed) => parsed.GetValue(hiddenOption);

    /// <summary>The sizes that were given beside input and hidden.</summary>
    public Dictionary<string, int> Sizes(ParseResult parsed) => parsed.GetValue(sizeOption)!;

    /// <summary>The options but the one that names the cell.</summary>
    public IEnumerable<Option> AllButCell => All.Except([cellOption]);

    /// <summary>Whether a width of signals was given.</summary>
    public bool HasHidden(ParseResult parsed) => parsed.GetResult(hiddenOption) is System.CommandLine.Parsing.OptionResult { Implicit: false };

    /// <summary>The cell of each layer, the lowest first.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="cell">What stands in the place of <c>--cell</c>; null for what that says.</param>
    /// <exception cref="UsageException">A cell cannot be found, has several inputs, or the numbers of layers do not agree.</exception>
    public Cell[] Cells(ParseResult parsed, string? cell = null)
    {
        string given = cell ?? parsed.GetValue(cellOption)!;
        string[] names = File.Exists(given) ? [given] : given.Split(',');
        int layers = parsed.GetValue(layersOption) ?? names.Length;
        if (names.Length > 1 && layers != names.Length)
        {
            throw new UsageException(FormattableString.Invariant($"--cell names {names.Length} layers and --layers says {layers}; give one cell for all layers, or one for each"));
        }

        Cell[] cells = [.. names.Select(CellArgument.Resolve)];
        if (cells.FirstOrDefault(cell => cell.Graph.Inputs.Count != 1) is { } several)
        {
            throw new UsageException($"the cell '{several.Name}' has {several.Graph.Inputs.Count} inputs, and a {data} gives one; train a cell with one input");
        }

        return cells.Length == 1 ? [.. Enumerable.Repeat(cells[0], layers)] : cells;
    }

    /// <summary>All sizes of a cell among others over an input.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="cell">The cell.</param>
    /// <param name="cells">All cells.</param>
    /// <param name="input">The width of its input.</param>
    /// <param name="hidden">What stands in the place of <c>--hidden</c>; null for what that says.</param>
    /// <exception cref="UsageException">A size does not fit, or none of the cells names it.</exception>
    public Dictionary<string, int> SizesOf(ParseResult parsed, Cell cell, Cell[] cells, int input, int? hidden = null)
    {
        // A size is refused where no cell names it, and is another cell's where one does.
        IEnumerable<KeyValuePair<string, int>> own = Sizes(parsed).Where(size =>
            cell.Graph.SizeNames.Contains(size.Key) || !cells.Any(each => each.Graph.SizeNames.Contains(size.Key)) || size.Key is "input" or "hidden");
        return CellArgument.Sizes(cell, input, hidden ?? Hidden(parsed), own.ToDictionary());
    }

    /// <summary>Some layers' cells in a few words.</summary>
    public static string Describe(IReadOnlyList<Cell> cells)
    {
        string[] names = [.. cells.Select(cell => cell.Name)];
        return names.Length == 1 ? names[0] : names.Distinct().Count() == 1 ? FormattableString.Invariant($"{names.Length} layers of {names[0]}") : string.Join(" under ", names);
    }
}
