using Cellwright.Graphs;
using Cellwright.Studio.Cells;
using Cellwright.Studio.Gradients;
using Cellwright.Studio.Memory;
using Cellwright.Studio.Models;
using Cellwright.Studio.Runs;
using Cellwright.Studio.Series;
using Cellwright.Studio.Training;
using Cellwright.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio;

/// <summary>What one page has open: a cell, models, runs; and the addresses under which the page asks for them.</summary>
internal sealed class StudioSession : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly ModelStore models = new();
    private readonly RunStore runs = new();
    private readonly string cellText;
    private readonly string cellName;

    private StudioSession(string cellText, string cellName)
    {
        this.cellText = cellText;
        this.cellName = cellName;
    }

    /// <summary>Opens what the page is to begin with.</summary>
    /// <exception cref="IOException">The model cannot be read.</exception>
    public static StudioSession Open(StudioOptions options)
    {
        if (options.Model is null && options.Series is null)
        {
            return new StudioSession(options.CellText ?? Cell.Named("lstm").Text, options.CellText is null ? "lstm" : options.CellName);
        }

        OpenModel model = options.Series is { } series ? series : new OpenTextModel(Path.GetFileNameWithoutExtension(options.Model!), TextModel.Open(options.Model!, threads: 1));
        StudioSession session = new(model.Cell.Text, model.Cell.Name);
        session.models.Give(model);
        return session;
    }

    /// <summary>Says which address is answered by what.</summary>
    public void Map(WebApplication application)
    {
        application.MapGet("/api/session", (RequestDelegate)(context => Answer.Json(context, Describe(), StudioJson.Default.SessionReply)));
        application.MapGet("/api/gallery", (RequestDelegate)(context => Answer.Json(context, Gallery.Cards, StudioJson.Default.IReadOnlyListGalleryCard)));
        application.MapPost("/api/cell", (RequestDelegate)CellEndpoint.Handle);
        GradientsEndpoint gradients = new(models);
        application.MapPost("/api/gradients", (RequestDelegate)gradients.Handle);
        RunEndpoint run = new(models, runs);
        application.MapPost("/api/run", (RequestDelegate)run.Run);
        application.MapGet("/api/signal", (RequestDelegate)run.Signal);
        application.MapPost("/api/step", (RequestDelegate)run.Step);
        application.MapPost("/api/find", (RequestDelegate)run.Find);
        SeriesEndpoint series = new(models, runs);
        application.MapPost("/api/series", (RequestDelegate)series.Handle);
        MemoryEndpoint memory = new(models, runs);
        application.MapPost("/api/sequence", (RequestDelegate)memory.Handle);
        TrainingEndpoint training = new(models, stop.Token);
        application.MapPost("/api/train", (RequestDelegate)training.Handle);
        application.MapPost("/api/finish", (RequestDelegate)training.Finish);
    }

    /// <summary>Ends what is still at work.</summary>
    public void Stop() => stop.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        models.Dispose();
        stop.Dispose();
    }

    private SessionReply Describe() => new(cellName, cellText, models.Describe(), TaskReply.All, new SessionLimits(
        StudioLimits.RunCharacters, StudioLimits.Hidden, StudioLimits.TrainingHidden, StudioLimits.TrainingSeconds));

    /// <summary>What the page begins with.</summary>
    internal sealed record SessionReply(string CellName, string CellText, IReadOnlyList<ModelReply> Models, IReadOnlyList<TaskReply> Tasks, SessionLimits Limits);

    /// <summary>The bounds that the page shows.</summary>
    internal sealed record SessionLimits(int RunCharacters, int Hidden, int TrainingHidden, int TrainingSeconds);
}
