using System.Text.Json.Serialization;
using Cellwright.Studio.Cells;
using Cellwright.Studio.Gradients;
using Cellwright.Studio.Memory;
using Cellwright.Studio.Runs;
using Cellwright.Studio.Series;
using Cellwright.Studio.Training;

namespace Cellwright.Studio;

/// <summary>What the page and the server say to each other, without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    MaxDepth = 16,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(Answer.Refusal))]
[JsonSerializable(typeof(StudioSession.SessionReply))]
[JsonSerializable(typeof(IReadOnlyList<GalleryCard>))]
[JsonSerializable(typeof(CellEndpoint.CellRequest))]
[JsonSerializable(typeof(CellEndpoint.CellReply))]
[JsonSerializable(typeof(GradientsEndpoint.GradientsRequest))]
[JsonSerializable(typeof(GradientsEndpoint.GradientsReply))]
[JsonSerializable(typeof(RunEndpoint.RunRequest))]
[JsonSerializable(typeof(RunEndpoint.RunReply))]
[JsonSerializable(typeof(RunEndpoint.StepRequest))]
[JsonSerializable(typeof(RunEndpoint.StepReply))]
[JsonSerializable(typeof(RunEndpoint.FindRequest))]
[JsonSerializable(typeof(RunEndpoint.FindReply))]
[JsonSerializable(typeof(SeriesEndpoint.SeriesRequest))]
[JsonSerializable(typeof(SeriesEndpoint.SeriesReply))]
[JsonSerializable(typeof(MemoryEndpoint.SequenceRequest))]
[JsonSerializable(typeof(MemoryEndpoint.SequenceReply))]
[JsonSerializable(typeof(TrainingEndpoint.TrainingRequest))]
[JsonSerializable(typeof(TrainingEndpoint.TrainingReport))]
internal sealed partial class StudioJson : JsonSerializerContext;
