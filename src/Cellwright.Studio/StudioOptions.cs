using Cellwright.Studio.Models;

namespace Cellwright.Studio;

/// <summary>What the page is opened with.</summary>
internal sealed record StudioOptions
{
    /// <summary>A text model's file; null for none.</summary>
    public string? Model { get; init; }

    /// <summary>A forecaster and its series, which the page takes over; null for none.</summary>
    public OpenSeriesModel? Series { get; init; }

    /// <summary>The equations in the editor at first; null for those of the zoo's LSTM, or of the model.</summary>
    public string? CellText { get; init; }

    /// <summary>What the editor's cell is called where its text gives no name.</summary>
    public string CellName { get; init; } = "cell";

    /// <summary>The port, 0 for one that is free.</summary>
    public int Port { get; init; }
}
