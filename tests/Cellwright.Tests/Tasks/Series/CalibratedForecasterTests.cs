using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Tasks.Series;
using Cellwright.Tests.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Tasks.Series;

/// <summary>What a model keeps beside its values: intervals, rows, notes.</summary>
public sealed class CalibratedForecasterTests : IDisposable
{
    private static readonly ForecastTrainingOptions Options = new() { Batch = 8, Epochs = 2, StepsPerEpoch = 10, Threads = 1, ValidationRows = 60 };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(ForecastHeadKind.AbsoluteError)]
    [InlineData(ForecastHeadKind.Quantiles)]
    public void Intervals_are_those_of_split_conformal_prediction_and_survive_the_file(ForecastHeadKind head)
    {
        SeriesSet set = Set();
        using Forecaster model = Forecaster.Train(set, Design(head, carried: false), Options);
        ConformalOptions conformal = new() { Horizon = 4, Windows = 12, Season = 4 };
        Forecast expected = Forecast.Of(ConformalMethod.Calibrate(model, set, conformal), set.Series[0], 4, set.Step, set.TargetNames);
        model.Calibrate(set, conformal);
        model.Keep(set, Options);
        model.Notes = new Dictionary<string, string> { ["how"] = "it was read" };
        string path = folder["model.safetensors"];
        model.Save(path);
        using Forecaster loaded = Forecaster.Load(path);
        foreach (Forecaster each in new[] { model, loaded })
        {
            each.IsCalibrated.ShouldBeTrue();
            Forecast forecast = each.Predict(set.Series[0]);
            forecast.Points.ToArray().ShouldBe(expected.Points.ToArray());
            forecast.Quantiles.ToArray().ShouldBe(expected.Quantiles.ToArray());
            forecast.Times![0].ShouldBe(new DateTime(2024, 1, 1).AddDays(200));
        }

        loaded.Notes["how"].ShouldBe("it was read");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_kept_forecasts_as_all_rows_do(bool carried)
    {
        SeriesSet set = Set();
        using Forecaster model = Forecaster.Train(set, Design(ForecastHeadKind.Quantiles, carried), Options);
        model.Calibrate(set, new ConformalOptions { Horizon = 4, Windows = 12, Season = 4 });
        model.Keep(set, Options);
        string path = folder["model.safetensors"];
        model.Save(path);
        using Forecaster loaded = Forecaster.Load(path);
        TrainingHistory history = loaded.History.ShouldNotBeNull();
        history.Recent.Series[0].Length.ShouldBe(carried ? 200 : 100);
        loaded.Predict(history.Recent.Series[0]).Quantiles.ToArray().ShouldBe(model.Predict(set.Series[0]).Quantiles.ToArray());
        loaded.Predict(history.Recent.Series[0]).Times.ShouldBe(model.Predict(set.Series[0]).Times);
    }

    [Fact]
    public void Rows_of_another_extract_are_known_by_their_times()
    {
        SeriesSet set = Set();
        using Forecaster model = Forecaster.Create(set, Design(ForecastHeadKind.AbsoluteError, carried: false), Options);
        model.Keep(set, Options);
        TimeSeries later = new("a", new DateTime(2024, 1, 11), [[.. Enumerable.Repeat(1.0, 250)]], [], [[.. Enumerable.Repeat(1.0, 250)]]);
        model.History!.RowsTrained(later).ShouldBe(130);
        model.History.RowsSeen(later).ShouldBe(190);
        model.History.RowsSeen(new TimeSeries("b", null, [[1.0]])).ShouldBe(0);
    }

    [Fact]
    public void A_file_whose_intervals_or_rows_do_not_fit_is_refused()
    {
        SeriesSet set = Set();
        using Forecaster model = Forecaster.Train(set, Design(ForecastHeadKind.AbsoluteError, carried: false), Options);
        model.Calibrate(set, new ConformalOptions { Horizon = 4, Windows = 12, Season = 4 });
        model.Keep(set, Options);
        Refused("do not fit its horizon, targets and levels", writer => writer.Add("intervals.widths", [1], new double[] { 1 }));
        Refused("are not levels of intervals", writer => writer.Add("intervals.levels", [2], new double[] { 0.1, 0.2 }));
        Refused("is not what a model keeps of its series", writer => writer.Metadata["cellwright.history"] = "[7]");
        Refused("has no series, or one of impossible lengths", writer => writer.Metadata["cellwright.history"] = "[]");
        Refused("which are not those of its series", writer => writer.Add("history.known", [1], new double[] { 1 }));

        // A copy of the file with one thing changed.
        void Refused(string expected, Action<SafetensorsWriter> change)
        {
            string path = folder["model.safetensors"];
            model.Save(path);
            SafetensorsWriter changes = new();
            change(changes);
            changes.Save(folder["changes"]);
            SafetensorsWriter writer = new();
            using (SafetensorsFile file = SafetensorsFile.Open(path))
            using (SafetensorsFile changed = SafetensorsFile.Open(folder["changes"]))
            {
                foreach ((string key, string value) in file.Metadata.Concat(changed.Metadata))
                {
                    writer.Metadata[key] = value;
                }

                foreach (SafetensorsEntry entry in file.Tensors.Where(entry => !changed.Contains(entry.Name)))
                {
                    Copy(file, entry);
                }

                foreach (SafetensorsEntry entry in changed.Tensors)
                {
                    Copy(changed, entry);
                }
            }

            writer.Save(path);
            Should.Throw<InvalidFileException>(() => Forecaster.Load(path)).Message.ShouldContain(expected);

            void Copy(SafetensorsFile from, SafetensorsEntry entry)
            {
                switch (entry.Type)
                {
                    case SafetensorsType.Float64: writer.Add(entry.Name, [.. entry.Shape], from.ReadDoubles(entry.Name)); break;
                    case SafetensorsType.Int64: writer.Add(entry.Name, [.. entry.Shape], from.ReadInt64s(entry.Name)); break;
                    default: writer.Add(entry.Name, [.. entry.Shape], from.ReadSingles(entry.Name)); break;
                }
            }
        }
    }

    private static SeriesSet Set()
    {
        Random random = new(7);
        double[] values = [.. Enumerable.Range(0, 200).Select(row => 10 + (3 * Math.Sin(row * Math.PI / 2)) + random.NextDouble())];
        return new SeriesSet([new TimeSeries("a", new DateTime(2024, 1, 1), [values], [], [[.. Enumerable.Range(0, 204).Select(row => row % 5 * 1.0)]])], new TimeStep(TimeUnit.Day), ["y"], [], ["k"]);
    }

    private static ForecasterDesign Design(ForecastHeadKind head, bool carried) => new()
    {
        Cells = [Cell.Named("gru")],
        Hidden = 4,
        Window = 8,
        Horizon = 4,
        Period = 4,
        Carried = carried,
        Scaling = carried ? WindowScaling.None : WindowScaling.LastValue,
        Head = head == ForecastHeadKind.Quantiles ? ForecastHead.Quantiles() : ForecastHead.Median,
    };
}
