namespace Cellwright.Cli.Benchmarks;

/// <summary>How fast a cache is read.</summary>
/// <param name="Name"><c>L1</c>, <c>L2</c>, <c>L3</c> or <c>memory</c>.</param>
/// <param name="Bytes">Its size; null for memory.</param>
/// <param name="GigabytesPerSecond">10⁹ bytes a second, for each number of threads.</param>
internal readonly record struct CacheSpeed(string Name, long? Bytes, IReadOnlyList<double> GigabytesPerSecond);
