namespace Cellwright.Equations;

/// <summary>How far the left sides of a system stand from t: 0, or 1 where all of them stand at t+1.</summary>
internal static class StepShift
{
    public static int Find(SourceText source, IEnumerable<EquationSyntax> equations, string timeLetter)
    {
        NameSyntax? first = null;
        foreach (NameSyntax target in equations.SelectMany(equation => equation.Targets))
        {
            if (target.Time is not { } time)
            {
                continue;
            }

            if (time is not (0 or 1))
            {
                throw new EquationException(
                    source, target.Span, $"an equation computes a value at `{timeLetter}`, not at another step", $"write `{target.Text}` or `{target.Text}_{timeLetter}` on the left side");
            }

            first ??= target;
            if (first.Time != time)
            {
                throw new EquationException(
                    source,
                    target.Span,
                    $"this left side stands at `{Step(timeLetter, time)}`, another at `{Step(timeLetter, first.Time!.Value)}`",
                    "write all left sides for one step; what is read from the step before is then clear",
                    first.Span);
            }
        }

        return first?.Time ?? 0;
    }

    private static string Step(string letter, int time) => time == 0 ? letter : $"{letter}+1";
}
