namespace Cellwright.Interchange;

/// <summary>Files that torch.save wrote, <c>.pt</c> and <c>.pth</c>: tensors are listed, and nothing is run.</summary>
public sealed class TorchFormat : IModelFormat
{
    /// <inheritdoc/>
    public string Name => "PyTorch";

    /// <inheritdoc/>
    public bool Matches(string path, ReadOnlySpan<byte> start)
    {
        ArgumentNullException.ThrowIfNull(path);
        return TorchFile.Matches(path, start);
    }

    /// <inheritdoc/>
    public FileContents Inspect(string path)
    {
        using TorchFile file = TorchFile.Open(path);
        return new FileContents("PyTorch, tensors saved by torch.save") { Tensors = file.Tensors };
    }
}
