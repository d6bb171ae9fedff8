using System.Globalization;
using Cellwright.Inspection;
using Cellwright.Studio.Models;
using Cellwright.Studio.Runs;
using Cellwright.Tasks.Memory;
using Cellwright.Tasks.Series;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Memory;

/// <summary>A sequence of a memory task through a model that was trained on it.</summary>
internal sealed class MemoryEndpoint(ModelStore models, RunStore runs)
{
    private const int MostNumber = 1_000_000;

    public async Task Handle(HttpContext context)
    {
        SequenceRequest request = await Answer.Read(context, StudioJson.Default.SequenceRequest).ConfigureAwait(false);
        if (request.Number is < 0 or > MostNumber)
        {
            throw new RefusedException(StatusCodes.Status400BadRequest, string.Create(CultureInfo.InvariantCulture, $"a sequence is a number from 0 to {MostNumber:N0}"));
        }

        SequenceReply reply = models.Use<OpenMemoryModel, SequenceReply>(request.Model, open => Run(open.Model, request.Number));
        await Answer.Json(context, reply, StudioJson.Default.SequenceReply).ConfigureAwait(false);
    }

    private SequenceReply Run(MemoryModel model, int number)
    {
        IMemoryTask task = model.Task;
        MemoryAnswer answer = MemoryAnswer.Of(model, (ulong)number);
        MemoryTrace trace = answer.Trace;
        IReadOnlyList<string> names = SymbolNames.Inputs(task);
        double[][] inputs = [.. names.Select((_, column) => Enumerable.Range(0, trace.Steps).Select(step => (double)answer.Batch.Inputs[(step * task.InputWidth) + column]).ToArray())];

        // Patterns are those of a series whose columns are the inputs; what is asked is none of them.
        SeriesColumns columns = new(default, ["row"], names, [], []);
        TimeSeries series = new(string.Empty, null, [[.. Enumerable.Range(0, trace.Steps).Select(step => (double)step)]], [.. inputs.Select(column => column.ToArray())]);
        RunStore.StoredRun run = runs.Add(trace.Layers, pattern => SeriesPattern.Parse(pattern, columns).Of(series));
        return new SequenceReply(
            run.Id,
            [.. trace.Layers.Select(LayerReply.Of)],
            trace.Steps,
            task.Name,
            [.. names.Select((name, column) => new InputReply(name, inputs[column]))],
            [.. SymbolNames.Outputs(task).Select((name, output) => new OutputReply(name, answer.Said(task, output), answer.Asked(task, output)))],
            trace.Right);
    }

    /// <summary>Which sequence.</summary>
    internal sealed record SequenceRequest(string? Model, int Number = 0);

    /// <summary>What went in, what was asked, and what was said. Outputs are numbers, or probabilities.</summary>
    internal sealed record SequenceReply(
        string Run, IReadOnlyList<LayerReply> Layers, int Steps, string Task, IReadOnlyList<InputReply> Inputs, IReadOnlyList<OutputReply> Outputs, IReadOnlyList<bool?> Right);

    /// <summary>One number of every step's input.</summary>
    internal sealed record InputReply(string Name, IReadOnlyList<double> Values);

    /// <summary>One output over time, and what it was asked to be; null where nothing is asked.</summary>
    internal sealed record OutputReply(string Name, IReadOnlyList<double> Said, IReadOnlyList<double?> Asked);
}
