using Cellwright.Files;

namespace Cellwright.Interchange;

/// <summary>Writes tensors by name as a state_dict: an archive that torch.load reads, or a safetensors file, by the end of the path.</summary>
internal static class StateDictionaryWriter
{
    /// <summary>Whether a path is one for torch.load.</summary>
    public static bool IsTorch(string path) => path.EndsWith(".pt", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".pth", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file: <c>.pt</c> and <c>.pth</c> are for torch.load, anything else is safetensors.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="type">F64, F32, F16 or BF16.</param>
    /// <exception cref="IOException">The file cannot be written, or is too large for this kind of archive.</exception>
    public static void Write(string path, IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors, SafetensorsType type)
    {
        if (IsTorch(path))
        {
            AtomicFile.Write(path, stream => TorchWriter.Write(stream, tensors, type));
            return;
        }

        SafetensorsWriter writer = new();
        writer.Metadata["format"] = "pt";
        foreach ((string name, int[] shape, float[] values) in tensors)
        {
            writer.AddAs(name, type, shape, values);
        }

        writer.Save(path);
    }
}
