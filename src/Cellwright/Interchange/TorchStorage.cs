using Cellwright.Files;

namespace Cellwright.Interchange;

/// <summary>A storage of PyTorch: numbers of one type one behind the other in a file of the archive.</summary>
/// <param name="Type">Their type.</param>
/// <param name="Key">The name of the file under <c>data/</c>.</param>
/// <param name="Count">How many there are.</param>
internal sealed record TorchStorage(SafetensorsType Type, string Key, long Count) : PickleValue;
