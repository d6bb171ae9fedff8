namespace Cellwright.Interchange;

/// <summary>
/// A value that a pickle describes. Nothing here runs: a class is its name, and a call that is allowed has become what it makes.
/// Whole numbers are <see cref="long"/>, the rest of the plain values what .NET has: string, double, bool, null.
/// </summary>
internal abstract record PickleValue;

/// <summary>A tuple.</summary>
internal sealed record PickleTuple(object?[] Items) : PickleValue;

/// <summary>A list; it grows while the pickle is read.</summary>
internal sealed record PickleList(List<object?> Items) : PickleValue;

/// <summary>A dictionary in the order it was filled; it grows while the pickle is read.</summary>
internal sealed record PickleDictionary(List<KeyValuePair<object?, object?>> Items) : PickleValue;

/// <summary>The name of a class or function that the allow-list has.</summary>
internal sealed record PickleName(string Name) : PickleValue;
