using System.Globalization;
using System.Text.Json;
using Cellwright.Graphs;
using Cellwright.Studio.Cells;
using Cellwright.Studio.Gradients;
using Cellwright.Studio.Models;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Training;

/// <summary>
/// Trains cells side by side on a text or a memory task and reports as it goes, a line of JSON each time. It ends with its time, or when
/// the page is gone; only one runs at a time.
/// </summary>
internal sealed class TrainingEndpoint(ModelStore models, CancellationToken stop)
{
    private const int MostCells = 2;
    private static readonly byte[] LineEnd = "\n"u8.ToArray();

    private readonly SemaphoreSlim only = new(1);
    private CancellationTokenSource finish = new();

    /// <summary>Ends the training that runs, if one does; what it learned is kept.</summary>
    public Task Finish(HttpContext context)
    {
        finish.Cancel();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public async Task Handle(HttpContext context)
    {
        TrainingRequest request = await Answer.Read(context, StudioJson.Default.TrainingRequest).ConfigureAwait(false);
        if (request.Cells is not { Count: > 0 and <= MostCells } || (request.Task is null && request.Text is not { Length: > 0 and <= StudioLimits.TrainingCharacters }) || request.Seconds is < 1 or > StudioLimits.TrainingSeconds)
        {
            throw new RefusedException(
                StatusCodes.Status400BadRequest,
                string.Create(CultureInfo.InvariantCulture, $"give 1 or {MostCells} cells, a text of at most {StudioLimits.TrainingCharacters:N0} characters, and 1 to {StudioLimits.TrainingSeconds} seconds"));
        }

        if (!await only.WaitAsync(TimeSpan.FromSeconds(2), context.RequestAborted).ConfigureAwait(false))
        {
            throw new RefusedException(StatusCodes.Status409Conflict, "a training is running already; stop it first");
        }

        try
        {
            Cell[] cells = [.. request.Cells.Select(each => CellText.Read(each.Text, each.Name))];
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stop);
            using TrainingRace race = new(cells, request);
            finish = new CancellationTokenSource();
            context.Response.ContentType = "application/x-ndjson";
            TrainingReport last = new(0, 0, [], [], null, null, null, null);
            await foreach (TrainingReport report in race.Run(TimeSpan.FromSeconds(request.Seconds), finish.Token, ended.Token).ConfigureAwait(false))
            {
                last = report;
                await Write(context, report, ended.Token).ConfigureAwait(false);
            }

            string[] kept = last.Problem is null ? [.. race.Take().Select(models.Add)] : [];
            await Write(context, last with { Views = null, Models = kept }, ended.Token).ConfigureAwait(false);
        }
        finally
        {
            only.Release();
        }
    }

    private static async Task Write(HttpContext context, TrainingReport report, CancellationToken ended)
    {
        await JsonSerializer.SerializeAsync(context.Response.Body, report, StudioJson.Default.TrainingReport, ended).ConfigureAwait(false);
        await context.Response.Body.WriteAsync(LineEnd, ended).ConfigureAwait(false);
        await context.Response.Body.FlushAsync(ended).ConfigureAwait(false);
    }

    /// <summary>What to train on what: a text, or where one is named a memory task of a length.</summary>
    internal sealed record TrainingRequest(
        IReadOnlyList<CellSource>? Cells, string? Text, string? Task = null, int Length = 40, int Hidden = 48, int Seconds = 60, double LearningRate = 0.005, int Window = 48, ulong Seed = 1);

    /// <summary>How far it is; a null list where there is nothing new, and the loss of a model without memory where there is such a number.</summary>
    internal sealed record TrainingReport(
        int Step,
        double Seconds,
        IReadOnlyList<double?> Losses,
        IReadOnlyList<double> Norms,
        IReadOnlyList<TrainingView>? Views,
        IReadOnlyList<string>? Models,
        string? Problem,
        double? Baseline);

    /// <summary>A look inside one cell: of a memory task also the share of right answers, and the step after which it was solved.</summary>
    internal sealed record TrainingView(IReadOnlyList<StateFlow> Flow, IReadOnlyList<GateView> Gates, string Sample, double? Right, int? SolvedAt);
}
