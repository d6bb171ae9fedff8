using Cellwright.Interchange;

namespace Cellwright.Onnx.Import;

/// <summary>The attributes of an RNN, GRU or LSTM node.</summary>
internal sealed record RecurrentNode(RecurrentOperator Operator)
{
    /// <summary>Whether it runs against time, with it, or both ways.</summary>
    public required string Direction { get; init; }

    /// <summary>H.</summary>
    public required int Hidden { get; init; }

    /// <summary>Whether the batch stands before time in X, Y and the states.</summary>
    public required bool IsBatchFirst { get; init; }

    /// <summary>The bound of what activations are applied to; null for none.</summary>
    public required float? Clip { get; init; }

    /// <summary>The functions, direction by direction: f; f, g; or f, g, h.</summary>
    public required IReadOnlyList<Activation> Activations { get; init; }

    /// <summary>Whether the forget gate is 1 − the input gate (LSTM).</summary>
    public bool CouplesForget { get; init; }

    /// <summary>Whether the reset gate acts behind the product (GRU).</summary>
    public bool ResetsAfter { get; init; }

    /// <summary>Whether the gates of an LSTM see its cell.</summary>
    public bool HasPeepholes { get; init; }

    /// <summary>1 or 2.</summary>
    public int Directions => Direction == "bidirectional" ? 2 : 1;

    /// <summary>How many matrices are stacked in W and in R.</summary>
    public int Gates => GatesOf(Operator);

    /// <summary>The states, in the order of the operator's outputs.</summary>
    public IReadOnlyList<string> States => Operator == RecurrentOperator.Lstm ? ["h", "c"] : ["h"];

    /// <summary>How many matrices an operator stacks.</summary>
    public static int GatesOf(RecurrentOperator kind) => kind switch { RecurrentOperator.Rnn => 1, RecurrentOperator.Gru => 3, _ => 4 };

    /// <summary>Reads the attributes.</summary>
    /// <exception cref="Files.InvalidFileException">One is not what the specification allows.</exception>
    public static RecurrentNode Read(GraphNode node, RecurrentOperator kind, int hidden, bool hasPeepholes)
    {
        if (node.Int("hidden_size") is { } stated && stated != hidden)
        {
            throw node.Error($"its hidden_size is {stated} where its weights R are for {hidden}");
        }

        string direction = node.String("direction") ?? "forward";
        if (direction is not ("forward" or "reverse" or "bidirectional"))
        {
            throw node.Error($"its direction is {OnnxFile.Quote(direction)} where forward, reverse or bidirectional was expected");
        }

        float? clip = node.Float("clip");
        if (clip is < 0 or float.NaN)
        {
            throw node.Error($"its clip is {clip} where a number from 0 on was expected");
        }

        return new RecurrentNode(kind)
        {
            Direction = direction,
            Hidden = hidden,
            IsBatchFirst = node.Flag("layout"),
            Clip = clip is float.PositiveInfinity ? null : clip,
            Activations = ReadActivations(node, kind, direction == "bidirectional" ? 2 : 1),
            CouplesForget = kind == RecurrentOperator.Lstm && node.Flag("input_forget"),
            ResetsAfter = kind == RecurrentOperator.Gru && (node.Int("linear_before_reset") ?? 0) != 0,
            HasPeepholes = hasPeepholes,
        };
    }

    /// <summary>The functions of one direction.</summary>
    public IReadOnlyList<Activation> ActivationsOf(int direction)
    {
        int each = Activations.Count / Directions;
        return [.. Activations.Skip(direction * each).Take(each)];
    }

    private static Activation[] ReadActivations(GraphNode node, RecurrentOperator kind, int directions)
    {
        string[] defaults = kind switch
        {
            RecurrentOperator.Rnn => ["Tanh"],
            RecurrentOperator.Gru => ["Sigmoid", "Tanh"],
            _ => ["Sigmoid", "Tanh", "Tanh"],
        };
        IReadOnlyList<string> names = node.Strings("activations") is { Count: > 0 } given ? given : [.. Enumerable.Repeat(defaults, directions).SelectMany(name => name)];
        int expected = defaults.Length * directions;
        if (kind == RecurrentOperator.Rnn && names.Count == 2 && directions == 1)
        {
            // The specification's default is a pair, which some writers spell out for a single direction.
            names = [names[0]];
        }

        if (names.Count != expected)
        {
            throw node.Error($"it has {names.Count} activations where {expected} were expected");
        }

        return Activation.Read(names, node.Floats("activation_alpha"), node.Floats("activation_beta"), out string? problem)
            ?? throw node.Error(problem!);
    }
}
