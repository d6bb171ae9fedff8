namespace Cellwright.Interchange;

/// <summary>A cell that a file carries.</summary>
/// <param name="Place">Where in the model it stands: <c>layer0</c>, <c>layer0.reverse</c>, ….</param>
/// <param name="Name">The cell's name.</param>
/// <param name="Equations">Its equations, line by line.</param>
public sealed record StoredCell(string Place, string Name, IReadOnlyList<string> Equations);
