using System.CommandLine;
using Cellwright.Graphs;
using Cellwright.Tasks;

namespace Cellwright.Cli;

/// <summary>The options that say what a text model is made of.</summary>
internal static class TextModelFlags
{
    private const int DefaultEmbedding = 64;
    private const int MostHidden = 16384;

    private static readonly LayerFlags Layers = new("gru", 256, "text");
    private static readonly Option<bool> ResidualOption = new("--residual") { Description = "A layer above the first that is as wide as what it reads adds that to its output." };
    private static readonly Option<bool> TiedOption = new("--tied") { Description = "The embedding is the output's matrix too; it is then as wide as what the top layer gives." };
    private static readonly Option<int?> EmbeddingOption = Options.OptionalWhole(
        "--embedding", $"The width of a character's embedding: the lowest layer's input. [default: {DefaultEmbedding}; with --tied that of --hidden]", 1, 65536);

    private static readonly Option<double> DropoutOption = Options.Real(
        "--dropout", "The share of elements dropped at random in each step from the embedding, between layers and from the output, against learning by heart; less than 1.", 0.0, zeroToo: true);

    private static readonly Option<bool> VariationalOption = new("--variational") { Description = "With --dropout, what is dropped stays the same for all steps of a window." };
    private static readonly Option<Dictionary<string, double>> ZoneoutOption = Options.Rates(
        "--zoneout", "The probability that an element of a state keeps its value for a step: one for every state, or by name, such as c=0.1,h=0.05.", "c=0.1,h=0.05");

    private static readonly Option<Dictionary<string, double>> WeightDropOption = Options.Rates(
        "--weight-drop", "The share of each recurrent matrix that is dropped at random in each step: one for all, or by name, such as U_i=0.3,U_f=0.3.", "U_i=0.3,U_f=0.3");

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="withCell">Whether the one that names the cell is among them.</param>
    public static void AddTo(Command command, bool withCell = true)
    {
        foreach (Option option in (Option[])[.. withCell ? Layers.All : Layers.AllButCell, ResidualOption, EmbeddingOption, TiedOption, DropoutOption, VariationalOption, ZoneoutOption, WeightDropOption])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The cell of each layer.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="cell">What stands in the place of <c>--cell</c>; null for what that says.</param>
    /// <exception cref="UsageException">The cell cannot be found or has several inputs.</exception>
    public static Cell[] CellsOf(ParseResult parsed, string? cell = null) => Layers.Cells(parsed, cell);

    /// <summary>The model that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">The seed of what is dropped.</param>
    /// <param name="cells">What stands in the place of <c>--cell</c>; null for what that says.</param>
    /// <param name="width">What stands in the place of <c>--hidden</c>; null for what that says.</param>
    /// <exception cref="UsageException">A cell cannot be found or does not fit, a size is missing, or two options do not go together.</exception>
    public static TextModelDesign Design(ParseResult parsed, ulong seed, Cell[]? cells = null, int? width = null)
    {
        cells ??= Layers.Cells(parsed);
        int hidden = width ?? Layers.Hidden(parsed);
        bool tied = parsed.GetValue(TiedOption);
        int embedding = parsed.GetValue(EmbeddingOption) ?? (tied ? hidden : DefaultEmbedding);
        int input = embedding;
        Dictionary<string, int> all = new(Layers.Sizes(parsed));
        foreach (Cell each in cells)
        {
            Dictionary<string, int> sizes = Layers.SizesOf(parsed, each, cells, input, hidden);
            foreach ((string name, int size) in sizes)
            {
                all.TryAdd(name, size);
            }

            input = each.Graph.Output.Node.Shape.Rows.Evaluate(sizes);
        }

        if (tied && input != embedding)
        {
            throw new UsageException(FormattableString.Invariant(
                $"--tied makes the embedding the output's matrix too, but the embedding is {embedding} wide and the top layer gives {input}; give --embedding {input}, or leave --tied out"));
        }

        return new TextModelDesign
        {
            Cells = cells,
            Sizes = all,
            Residual = parsed.GetValue(ResidualOption),
            Tied = tied,
            Regularization = Regularization(parsed, cells, seed),
        };
    }

    /// <summary>The widest model of a cell that has no more parameters than given.</summary>
    /// <param name="parsed">The command line; <c>--hidden</c> is not looked at.</param>
    /// <param name="seed">The seed of what is dropped.</param>
    /// <param name="cells">The cell of each layer.</param>
    /// <param name="parameters">The most parameters.</param>
    /// <param name="vocabulary">How many symbols there are.</param>
    /// <exception cref="UsageException">Even the narrowest has more.</exception>
    public static TextModelDesign DesignWithin(ParseResult parsed, ulong seed, Cell[] cells, long parameters, int vocabulary)
    {
        if (Layers.HasHidden(parsed))
        {
            throw new UsageException("--parameters chooses the width of each cell's signals; leave --hidden out");
        }

        TextModelDesign? widest = null;
        UsageException? unfit = null;
        for (int hidden = 1; hidden <= MostHidden; hidden++)
        {
            try
            {
                TextModelDesign design = Design(parsed, seed, cells, hidden);
                if (design.CountParameters(vocabulary) > parameters)
                {
                    break;
                }

                widest = design;
            }
            catch (UsageException problem)
            {
                // Some widths are a share of hidden, which is not a whole number for every one.
                unfit = problem;
            }
        }

        return widest ?? throw unfit ?? new UsageException(FormattableString.Invariant($"no model of the cell '{cells[0].Name}' has as few as {parameters} parameters; give more, or a smaller --embedding"));
    }

    private static TextRegularization Regularization(ParseResult parsed, Cell[] cells, ulong seed)
    {
        TextRegularization regularization = new()
        {
            Dropout = parsed.GetValue(DropoutOption),
            Variational = parsed.GetValue(VariationalOption),
            Zoneout = parsed.GetValue(ZoneoutOption)!,
            WeightDrop = parsed.GetValue(WeightDropOption)!,
            Seed = seed,
        };
        if (regularization.Dropout >= 1)
        {
            throw new UsageException("--dropout takes a share from 0 to less than 1");
        }

        if (regularization is { Variational: true, Dropout: 0 })
        {
            throw new UsageException("--variational says how --dropout drops; give both, or neither");
        }

        return regularization.Problem(cells) is { } problem ? throw new UsageException(problem) : regularization;
    }

    /// <summary>What is drawn while a model is trained, in a few words.</summary>
    public static string Describe(TextRegularization regularization)
    {
        string variational = regularization.Variational ? " (variational)" : string.Empty;
        return FormattableString.Invariant($"dropout {regularization.Dropout}{variational}") + Rates(", zoneout ", regularization.Zoneout) + Rates(", weight drop ", regularization.WeightDrop);

        static string Rates(string what, IReadOnlyDictionary<string, double> rates) => rates.Count == 0 ? string.Empty
            : what + string.Join(", ", rates.Select(rate => rate.Key == TextRegularization.All ? FormattableString.Invariant($"{rate.Value}") : FormattableString.Invariant($"{rate.Key} {rate.Value}")));
    }

    /// <summary>What a model is made of, in a few words.</summary>
    public static string Describe(TextModelDesign design)
    {
        string cells = LayerFlags.Describe(design.Cells);
        string sizes = string.Concat(design.Sizes.Where(size => size.Key != "input").OrderBy(size => size.Key, StringComparer.Ordinal).Select(size => FormattableString.Invariant($", {size.Key} {size.Value}")));
        string residual = design.Residual ? ", residual" : string.Empty;
        string tied = design.Tied ? " (tied)" : string.Empty;
        return FormattableString.Invariant($"{cells}{sizes}{residual}, embedding {design.Sizes["input"]}{tied}");
    }
}
