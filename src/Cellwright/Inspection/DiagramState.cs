namespace Cellwright.Inspection;

/// <summary>How a state runs through a <see cref="CellDiagram"/>.</summary>
/// <param name="Name">The state.</param>
/// <param name="Previous">The element that gives its value at t−1; −1 where no equation of the diagram reads it.</param>
/// <param name="Next">The element that gives its value at t.</param>
/// <param name="Belt">
/// The elements by which the state runs straight from t−1 to t, through sums and elementwise products alone, like a
/// conveyor belt; empty where every way leads through a matrix or a function.
/// </param>
public sealed record DiagramState(string Name, int Previous, int Next, IReadOnlyList<int> Belt);
