namespace Cellwright.Equations;

/// <summary>Puts the equations of a step in an order in which each stands behind what it reads.</summary>
internal static class StepOrder
{
    /// <summary>The equations but for functions, in written order as far as that is possible.</summary>
    /// <exception cref="EquationException">A value needs itself in the same step.</exception>
    public static IReadOnlyList<Equation> Sort(SourceText source, string timeLetter, IReadOnlyList<Equation> equations, Dictionary<Equation, List<Read>> reads)
    {
        List<Equation> order = [];
        HashSet<Equation> done = [];
        HashSet<Equation> open = [];
        Stack<(Equation Equation, int Next)> path = new();
        foreach (Equation first in equations)
        {
            if (done.Contains(first))
            {
                continue;
            }

            path.Push((first, 0));
            open.Add(first);
            while (path.TryPop(out (Equation Equation, int Next) top))
            {
                List<Read> needed = reads.GetValueOrDefault(top.Equation) ?? [];
                int next = top.Next;
                while (next < needed.Count && (needed[next].IsPrevious || needed[next].Definition.Equation is not { } computed || done.Contains(computed)))
                {
                    next++;
                }

                if (next == needed.Count)
                {
                    open.Remove(top.Equation);
                    done.Add(top.Equation);
                    if (top.Equation.Targets[0].Kind != DefinitionKind.Function)
                    {
                        order.Add(top.Equation);
                    }

                    continue;
                }

                path.Push((top.Equation, next + 1));
                Equation wanted = needed[next].Definition.Equation!;
                if (!open.Add(wanted))
                {
                    throw Cycle(source, timeLetter, [.. path.Reverse()], wanted, reads);
                }

                path.Push((wanted, 0));
            }
        }

        return order;
    }

    private static EquationException Cycle(
        SourceText source, string timeLetter, List<(Equation Equation, int Next)> path, Equation wanted, Dictionary<Equation, List<Read>> reads)
    {
        int start = path.FindIndex(step => step.Equation == wanted);
        Read[] links = [.. path.Skip(start).Select(step => reads[step.Equation][step.Next - 1])];
        Read closing = links[^1];
        string chain = string.Join(" → ", links.Select(link => link.Definition.Name).Prepend(closing.Definition.Name));
        bool isFunction = links.Any(link => link.Definition.Kind == DefinitionKind.Function);
        bool isOnce = links.All(link => link.Definition.Kind is DefinitionKind.Constant or DefinitionKind.DerivedParameter);
        return new EquationException(
            source,
            links[0].Span,
            isFunction || isOnce ? $"`{closing.Definition.Name}` is defined by itself: {chain}" : $"within a step `{closing.Definition.Name}` needs itself: {chain}",
            isFunction || isOnce ? null : $"read one of them from the step before, such as `{closing.Definition.Name}[{timeLetter}-1]`");
    }
}
