using System.Globalization;

namespace Cellwright.Cli;

/// <summary>The memory that training takes where a layer computes again, in bytes; its weights apart.</summary>
/// <param name="BytesPerSequence">For each sequence.</param>
/// <param name="BytesPerStepOfChunk">For each step of one chunk, and each sequence.</param>
/// <param name="BytesPerStep">For each step of each sequence: its inputs.</param>
/// <param name="BytesPerChunk">For each chunk of each sequence: its states.</param>
internal sealed record RecomputeCost(long BytesPerSequence, long BytesPerStepOfChunk, long BytesPerStep, long BytesPerChunk)
{
    /// <summary>The bytes of a sequence of T steps in chunks of K.</summary>
    public string Sum() => string.Create(
        CultureInfo.InvariantCulture,
        $"{BytesPerSequence:N0} + {BytesPerStepOfChunk:N0} K + {BytesPerStep:N0} T + {BytesPerChunk:N0} ⌈T/K⌉");
}
