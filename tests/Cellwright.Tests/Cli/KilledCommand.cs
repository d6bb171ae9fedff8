using System.Globalization;
using Cellwright.Tasks;
using Cellwright.Tasks.Series;
using Cellwright.Training;

namespace Cellwright.Tests.Cli;

/// <summary>A command that trains, as <see cref="KilledTraining"/> begins and reads it.</summary>
/// <param name="Noun">What is trained: <c>text</c> or <c>series</c>.</param>
/// <param name="Data">The contents of the file that is learned from.</param>
/// <param name="Options">The options that say what is trained and how.</param>
/// <param name="StepOf">Reads the config and the checkpoint of a run, and says the step.</param>
/// <param name="Open">Reads a model.</param>
public sealed record KilledCommand(string Noun, string Data, IReadOnlyList<string> Options, Func<RunFolder, int> StepOf, Action<string> Open)
{
    /// <summary>Layers that read a text, with everything that a checkpoint holds.</summary>
    public static KilledCommand Text { get; } = new(
        "text",
        string.Concat(Enumerable.Range(1, 300).Select(i => string.Create(CultureInfo.InvariantCulture, $"to be or not to be, that is question {i}.\n"))),
        [
            "--cell", "lstm", "--hidden", "24", "--embedding", "8", "--batch", "4", "--window", "16", "--dropout", "0.1",
            "--layers", "2", "--optimizer", "adamw", "--average", "exponential", "--decay", "plateau", "--zoneout", "0.05", "--weight-drop", "0.1",
        ],
        folder =>
        {
            TextRunConfig.Read(folder);
            return TextRun.StepOfCheckpoint(folder);
        },
        path => TextModel.Open(path, threads: 1).Dispose());

    /// <summary>A forecaster of two series whose state is carried from window to window.</summary>
    public static KilledCommand Series { get; } = new(
        "series",
        "store,date,sales,promo\n" + string.Concat(Enumerable.Range(0, 600).Select(i => string.Create(
            CultureInfo.InvariantCulture,
            $"{(i < 300 ? 'A' : 'B')},{new DateTime(2024, 1, 1).AddDays(i % 300):yyyy-MM-dd},{100 + (i * 7 % 31) + (i % 7 * 5)},{(i % 10 == 3 ? 1 : 0)}\n"))),
        [
            "--target", "sales", "--past", "promo", "--horizon", "5", "--cell", "lstm", "--layers", "2", "--hidden", "16", "--window", "16", "--batch", "2", "--carried",
            "--decoding", "recursive", "--dropout", "0.1", "--optimizer", "adamw", "--average", "exponential", "--decay", "plateau",
        ],
        folder =>
        {
            ForecastRunConfig.Read(folder);
            return ForecastTrainingRun.StepOfCheckpoint(folder);
        },
        path => Forecaster.Load(path).Dispose());
}
