using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Tasks.Series;

namespace Cellwright.Studio.Models;

/// <summary>A forecaster and the series that it is asked about.</summary>
/// <param name="name">What people call it.</param>
/// <param name="model">The model, which is disposed with this.</param>
/// <param name="set">The series.</param>
/// <param name="source">Where they are from, in words.</param>
internal sealed class OpenSeriesModel(string name, Forecaster model, SeriesSet set, string source) : OpenModel(name)
{
    /// <summary>The model.</summary>
    public Forecaster Model { get; } = model;

    /// <summary>The series.</summary>
    public SeriesSet Set { get; } = set;

    /// <summary>Where they are from, in words.</summary>
    public string Source { get; } = source;

    /// <inheritdoc/>
    public override ModelKind Kind => ModelKind.Series;

    /// <inheritdoc/>
    public override Cell Cell => Model.Design.Cells[0];

    /// <inheritdoc/>
    public override string About { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{model.Name}; hidden {model.Design.Hidden}, {model.ParameterCount:N0} parameters, {(model.Design.Carried ? "its state carried over all rows" : $"reads {model.Design.Window} rows")}, forecasts {model.Design.Horizon}");

    /// <inheritdoc/>
    public override GradientFlow Flow(int length, bool isTrained) => isTrained
        ? ForecastFlow.Of(Model, Set.Series[0], length)
        : ForecastFlow.BeforeTraining(Model, Set.Series[0], length);

    /// <summary>What the page offers.</summary>
    public ModelReply.SeriesChoice Describe() => new(
        [.. Set.Series.Select(series => series.Id)],
        [.. Set.Series.Select(series => series.Length)],
        Set.TargetNames,
        Set.PastNames,
        Set.KnownNames,
        Source,
        Set.Step.ToString());

    /// <inheritdoc/>
    public override void Dispose() => Model.Dispose();
}
