namespace Cellwright.Studio.Cells;

/// <summary>A cell in a request.</summary>
/// <param name="Name">What it is called where its text gives no name.</param>
/// <param name="Text">Its equations.</param>
internal sealed record CellSource(string? Name, string? Text);
