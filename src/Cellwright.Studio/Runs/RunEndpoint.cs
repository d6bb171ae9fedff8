using System.Globalization;
using System.Runtime.InteropServices;
using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Studio.Cells;
using Cellwright.Studio.Models;
using Cellwright.Tasks;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Runs;

/// <summary>A text through a model; and of any run every signal, one step's equations, and the units that follow a pattern.</summary>
internal sealed class RunEndpoint(ModelStore models, RunStore runs)
{
    private const int UntrainedInput = 16;

    public async Task Run(HttpContext context)
    {
        RunRequest request = await Answer.Read(context, StudioJson.Default.RunRequest).ConfigureAwait(false);
        if (request.Text is not { Length: > 0 and <= StudioLimits.RunCharacters } text)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"a text to run has 1 to {StudioLimits.RunCharacters:N0} characters"));
        }

        TextTrace trace = request.Model is { } id ? models.Use<OpenTextModel, TextTrace>(id, open => TextTrace.Of(open.Model, text)) : Untrained(request, text);
        RunStore.StoredRun run = runs.Add(trace.Layers, pattern => TextPattern.Parse(pattern).Of(text));
        await Answer.Json(
            context,
            new RunReply(
                run.Id,
                trace.Characters,
                trace.Surprise,
                [.. trace.Guesses.Select(step => step.Select(guess => new GuessReply(guess.Character, Math.Round(guess.Probability, 4))).ToArray())],
                [.. trace.Layers.Select(LayerReply.Of)]),
            StudioJson.Default.RunReply).ConfigureAwait(false);
    }

    /// <summary>One signal's values, [T, width], as 32-bit floats, the lowest byte first.</summary>
    public Task Signal(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        Trace trace = Layer(runs[query["run"]], int.TryParse(query["layer"], NumberStyles.None, CultureInfo.InvariantCulture, out int layer) ? layer : -1);
        string name = query["name"].ToString();
        SignalTrace signal = trace.Signals.FirstOrDefault(each => each.Name == name)
            ?? throw new RefusedException(StatusCodes.Status404NotFound, "the cell has no such signal");
        context.Response.ContentType = "application/octet-stream";
        byte[] bytes = MemoryMarshal.AsBytes(signal.Values.Span).ToArray();
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }

    public async Task Step(HttpContext context)
    {
        StepRequest request = await Answer.Read(context, StudioJson.Default.StepRequest).ConfigureAwait(false);
        RunStore.StoredRun run = runs[request.Run];
        Trace trace = Layer(run, request.Layer);
        if (request.Step < 0 || request.Step >= trace.Steps || request.Unit < 0)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"a step is a number from 0 to {trace.Steps - 1}, and a unit one from 0 on"));
        }

        await Answer.Json(context, new StepReply(run.Equations[request.Layer].At(request.Step, request.Unit)), StudioJson.Default.StepReply).ConfigureAwait(false);
    }

    public async Task Find(HttpContext context)
    {
        FindRequest request = await Answer.Read(context, StudioJson.Default.FindRequest).ConfigureAwait(false);
        RunStore.StoredRun run = runs[request.Run];
        IReadOnlyList<double> pattern;
        try
        {
            pattern = run.Pattern(request.Pattern ?? string.Empty);
        }
        catch (FormatException problem)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, problem.Message, problem);
        }

        const int Count = 12;
        FoundUnit[] found = [.. run.Layers
            .SelectMany((layer, index) => UnitCorrelation.Strongest(layer, pattern, Count).Select(unit => new FoundUnit(index, unit.Signal, unit.Unit, unit.Correlation)))
            .OrderByDescending(unit => Math.Abs(unit.Correlation)).Take(Count)];
        await Answer.Json(context, new FindReply(pattern, found), StudioJson.Default.FindReply).ConfigureAwait(false);
    }

    private static TextTrace Untrained(RunRequest request, string text)
    {
        Cell cell = CellText.Read(request.CellText, request.CellName);
        if (cell.Graph.Inputs.Count != 1)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, $"the cell '{cell.Name}' has {cell.Graph.Inputs.Count} inputs, and a text gives one");
        }

        using TextModel model = TextModel.Create(
            cell, CellText.Sizes(cell, UntrainedInput, request.Hidden, StudioLimits.Hidden), CharacterVocabulary.Of(text), request.Seed, threads: 1);
        return TextTrace.Of(model, text);
    }

    private static Trace Layer(RunStore.StoredRun run, int layer) => layer >= 0 && layer < run.Layers.Count
        ? run.Layers[layer]
        : throw new RefusedException(StatusCodes.Status404NotFound, "the model has no such layer");

    /// <summary>A text, and the model, or the cell of an untrained one.</summary>
    internal sealed record RunRequest(string? Text, string? Model = null, string? CellText = null, string? CellName = null, int Hidden = 32, ulong Seed = 1);

    /// <summary>A run, its signals aside.</summary>
    internal sealed record RunReply(string Run, IReadOnlyList<string> Characters, IReadOnlyList<double> Surprise, IReadOnlyList<GuessReply[]> Guesses, IReadOnlyList<LayerReply> Layers);

    /// <summary>A character that may come next.</summary>
    internal sealed record GuessReply(string Character, double Probability);

    /// <summary>One step and unit of a run.</summary>
    internal sealed record StepRequest(string? Run, int Layer, int Step, int Unit);

    /// <summary>The equations with their numbers.</summary>
    internal sealed record StepReply(IReadOnlyList<StepEquation> Equations);

    /// <summary>A pattern to find units for.</summary>
    internal sealed record FindRequest(string? Run, string? Pattern);

    /// <summary>The pattern's numbers, and the units that follow it.</summary>
    internal sealed record FindReply(IReadOnlyList<double> Pattern, IReadOnlyList<FoundUnit> Units);

    /// <summary>A unit that follows a pattern.</summary>
    internal sealed record FoundUnit(int Layer, string Signal, int Unit, double Correlation);
}
