using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Studio.Cells;
using Cellwright.Studio.Models;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Gradients;

/// <summary>The flow of gradients side by side: in several cells before training, and in models before and after it.</summary>
internal sealed class GradientsEndpoint(ModelStore models)
{
    private const int MostWork = 4_000_000;

    public async Task Handle(HttpContext context)
    {
        GradientsRequest request = await Answer.Read(context, StudioJson.Default.GradientsRequest).ConfigureAwait(false);
        IReadOnlyList<CellSource> cells = request.Cells ?? [];
        IReadOnlyList<string> trained = request.Models ?? [];
        if (cells.Count + trained.Count is 0 or > StudioLimits.Cells || request.Length is < 2 or > StudioLimits.Lags || request.ForgetBias is not (null or (>= -20 and <= 20)))
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, $"give 1 to {StudioLimits.Cells} cells, a length from 2 to {StudioLimits.Lags} and a forget bias from -20 to 20");
        }

        List<FlowReply> flows = [];
        foreach (CellSource each in cells)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            flows.Add(Untrained(each, request));
        }

        foreach (string id in trained)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            flows.AddRange(models.Use<OpenModel, IEnumerable<FlowReply>>(id, model => BeforeAndAfter(id, model, request.Length)));
        }

        await Answer.Json(context, new GradientsReply(flows), StudioJson.Default.GradientsReply).ConfigureAwait(false);
    }

    private static FlowReply Untrained(CellSource source, GradientsRequest request)
    {
        Cell cell = CellText.Read(source.Text, source.Name);
        Dictionary<string, int> sizes = CellText.Sizes(cell, request.Input, request.Hidden, StudioLimits.Hidden);
        if (cell.Graph.Inputs.Count != 1 || CellSizes.CountParameters(cell.Graph, sizes) * request.Length / 100 > MostWork)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, $"'{cell.Name}' has several inputs, or is too large for this length; choose a smaller hidden width");
        }

        bool hasGate = ForgetBias.Of(cell.Graph).Count > 0;
        GradientProbe probe = new() { Length = request.Length, Batch = 4, Seed = request.Seed, ForgetBias = hasGate ? request.ForgetBias : null };
        return new FlowReply(cell.Name, null, FlowPhase.Untrained, hasGate, StateFlow.Of(probe.Measure(cell, sizes)));
    }

    private static FlowReply[] BeforeAndAfter(string id, OpenModel model, int length) =>
    [
        new FlowReply(model.Name, id, FlowPhase.Before, HasForgetBias: false, StateFlow.Of(model.Flow(length, isTrained: false))),
        new FlowReply(model.Name, id, FlowPhase.After, HasForgetBias: false, StateFlow.Of(model.Flow(length, isTrained: true))),
    ];

    /// <summary>What to measure. Length, sizes, bias and seed are those of the cells; models have their own, and at most so many steps.</summary>
    internal sealed record GradientsRequest(
        IReadOnlyList<CellSource>? Cells, IReadOnlyList<string>? Models = null, int Length = 200, int Input = 16, int Hidden = 32, double? ForgetBias = null, ulong Seed = 1);

    /// <summary>The measurements: a cell's one in the order of the request, then a model's two.</summary>
    internal sealed record GradientsReply(IReadOnlyList<FlowReply> Flows);

    /// <summary>One measurement.</summary>
    internal sealed record FlowReply(string Cell, string? Model, FlowPhase Phase, bool HasForgetBias, IReadOnlyList<StateFlow> States);
}
