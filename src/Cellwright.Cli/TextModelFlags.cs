using System.CommandLine;
using Cellwright.Graphs;
using Cellwright.Tasks;

namespace Cellwright.Cli;

/// <summary>The options that say what a text model is made of.</summary>
internal static class TextModelFlags
{
    private const int DefaultEmbedding = 64;

    private static readonly LayerFlags Layers = new("lstm", 256, "text");
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
    public static void AddTo(Command command)
    {
        foreach (Option option in (Option[])[.. Layers.All, ResidualOption, EmbeddingOption, TiedOption, DropoutOption, VariationalOption, ZoneoutOption, WeightDropOption])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The model that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">The seed of what is dropped.</param>
    /// <exception cref="UsageException">A cell cannot be found or does not fit, a size is missing, or two options do not go together.</exception>
    public static TextModelDesign Design(ParseResult parsed, ulong seed)
    {
        Cell[] cells = Layers.Cells(parsed);
        bool tied = parsed.GetValue(TiedOption);
        int embedding = parsed.GetValue(EmbeddingOption) ?? (tied ? Layers.Hidden(parsed) : DefaultEmbedding);
        int input = embedding;
        foreach (Cell cell in cells)
        {
            Dictionary<string, int> sizes = Layers.SizesOf(parsed, cell, cells, input);
            input = cell.Graph.Output.Node.Shape.Rows.Evaluate(sizes);
        }

        if (tied && input != embedding)
        {
            throw new UsageException(FormattableString.Invariant(
                $"--tied makes the embedding the output's matrix too, but the embedding is {embedding} wide and the top layer gives {input}; give --embedding {input}, or leave --tied out"));
        }

        return new TextModelDesign
        {
            Cells = cells,
            Sizes = new Dictionary<string, int>(Layers.Sizes(parsed)) { ["input"] = embedding, ["hidden"] = Layers.Hidden(parsed) },
            Residual = parsed.GetValue(ResidualOption),
            Tied = tied,
            Regularization = Regularization(parsed, cells, seed),
        };
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
