namespace Cellwright.Graphs;

/// <summary>A state of a cell: a signal (or input) whose value one step before some equation reads.</summary>
/// <param name="Name">The canonical name; <c>x</c> where the cell reads x[t-1].</param>
/// <param name="Previous">The leaf that stands for the value at t−1.</param>
/// <param name="Next">The value at t.</param>
/// <param name="Initial">The value before the first step, computed once from constants and parameters: a vector of the state's width.</param>
public readonly record struct CellState(string Name, Node Previous, Node Next, Node Initial);
