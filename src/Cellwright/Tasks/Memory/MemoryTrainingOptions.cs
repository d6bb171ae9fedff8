using Cellwright.Training;

namespace Cellwright.Tasks.Memory;

/// <summary>How a model is trained on a memory task: by default Adam with a constant learning rate, gradients clipped to norm 1.</summary>
public sealed record MemoryTrainingOptions : UpdateOptions
{
    /// <summary>The defaults: a learning rate of 0.003 that stays.</summary>
    public MemoryTrainingOptions()
    {
        Decay = LearningRateDecay.Constant;
        WarmUp = 0;
    }

    /// <summary>Sequences of a step. Default: 32.</summary>
    public int Batch { get; init; } = 32;

    /// <summary>The most steps. Default: 5000.</summary>
    public int Steps { get; init; } = 5000;

    /// <summary>Whether a probe ends with the first validation that finds the task solved. Default: true.</summary>
    public bool StopsWhenSolved { get; init; } = true;

    /// <summary>The steps between validations, each of which may find the task solved. Default: 100.</summary>
    public int ValidateEvery { get; init; } = 100;

    /// <summary>The sequences of a validation, always the same, none of them trained on. Default: 256.</summary>
    public int ValidationSequences { get; init; } = 256;

    /// <summary>The sequences of the test after training, others again. Default: 2560, as Hochreiter and Schmidhuber (1997) have.</summary>
    public int TestSequences { get; init; } = 2560;

    /// <summary>
    /// The largest magnitude of parameters, by their names in the cell, in every layer: after each step values outside are set
    /// to the bound, as Li and others (2018) do with the IndRNN's <c>u</c>. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, double> Bounds { get; init; } = new Dictionary<string, double>();

    /// <summary>The seed of the sequences. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    internal override string? Problem() => this switch
    {
        { Batch: < 1 } => "a batch has one sequence or more",
        { Steps: < 1 } => "a training has one step or more",
        { ValidateEvery: < 1 } => "there is one step or more between validations",
        { ValidationSequences: < 1 } or { TestSequences: < 1 } => "a validation and a test have one sequence or more",
        _ when Bounds.Values.Any(bound => !(bound > 0 && double.IsFinite(bound))) => "a bound is a number above 0",
        _ => base.Problem(),
    };
}
