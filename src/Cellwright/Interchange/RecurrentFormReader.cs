using Cellwright.Graphs;

namespace Cellwright.Interchange;

/// <summary>Looks for the shape of each standard operator in a cell's graph; <see cref="RecurrentForm"/> says which are known.</summary>
internal sealed class RecurrentFormReader
{
    private const string Unknown = "computes none of the standard operators RNN, GRU and LSTM";

    private readonly CellGraph cell;
    private readonly Node input;

    private RecurrentFormReader(CellGraph cell)
    {
        this.cell = cell;
        input = cell.Inputs[0].Node;
    }

    /// <summary>The form of a cell, or why it has none.</summary>
    public static (RecurrentForm? Form, string Problem) Read(CellGraph cell)
    {
        if (cell.Inputs.Count != 1)
        {
            return (null, FormattableString.Invariant($"has {cell.Inputs.Count} inputs, and the standard operators have one"));
        }

        if (cell.States.Any(state => state.Next.Operation == Operation.Input))
        {
            return (null, "reads the input of the step before, which the standard operators do not");
        }

        RecurrentFormReader reader = new(cell);
        RecurrentForm? form = cell.States switch
        {
            [var hidden] => reader.ReadGru(hidden) ?? reader.ReadRnn(hidden),
            [var first, var second] => reader.ReadLstm(first, second) ?? reader.ReadLstm(second, first),
            _ => null,
        };
        if (form is null)
        {
            return (null, Unknown);
        }

        if (form.Gates.Any(gate => gate.Clip != form.Clip))
        {
            return (null, "clips some gates and not others, which the standard operators do not");
        }

        return cell.Output.Node == form.HiddenState.Next
            ? (form, string.Empty)
            : (null, $"gives out '{cell.Output.Name}', where the standard operators give out their state h");
    }

    private RecurrentForm? ReadRnn(CellState hidden) => ReadGate(RecurrentRole.Candidate, hidden.Next, hidden, hidden) is { } gate
        ? new RecurrentForm(RecurrentOperator.Rnn, [gate], hidden)
        : null;

    private RecurrentForm? ReadGru(CellState hidden)
    {
        foreach ((Node keep, bool isComplement, Node content) in Blends(hidden.Next, hidden.Previous))
        {
            if (ReadKeep(RecurrentRole.Update, keep, isComplement, hidden, hidden) is { } update
                && ReadGruCandidate(content, hidden) is var (reset, candidate, after)
                && reset.Activation == update.Activation)
            {
                return new RecurrentForm(RecurrentOperator.Gru, [reset, update, candidate], hidden) { ResetAfter = after };
            }
        }

        return null;
    }

    private (RecurrentGate Reset, RecurrentGate Candidate, bool After)? ReadGruCandidate(Node node, CellState hidden)
    {
        if (Argument(node, hidden.Next) is not var (activation, clip, argument))
        {
            return null;
        }

        RecurrentGate candidate = new(RecurrentRole.Candidate, activation) { Clip = clip, Input = argument.Matrix(input), Bias = argument.Bias };
        if (argument.Gated.Count == 0)
        {
            return !argument.DiagonalOperands.Any() && argument.MatrixOperands.Where(vector => vector != input).ToArray() is [{ Operation: Operation.Multiply } product]
                ? ReadResetBefore(candidate with { Recurrent = argument.Matrix(product) }, product, hidden)
                : null;
        }

        // What every such term has is the reset gate, the rest of each R h[t-1] or d.
        foreach (Node gate in argument.Gated[0].Factors)
        {
            if (argument.Gated.All(term => term.Factors.Count == 2 && term.Factors.Contains(gate))
                && argument.DiagonalOperands.All(vector => vector == gate) && argument.MatrixOperands.All(vector => vector == input)
                && GateArgument.Of(argument.Gated.SelectMany(term => Times(term.Factor, NodePattern.Terms(term.Factors.Single(factor => factor != gate))))) is { Gated.Count: 0 } inner
                && !inner.DiagonalOperands.Any() && inner.MatrixOperands.All(vector => vector == hidden.Previous)
                && ReadGate(RecurrentRole.Reset, gate, hidden, hidden) is { } reset)
            {
                ParameterSum bias = new(inner.Bias.Terms.Concat(argument.Diagonal(gate).Terms));
                return (reset, candidate with { Recurrent = inner.Matrix(hidden.Previous), RecurrentBias = bias }, true);
            }
        }

        return null;
    }

    private static IEnumerable<(double, IReadOnlyList<Node>)> Times(double factor, IEnumerable<(double Factor, IReadOnlyList<Node> Factors)> terms) =>
        terms.Select(term => (factor * term.Factor, term.Factors));

    private (RecurrentGate, RecurrentGate, bool)? ReadResetBefore(RecurrentGate candidate, Node product, CellState hidden)
    {
        foreach ((Node gate, Node state) in NodePattern.BothWays(product))
        {
            if (state == hidden.Previous && ReadGate(RecurrentRole.Reset, gate, hidden, hidden) is { } reset)
            {
                return (reset, candidate, false);
            }
        }

        return null;
    }

    private RecurrentForm? ReadLstm(CellState memory, CellState hidden)
    {
        (Node given, ParameterSum? projection) = hidden.Next is { Operation: Operation.Product } product && !product.Operands[0].IsPerStep
            ? (product.Operands[1], new ParameterSum([(1, product.Operands[0])]))
            : (hidden.Next, null);
        if (ReadOutput(given, memory, hidden) is not var (output, function) || ReadMemory(memory, hidden) is not var (input, forget, candidate, coupled))
        {
            return null;
        }

        return input.Activation == output.Activation && forget.Activation == output.Activation
            ? new RecurrentForm(RecurrentOperator.Lstm, [input, forget, candidate, output], hidden)
            {
                MemoryState = memory,
                OutputActivation = function,
                Projection = projection,
                Coupled = coupled,
            }
            : null;
    }

    // h = o * H(c).
    private (RecurrentGate Output, RecurrentActivation Function)? ReadOutput(Node given, CellState memory, CellState hidden)
    {
        if (given.Operation != Operation.Multiply)
        {
            return null;
        }

        foreach ((Node gate, Node shown) in NodePattern.BothWays(given))
        {
            (RecurrentActivation function, Node argument) = shown == memory.Next ? (RecurrentActivation.Identity, shown) : RecurrentActivation.Of(shown);
            if (argument == memory.Next && ReadGate(RecurrentRole.Output, gate, hidden, memory, memory.Next) is { } output)
            {
                return (output, function);
            }
        }

        return null;
    }

    // c = f * c[t-1] + i * g, where i may be 1 − f.
    private (RecurrentGate Input, RecurrentGate Forget, RecurrentGate Candidate, bool Coupled)? ReadMemory(CellState memory, CellState hidden)
    {
        foreach ((Node keep, bool isComplement, Node content) in Blends(memory.Next, memory.Previous))
        {
            if (ReadKeep(RecurrentRole.Forget, keep, isComplement, hidden, memory, memory.Previous) is { Activation.IsPointSymmetric: true } forget
                && ReadGate(RecurrentRole.Candidate, content, hidden, memory) is { } candidate)
            {
                return (forget.Complement(RecurrentRole.Input), forget, candidate, true);
            }
        }

        if (NodePattern.Terms(memory.Next) is not [(1, [_, _] and var first), (1, [_, _] and var second)])
        {
            return null;
        }

        (IReadOnlyList<Node> kept, IReadOnlyList<Node> stored) = first.Contains(memory.Previous) ? (first, second) : (second, first);
        if (!kept.Contains(memory.Previous) || ReadGate(RecurrentRole.Forget, kept.First(node => node != memory.Previous), hidden, memory, memory.Previous) is not { } gate)
        {
            return null;
        }

        foreach ((Node input, Node content) in new[] { (stored[0], stored[1]), (stored[1], stored[0]) })
        {
            if (ReadGate(RecurrentRole.Input, input, hidden, memory, memory.Previous) is { } stores && stores.Activation == gate.Activation
                && ReadGate(RecurrentRole.Candidate, content, hidden, memory) is { } candidate)
            {
                return (stores, gate, candidate, false);
            }
        }

        return null;
    }

    /// <summary>
    /// The ways to read a state as k * s[t-1] + (1 − k) * n, with the gate k or its complement:
    /// as it stands, s[t-1] + u * (n − s[t-1]), n + k * (s[t-1] − n), and all of them multiplied out.
    /// </summary>
    private static IEnumerable<(Node Keep, bool IsComplement, Node Content)> Blends(Node next, Node previous)
    {
        (double Factor, IReadOnlyList<Node> Factors)[] terms = [.. NodePattern.Terms(next)];
        switch (terms)
        {
            case [(1, [_, _] and var first), (1, [_, _] and var second)]:
                (IReadOnlyList<Node> kept, IReadOnlyList<Node> stored) = first.Contains(previous) ? (first, second) : (second, first);
                if (kept.FirstOrDefault(node => node != previous) is { } keep && kept.Contains(previous))
                {
                    foreach ((Node share, Node content) in new[] { (stored[0], stored[1]), (stored[1], stored[0]) })
                    {
                        if (NodePattern.Complement(share) == keep)
                        {
                            yield return (keep, false, content);
                        }
                        else if (NodePattern.Complement(keep) == share)
                        {
                            yield return (share, true, content);
                        }
                    }
                }

                break;
            case [(1, [_] or [_, _]), (1, [_] or [_, _])]:
                Node? alone = terms.FirstOrDefault(term => term.Factors.Count == 1).Factors?[0];
                IReadOnlyList<Node>? mixed = terms.FirstOrDefault(term => term.Factors.Count == 2).Factors;
                if (alone is null || mixed is null)
                {
                    break;
                }

                foreach ((Node gate, Node difference) in new[] { (mixed[0], mixed[1]), (mixed[1], mixed[0]) })
                {
                    if (difference.Operation == Operation.Subtract && difference.Operands[1] == alone)
                    {
                        if (alone == previous)
                        {
                            yield return (gate, true, difference.Operands[0]);
                        }
                        else if (difference.Operands[0] == previous)
                        {
                            yield return (gate, false, alone);
                        }
                    }
                }

                break;
            case [_, _, _]:
                foreach ((Node keep3, bool isComplement, Node content3) in MultipliedOut(terms, previous))
                {
                    yield return (keep3, isComplement, content3);
                }

                break;
        }
    }

    // s[t-1] − u * s[t-1] + u * n, or n + k * s[t-1] − k * n.
    private static IEnumerable<(Node, bool, Node)> MultipliedOut((double Factor, IReadOnlyList<Node> Factors)[] terms, Node previous)
    {
        Node? alone = terms.Where(term => term is (1, [_])).Select(term => term.Factors[0]).FirstOrDefault();
        IReadOnlyList<Node>? taken = terms.Where(term => term is (-1, [_, _])).Select(term => term.Factors).FirstOrDefault();
        IReadOnlyList<Node>? given = terms.Where(term => term is (1, [_, _])).Select(term => term.Factors).FirstOrDefault();
        if (alone is null || taken is null || given is null || !taken.Contains(alone))
        {
            yield break;
        }

        Node gate = taken[0] == alone ? taken[1] : taken[0];
        if (given.Contains(gate))
        {
            Node other = given[0] == gate ? given[1] : given[0];
            if (alone == previous)
            {
                yield return (gate, true, other);
            }
            else if (other == previous)
            {
                yield return (gate, false, alone);
            }
        }
    }

    private RecurrentGate? ReadKeep(RecurrentRole role, Node node, bool isComplement, CellState hidden, CellState wide, Node? peephole = null)
    {
        RecurrentGate? gate = ReadGate(role, node, hidden, wide, peephole);
        return !isComplement ? gate : gate is { Activation.IsPointSymmetric: true } ? gate.Complement(role) : null;
    }

    // f(W x + R h[t-1] + b), and with a peephole + p * c.
    private RecurrentGate? ReadGate(RecurrentRole role, Node node, CellState hidden, CellState wide, Node? peephole = null)
    {
        if (NodePattern.Complement(node) is { } inner && ReadGate(role, inner, hidden, wide, peephole) is { Activation.IsPointSymmetric: true } opposite)
        {
            return opposite.Complement(role);
        }

        if (Argument(node, wide.Next) is not var (activation, clip, argument)
            || argument.Gated.Count > 0
            || argument.MatrixOperands.Any(vector => vector != input && vector != hidden.Previous)
            || argument.DiagonalOperands.Any(vector => vector != peephole))
        {
            return null;
        }

        return new RecurrentGate(role, activation)
        {
            Clip = clip,
            Input = argument.Matrix(input),
            Recurrent = argument.Matrix(hidden.Previous),
            Bias = argument.Bias,
            Peephole = peephole is null ? ParameterSum.None : argument.Diagonal(peephole),
        };
    }

    private static (RecurrentActivation Activation, double? Clip, GateArgument Argument)? Argument(Node node, Node like)
    {
        if (!node.IsPerStep || !node.Shape.Rows.Equals(like.Shape.Rows))
        {
            return null;
        }

        (RecurrentActivation activation, Node inner) = RecurrentActivation.Of(node);
        double? clip = null;
        if (NodePattern.Bounded(inner) is (var value, var low, var high) && high > 0 && low == -high)
        {
            (inner, clip) = (value, high);
        }

        return GateArgument.Of(inner) is { } argument ? (activation, clip, argument) : null;
    }
}
