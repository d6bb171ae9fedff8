using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Studio.Cells;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Gradients;

/// <summary>The flow of gradients in several cells side by side.</summary>
internal static class GradientsEndpoint
{
    private const int MostWork = 4_000_000;

    public static async Task Handle(HttpContext context)
    {
        GradientsRequest request = await Answer.Read(context, StudioJson.Default.GradientsRequest).ConfigureAwait(false);
        if (request.Cells is not { Count: > 0 and <= StudioLimits.Cells } || request.Length is < 2 or > StudioLimits.Lags || request.ForgetBias is not (null or (>= -20 and <= 20)))
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, $"give 1 to {StudioLimits.Cells} cells, a length from 2 to {StudioLimits.Lags} and a forget bias from -20 to 20");
        }

        List<FlowReply> flows = [];
        foreach (GradientsCell each in request.Cells)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            Cell cell = CellText.Read(each.Text, each.Name);
            Dictionary<string, int> sizes = CellText.Sizes(cell, request.Input, request.Hidden, StudioLimits.Hidden);
            if (cell.Graph.Inputs.Count != 1 || CellSizes.CountParameters(cell.Graph, sizes) * request.Length / 100 > MostWork)
            {
                throw new RefusedException(StatusCodes.Status400BadRequest, $"'{cell.Name}' has several inputs, or is too large for this length; choose a smaller hidden width");
            }

            bool hasGate = ForgetBias.Of(cell.Graph).Count > 0;
            GradientProbe probe = new() { Length = request.Length, Batch = 4, Seed = request.Seed, ForgetBias = hasGate ? request.ForgetBias : null };
            flows.Add(new FlowReply(cell.Name, hasGate, [.. probe.Measure(cell, sizes).States.Select(StateFlow.Of)]));
        }

        await Answer.Json(context, new GradientsReply(flows), StudioJson.Default.GradientsReply).ConfigureAwait(false);
    }

    /// <summary>What to measure.</summary>
    internal sealed record GradientsRequest(IReadOnlyList<GradientsCell>? Cells, int Length = 200, int Input = 16, int Hidden = 32, double? ForgetBias = null, ulong Seed = 1);

    /// <summary>A cell to measure.</summary>
    internal sealed record GradientsCell(string? Name, string? Text);

    /// <summary>The measurements, in the order of the request.</summary>
    internal sealed record GradientsReply(IReadOnlyList<FlowReply> Flows);

    /// <summary>One cell's.</summary>
    internal sealed record FlowReply(string Cell, bool HasForgetBias, IReadOnlyList<StateFlow> States);
}
