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
    /// <param name="layers">The traces of its layers.</param>
    /// <param name="pattern">Reads a pattern as a number for each step; a <see cref="FormatException"/> says what is wrong with it.</param>
    public StoredRun Add(IReadOnlyList<Trace> layers, Func<string, IReadOnlyList<double>> pattern)
    {
        lock (gate)
        {
            StoredRun run = new(string.Create(CultureInfo.InvariantCulture, $"r{++count}"), layers, pattern, [.. layers.Select(layer => new StepEquations(layer))]);
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
                return runs.FirstOrDefault(run => run.Id == id) ?? throw new RefusedException(StatusCodes.Status404NotFound, "this run is gone; run it again");
            }
        }
    }

    /// <summary>A run that is kept.</summary>
    internal sealed record StoredRun(string Id, IReadOnlyList<Trace> Layers, Func<string, IReadOnlyList<double>> Pattern, IReadOnlyList<StepEquations> Equations);
}
