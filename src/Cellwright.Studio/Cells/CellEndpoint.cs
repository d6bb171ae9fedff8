using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Inspection;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Cells;

/// <summary>What was understood of the equations in the editor, or what is wrong with them and where.</summary>
internal static class CellEndpoint
{
    public static async Task Handle(HttpContext context)
    {
        CellRequest request = await Answer.Read(context, StudioJson.Default.CellRequest).ConfigureAwait(false);
        CellReply reply;
        try
        {
            Cell cell = CellText.Read(request.Text, request.Name);
            reply = new CellReply(null, Describe(cell, CellText.Sizes(cell, request.Input, request.Hidden, StudioLimits.Hidden)));
        }
        catch (EquationException problem)
        {
            reply = new CellReply(new CellProblem(problem.Message, problem.Problem, problem.Suggestion, problem.Line, problem.Column, problem.Start, problem.End), null);
        }

        await Answer.Json(context, reply, StudioJson.Default.CellReply).ConfigureAwait(false);
    }

    private static CellDescription Describe(Cell cell, Dictionary<string, int> sizes)
    {
        CellGraph graph = cell.Graph;
        CellDiagram diagram = CellDiagram.Of(cell);
        return new CellDescription(
            cell.Name,
            cell.Title,
            cell.Source,
            CellEquation.Of(cell),
            [.. cell.Described.Select(name => Describe(name, graph, sizes))],
            CellSizes.CountParameters(graph, sizes),
            sizes,
            ForgetBias.Of(graph).Count > 0,
            graph.Inputs.Count,
            new DiagramReply(diagram.Elements, diagram.States, diagram.Output, diagram.OutputName));
    }

    private static NameReply Describe(CellName name, CellGraph graph, Dictionary<string, int> sizes) => name.Shape is { } shape
        ? new NameReply(
            name.Name, name.Kind, shape.ToString(), Numbers(shape, sizes), (long)shape.Rows.Evaluate(sizes) * shape.Columns.Evaluate(sizes), name.Name == graph.Output.Name)
        : new NameReply(name.Name, name.Kind, string.Empty, string.Empty, 0, IsOutput: false);

    private static string Numbers(Shape shape, Dictionary<string, int> sizes) => shape.Rank switch
    {
        0 => "1",
        1 => FormattableString.Invariant($"{shape.Rows.Evaluate(sizes)}"),
        _ => FormattableString.Invariant($"{shape.Rows.Evaluate(sizes)} × {shape.Columns.Evaluate(sizes)}"),
    };

    /// <summary>The text of the editor.</summary>
    internal sealed record CellRequest(string? Text, string? Name, int Input = 16, int Hidden = 32);

    /// <summary>One of the two.</summary>
    internal sealed record CellReply(CellProblem? Problem, CellDescription? Cell);

    /// <summary>What is wrong, as the tool says it, and the characters it is about.</summary>
    internal sealed record CellProblem(string Message, string Problem, string? Suggestion, int Line, int Column, int Start, int End);

    /// <summary>What was understood.</summary>
    internal sealed record CellDescription(
        string Name,
        string Title,
        string Source,
        IReadOnlyList<CellEquation> Equations,
        IReadOnlyList<NameReply> Names,
        long Parameters,
        IReadOnlyDictionary<string, int> Sizes,
        bool HasForgetBias,
        int Inputs,
        DiagramReply Diagram);

    /// <summary>A name of the cell.</summary>
    internal sealed record NameReply(string Name, CellNameKind Kind, string Shape, string Numbers, long Count, bool IsOutput);

    /// <summary>The diagram, to be laid out by the page.</summary>
    internal sealed record DiagramReply(IReadOnlyList<DiagramElement> Elements, IReadOnlyList<DiagramState> States, int Output, string OutputName);
}
