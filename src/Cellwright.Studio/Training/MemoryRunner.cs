using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Layers;
using Cellwright.Studio.Gradients;
using Cellwright.Studio.Memory;
using Cellwright.Studio.Models;
using Cellwright.Tasks.Memory;
using Cellwright.Training;

namespace Cellwright.Studio.Training;

/// <summary>A model in training on a memory task.</summary>
internal sealed class MemoryRunner : RaceRunner
{
    private const int LookBatch = 4;
    private const int Answers = 6;

    private readonly Cell cell;
    private readonly IReadOnlyDictionary<string, int> sizes;
    private readonly ulong seed;
    private readonly IMemoryTask task;
    private readonly MemoryTrainer trainer;
    private readonly TraceRecorder recorder;
    private readonly MemoryBatch looked;
    private MemoryModel? model;

    /// <summary>A model at its first step.</summary>
    public MemoryRunner(Cell cell, IReadOnlyDictionary<string, int> sizes, IMemoryTask task, MemoryTrainingOptions options)
    {
        (this.cell, this.sizes, this.task, seed) = (cell, sizes, task, options.Seed);
        model = MemoryModel.Create(cell, sizes, task, seed, threads: 1);
        trainer = new MemoryTrainer(model, options);
        recorder = new TraceRecorder((Layer)model.Layers.Layers[0]);
        looked = new MemoryBatch(task, LookBatch);
        looked.Fill(OpenMemoryModel.Sequences, 0);
    }

    /// <inheritdoc/>
    public override string Name => cell.Name;

    /// <inheritdoc/>
    public override TrainingEndpoint.TrainingView Look()
    {
        MemoryScore score = trainer.Validate();
        SolvedAt ??= task.IsSolved(score) ? Steps : null;
        GradientFlow flow = OpenMemoryModel.Measure(model!, task.MostSteps);
        Trace trace = recorder.Record(looked.Inputs, looked.Steps, LookBatch, looked.Lengths);
        string answers = string.Join('\n', Enumerable.Range(0, Answers).Select(number => MemoryAnswer.Of(model!, (ulong)number).Line(task)));
        return new TrainingEndpoint.TrainingView(StateFlow.Of(flow), [.. trace.Signals.Select(GateView.Of)], answers, score.RightSteps, SolvedAt);
    }

    /// <inheritdoc/>
    public override OpenModel Take(string name)
    {
        OpenMemoryModel taken = new(name, model!, cell, sizes, seed);
        model = null;
        return taken;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        recorder.Dispose();
        model?.Dispose();
    }

    /// <inheritdoc/>
    protected override TrainingProgress Advance() => trainer.Step();
}
