using System.Globalization;
using Cellwright.Inspection;
using Microsoft.AspNetCore.Http;

namespace Cellwright.Studio.Runs;

/// <summary>The latest runs, so that the page can ask for their signals one by one.</summary>
internal sealed class RunStore
{
    private readonly Lock gate = new();
    private readonly Queue<StoredRun> runs = [];
    private int count;

    /// <summary>Keeps a run; the oldest goes where there are too many.</summary>
    public StoredRun Add(TextTrace trace, string text)
    {
        lock (gate)
        {
            StoredRun run = new(string.Create(CultureInfo.InvariantCulture, $"r{++count}"), text, trace, [.. trace.Layers.Select(layer => new StepEquations(layer))]);
            runs.Enqueue(run);
            if (runs.Count > StudioLimits.Runs)
            {
                runs.Dequeue();
            }

            return run;
        }
    }

    /// <summary>A run by its name.</summary>
    /// <exception cref="RefusedException">It is gone.</exception>
    public StoredRun this[string? id]
    {
        get
        {
            lock (gate)
            {
                return runs.FirstOrDefault(run => run.Id == id) ?? throw new RefusedException(StatusCodes.Status404NotFound, "this run is gone; run the text again");
            }
        }
    }

    /// <summary>A run that is kept.</summary>
    internal sealed record StoredRun(string Id, string Text, TextTrace Trace, IReadOnlyList<StepEquations> Equations);
}
