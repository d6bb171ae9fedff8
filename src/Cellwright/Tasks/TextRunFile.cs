namespace Cellwright.Tasks;

/// <summary>One file of a run's corpus.</summary>
/// <param name="Path">Where it was.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Hash">Their <see cref="Training.ContentHash"/>.</param>
public sealed record TextRunFile(string Path, long Length, string Hash);
