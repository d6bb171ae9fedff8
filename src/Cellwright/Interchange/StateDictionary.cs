namespace Cellwright.Interchange;

/// <summary>Tensors by name in a file, open for reading: what PyTorch calls a state_dict.</summary>
internal abstract class StateDictionary : IDisposable
{
    /// <summary>The file's name, for errors.</summary>
    public abstract string Name { get; }

    /// <summary>The tensors, in the order of the file.</summary>
    public abstract IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>How many elements the tensors of one model may have together: what the file holds, and as much again for weights that are shared.</summary>
    public abstract long MostElements { get; }

    /// <summary>Opens a safetensors file or an archive that torch.save wrote.</summary>
    /// <exception cref="Files.InvalidFileException">It is neither, or damaged, or asks for more than tensors; the message says what.</exception>
    public static StateDictionary Open(string path) => TorchFile.IsArchive(path) ? TorchFile.Open(path) : SafetensorsDictionary.Open(path);

    /// <summary>Reads some elements of a tensor as float32.</summary>
    /// <param name="name">The tensor's name.</param>
    /// <param name="first">The first element, counted row-major.</param>
    /// <param name="destination">As long as elements are wanted; the tensor has as many.</param>
    public abstract void Read(string name, long first, Span<float> destination);

    public abstract void Dispose();
}
