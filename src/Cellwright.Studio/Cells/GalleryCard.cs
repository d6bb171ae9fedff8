namespace Cellwright.Studio.Cells;

/// <summary>A cell to start from.</summary>
/// <param name="Name">Its name in the zoo.</param>
/// <param name="Title">Its title.</param>
/// <param name="Adds">Two sentences on what it adds.</param>
/// <param name="Text">Its equations.</param>
internal sealed record GalleryCard(string Name, string Title, string Adds, string Text);
