using Cellwright.Tasks.Series;
using Cellwright.Tests.Files;
using Cellwright.Training;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

public sealed class ForecastTrainingRunTests : IDisposable
{
    private const int Steps = 9;

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Designs => SmallForecasters.Names;

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Designs))]
    [Trait("Category", "SameBits")]
    public void A_run_that_was_stopped_goes_on_to_the_same_bits(string name)
    {
        ForecasterDesign design = SmallForecasters.Designs[name] with { Dropout = 0.2 };
        RunFolder whole = new(folder["whole"]);
        RunFolder stopped = new(folder["stopped"]);
        Begin(whole, design, stopAfter: Steps).ShouldBeTrue();
        Begin(stopped, design, stopAfter: 4).ShouldBeFalse();
        ForecastTrainingRun.StepOfCheckpoint(stopped).ShouldBe(4);
        ForecastRunConfig config = ForecastRunConfig.Read(stopped);
        ForecastTrainingRun.HasEndedIn(stopped, config).ShouldBeFalse();
        using (Forecaster model = Forecaster.Load(stopped.Last, threads: 2, seed: config.Training.Seed))
        using (ForecastTrainer trainer = new(model, SmallForecasters.Set(), config.Training with { Threads = 2 }))
        using (ForecastTrainingRun run = ForecastTrainingRun.Resume(stopped, config, model, trainer))
        {
            run.Run().ShouldBeTrue();
        }

        File.ReadAllBytes(stopped.Last).ShouldBe(File.ReadAllBytes(whole.Last));
        File.ReadAllBytes(stopped.Best).ShouldBe(File.ReadAllBytes(whole.Best));
    }

    private static bool Begin(RunFolder folder, ForecasterDesign design, int stopAfter)
    {
        SeriesSet set = SmallForecasters.Set();
        ForecastTrainingOptions options = SmallForecasters.Training with { Threads = 1, StepsPerEpoch = 0 };
        using Forecaster model = Forecaster.Create(set, design, options);
        model.Keep(set, options);
        using ForecastTrainer trainer = new(model, set, options);
        ForecastRunConfig config = new() { Cells = ["cell"], Steps = Steps, ValidateEvery = 3, CheckpointEvery = 100, Files = [], Model = "model.safetensors", Training = options };
        using ForecastTrainingRun run = ForecastTrainingRun.Begin(folder, config, model, trainer);
        using CancellationTokenSource stop = new();
        return run.Run(
            progress =>
            {
                if (progress.Training.Step == stopAfter && stopAfter < Steps)
                {
                    stop.Cancel();
                }
            },
            stop.Token);
    }
}
