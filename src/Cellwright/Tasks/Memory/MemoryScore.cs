namespace Cellwright.Tasks.Memory;

/// <summary>How well a model does a memory task on sequences that it was not trained on.</summary>
/// <param name="Sequences">The sequences.</param>
/// <param name="Loss">The mean loss: the squared error, or nats for each step or output with a target.</param>
/// <param name="Right">The share of sequences that are right at every step that is judged.</param>
/// <param name="RightSteps">The share of all judged steps that are right.</param>
public readonly record struct MemoryScore(int Sequences, double Loss, double Right, double RightSteps);
