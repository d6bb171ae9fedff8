namespace Cellwright.Files;

/// <summary>A file in a <see cref="StoredArchive"/>.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Offset">Where its bytes begin.</param>
/// <param name="Length">How many there are.</param>
/// <param name="Checksum">Their CRC-32.</param>
/// <param name="Method">How they are compressed; 0 for not at all, which is all that is read.</param>
internal readonly record struct StoredArchiveEntry(string Name, long Offset, long Length, uint Checksum, int Method);
