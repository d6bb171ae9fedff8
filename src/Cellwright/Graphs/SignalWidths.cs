using System.Runtime.CompilerServices;
using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <summary>
/// The widths of inputs and signals: what a directive says; else <c>input</c> for the first input and a size of its own
/// name for each other; else the sum of the parts for a signal that is a concatenation; else <c>hidden</c>.
/// </summary>
internal sealed class SignalWidths(CellReading cell)
{
    private static readonly string[] UsualSizes = ["input", "hidden"];

    private readonly Dictionary<Definition, Width> known = [];

    public Width Of(Definition definition)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (known.TryGetValue(definition, out Width? width))
        {
            return width;
        }

        // A concatenation that holds its own earlier value has no width of its own.
        known[definition] = Width.Hidden;
        width = definition switch
        {
            { Width: { } given } => Read(cell, given),
            { Kind: DefinitionKind.Input } => definition == cell.Inputs[0] ? Width.Input : Width.Named(definition.Name),
            { Equation: { Value: ConcatenationExpression whole, Syntax.IsStacked: false } } => OfParts(whole),
            _ => Width.Hidden,
        };
        known[definition] = width;
        return width;
    }

    /// <summary>A width as a directive writes it.</summary>
    public static Width Read(CellReading cell, WidthDirective directive)
    {
        Width sum = Width.Zero;
        foreach (WidthTerm term in directive.Terms)
        {
            if (term.Size is { Length: >= 4 } size && UsualSizes.FirstOrDefault(usual => usual != size && Spelling.Distance(usual, size) == 1) is { } near)
            {
                throw new EquationException(cell.Source, directive.Span, $"there is no size `{size}`", $"did you mean `{near}`?");
            }

            sum += (term.Size is null ? Width.One : Width.Named(term.Size)) * term.Numerator / term.Denominator;
        }

        return sum;
    }

    private Width OfParts(ConcatenationExpression whole) => whole.Parts.Aggregate(Width.Zero, (sum, part) => sum + part switch
    {
        ReferenceExpression { Definition: { IsSignal: true } signal } => Of(signal),
        ConcatenationExpression inner => OfParts(inner),
        _ => Width.Hidden,
    });
}
