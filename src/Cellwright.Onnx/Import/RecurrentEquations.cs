using System.Text;
using Cellwright.Graphs;
using Cellwright.Interchange;

namespace Cellwright.Onnx.Import;

/// <summary>The cell that one direction of a recurrent node is.</summary>
internal static class RecurrentEquations
{
    /// <summary>
    /// The cell: that of the zoo where the node has no more than its defaults, else equations written from the attributes.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="direction">0 or 1.</param>
    /// <param name="learned">The states whose first values the file holds; they become learned ones.</param>
    public static Cell Of(RecurrentNode node, int direction, IReadOnlyCollection<string> learned)
    {
        IReadOnlyList<Activation> functions = node.ActivationsOf(direction);
        return learned.Count == 0 && node.Clip is null && Known(node, functions) is { } known
            ? Cell.Named(known)
            : Cell.Parse(Write(node, functions, learned), "onnx");
    }

    private static string? Known(RecurrentNode node, IReadOnlyList<Activation> functions) =>
        (node.Operator, string.Join(' ', functions.Select(function => function.Function ?? function.Name))) switch
        {
            (RecurrentOperator.Rnn, "tanh") => "elman",
            (RecurrentOperator.Rnn, "relu") => "elman-relu",
            (RecurrentOperator.Gru, "σ tanh") => node.ResetsAfter ? "gru-reset-after" : "gru",
            (RecurrentOperator.Lstm, "σ tanh tanh") when !node.CouplesForget => node.HasPeepholes ? "lstm-peephole" : "lstm",
            _ => null,
        };

    private static string Write(RecurrentNode node, IReadOnlyList<Activation> functions, IReadOnlyCollection<string> learned)
    {
        string kind = node.Operator.ToString();
        StringBuilder text = new();
        text.Append($"cell onnx-{kind.ToLowerInvariant()} \"{kind.ToUpperInvariant()} of ONNX{Deviations(node, functions)}\"\n");
        text.Append("source \"ONNX operators, version 22\"\n\n");
        string[] names = [.. functions.Select((function, i) => Define(text, "fgh"[i], function, i < 2 ? node.Clip : null))];
        string f = names[0];
        switch (node.Operator)
        {
            case RecurrentOperator.Rnn:
                text.Append($"h = {f}(W x + U h[t-1] + b)\n");
                break;
            case RecurrentOperator.Gru:
                text.Append($"z = {f}(W_z x + U_z h[t-1] + b_z)\n");
                text.Append($"r = {f}(W_r x + U_r h[t-1] + b_r)\n");
                text.Append(node.ResetsAfter
                    ? $"n = {names[1]}(W_n x + b_n + r * (U_n h[t-1] + c_n))\n"
                    : $"n = {names[1]}(W_n x + U_n (r * h[t-1]) + b_n)\n");
                text.Append("h = (1 - z) * n + z * h[t-1]\n");
                break;
            default:
                string Gate(string gate, string cell) =>
                    $"{gate} = {f}(W_{gate} x + U_{gate} h[t-1] + {(node.HasPeepholes ? $"p_{gate} * {cell} + " : string.Empty)}b_{gate})\n";
                text.Append(Gate("i", "c[t-1]"));
                text.Append(node.CouplesForget ? "f = 1 - i\n" : Gate("f", "c[t-1]"));
                text.Append($"g = {names[1]}(W_g x + U_g h[t-1] + b_g)\n");
                text.Append("c = f * c[t-1] + i * g\n");
                text.Append(Gate("o", "c"));
                text.Append($"h = o * {names[2]}(c)\n");
                break;
        }

        foreach (string state in learned)
        {
            text.Append($"state {state} = learned\n");
        }

        return text.ToString();
    }

    // A function of the language is called by its name; any other, and one behind a clip, gets a line.
    private static string Define(StringBuilder text, char letter, Activation function, float? clip)
    {
        if (clip is null && function.Function is { } known)
        {
            return known;
        }

        string bound = Activation.Text(clip ?? 0);
        if (clip is not null && function.Function is null)
        {
            // Named once: the function may need its argument twice.
            text.Append($"phi_{letter}_of(u) = {function.Of("u")}\n");
            text.Append($"phi_{letter}(u) = phi_{letter}_of(clip(u, -{bound}, {bound}))\n");
        }
        else
        {
            text.Append($"phi_{letter}(u) = {function.Of(clip is null ? "u" : $"clip(u, -{bound}, {bound})")}\n");
        }

        return $"phi_{letter}";
    }

    private static string Deviations(RecurrentNode node, IReadOnlyList<Activation> functions)
    {
        string said = (node.Operator == RecurrentOperator.Gru && node.ResetsAfter ? ", reset behind the product" : string.Empty)
            + (node.HasPeepholes ? ", peepholes" : string.Empty)
            + (node.CouplesForget ? ", coupled gates" : string.Empty)
            + (node.Clip is { } clip ? $", clip {Activation.Text(clip)}" : string.Empty);
        return $": {string.Join(", ", functions.Select(function => function.Name))}{said}";
    }
}
