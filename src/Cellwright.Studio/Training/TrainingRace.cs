using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Cellwright.Graphs;
using Cellwright.Studio.Cells;
using Cellwright.Studio.Models;
using Cellwright.Tasks;
using Cellwright.Tasks.Memory;
using Cellwright.Training;

namespace Cellwright.Studio.Training;

/// <summary>Models of different cells trained in turns, step by step, on the same windows of one text or the same sequences of one task.</summary>
internal sealed class TrainingRace : IDisposable
{
    private const int Input = 16;
    private const int TextBatch = 8;
    private const int TaskBatch = 32;
    private const int Validation = 64;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(900);

    private readonly List<RaceRunner> runners = [];
    private readonly IMemoryTask? task;

    /// <summary>Prepares the models.</summary>
    /// <exception cref="CorpusException">The text is too short.</exception>
    /// <exception cref="RefusedException">A cell has several inputs, or a number is out of bounds.</exception>
    public TrainingRace(IReadOnlyList<Cell> cells, TrainingEndpoint.TrainingRequest request)
    {
        if (request.Window is < 4 or > 256 || request.LearningRate is not (> 0 and <= 1))
        {
            throw new RefusedException(400, "a window has 4 to 256 characters, and a learning rate is above 0 and at most 1");
        }

        task = request.Task is null ? null : Task(request.Task, request.Length);
        try
        {
            foreach (Cell cell in cells)
            {
                if (cell.Graph.Inputs.Count != 1)
                {
                    throw new RefusedException(400, $"the cell '{cell.Name}' has {cell.Graph.Inputs.Count} inputs, and what is learned here gives one");
                }

                Dictionary<string, int> sizes = CellText.Sizes(cell, task?.InputWidth ?? Input, request.Hidden, StudioLimits.TrainingHidden);
                runners.Add(task is null
                    ? new TextRunner(cell, sizes, request.Text!, new TextTrainingOptions { Batch = TextBatch, Window = request.Window, Optimizer = OptimizerKind.Adam, LearningRate = request.LearningRate, Decay = LearningRateDecay.Constant, WarmUp = 10, Seed = request.Seed })
                    : new MemoryRunner(cell, sizes, task, new MemoryTrainingOptions { Batch = TaskBatch, LearningRate = request.LearningRate, ValidationSequences = Validation, Seed = request.Seed }));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Trains, and reports about eight times a second.</summary>
    /// <param name="time">How long.</param>
    /// <param name="finished">Ends it early; what was learned is kept.</param>
    /// <param name="gone">Ends it at once.</param>
    public async IAsyncEnumerable<TrainingEndpoint.TrainingReport> Run(TimeSpan time, CancellationToken finished, [EnumeratorCancellation] CancellationToken gone)
    {
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan nextLook = TimeSpan.Zero;
        string? problem = null;
        while (problem is null && clock.Elapsed < time && !finished.IsCancellationRequested && runners.Exists(runner => runner.SolvedAt is null))
        {
            bool looks = clock.Elapsed >= nextLook;
            (TrainingEndpoint.TrainingReport report, problem) = await System.Threading.Tasks.Task.Run(() => Advance(clock, looks, gone), gone).ConfigureAwait(false);
            nextLook = looks ? clock.Elapsed + LookEvery : nextLook;
            yield return report;
        }
    }

    /// <summary>Gives the models away.</summary>
    public IReadOnlyList<OpenModel> Take() =>
        [.. runners.Select(runner => runner.Take(string.Create(CultureInfo.InvariantCulture, $"{runner.Name}, {(task is null ? "trained" : FormattableString.Invariant($"{task.Name} {task.Length}, trained"))} here for {runner.Steps:N0} steps")))];

    /// <inheritdoc/>
    public void Dispose() => runners.ForEach(runner => runner.Dispose());

    private static IMemoryTask Task(string name, int length)
    {
        MemoryTask kind = MemoryTask.All.FirstOrDefault(each => each.Name == name)
            ?? throw new RefusedException(400, $"there is no memory task of that name; there are {string.Join(", ", MemoryTask.All.Select(each => each.Name))}");
        return length >= kind.LeastLength && length <= Math.Min(kind.MostLength, StudioLimits.TaskLength)
            ? kind.Create(length)
            : throw new RefusedException(400, string.Create(CultureInfo.InvariantCulture, $"the task {kind.Name} has a length of {kind.LeastLength} to {Math.Min(kind.MostLength, StudioLimits.TaskLength)} ({kind.Counts})"));
    }

    private (TrainingEndpoint.TrainingReport Report, string? Problem) Advance(Stopwatch clock, bool looks, CancellationToken gone)
    {
        TimeSpan end = clock.Elapsed + ReportEvery;
        string? problem = null;
        try
        {
            do
            {
                foreach (RaceRunner runner in runners.Where(runner => runner.SolvedAt is null))
                {
                    gone.ThrowIfCancellationRequested();
                    runner.Step();
                }
            }
            while (clock.Elapsed < end);
        }
        catch (NonFiniteException nonFinite)
        {
            problem = nonFinite.Message;
        }

        double? baseline = task is null || double.IsNaN(task.Baseline) ? null : task.Baseline;
        TrainingEndpoint.TrainingReport report = new(
            runners.Max(runner => runner.Steps),
            Math.Round(clock.Elapsed.TotalSeconds, 2),
            [.. runners.Select(runner => runner.TakeLoss())],
            [.. runners.Select(runner => runner.Norm)],
            looks ? [.. runners.Select(runner => runner.Look())] : null,
            null,
            problem,
            baseline);
        return (report, problem);
    }
}
