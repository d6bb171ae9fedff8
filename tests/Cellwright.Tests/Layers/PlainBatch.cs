using Cellwright.Graphs;

namespace Cellwright.Tests.Layers;

/// <summary>What a <see cref="PlainLayer"/> runs on beside its input.</summary>
/// <param name="Shape">Steps, batch and lengths.</param>
/// <param name="Tensors">Parameters, <c>state.NAME</c> and <c>dstate.NAME</c>.</param>
/// <param name="TrainingStep">The step of the noise; null in use.</param>
/// <param name="Results">Receives <c>state.NAME</c>, <c>grad.NAME</c> and <c>grad.state.NAME</c>.</param>
internal sealed record PlainBatch(SequenceShape Shape, IReadOnlyDictionary<string, double[]> Tensors, int? TrainingStep, Dictionary<string, double[]> Results);
