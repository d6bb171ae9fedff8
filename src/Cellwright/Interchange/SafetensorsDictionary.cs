using Cellwright.Files;

namespace Cellwright.Interchange;

/// <summary>The tensors of a safetensors file.</summary>
internal sealed class SafetensorsDictionary : StateDictionary
{
    private readonly SafetensorsFile file;

    private SafetensorsDictionary(SafetensorsFile file)
    {
        this.file = file;
        Tensors = [.. file.Tensors.Select(entry => new StoredTensor(entry.Name, entry.Type.Describe(), [.. entry.Shape.Select(size => (long)size)]))];
    }

    public override string Name => file.Name;

    public override IReadOnlyList<StoredTensor> Tensors { get; }

    public override long MostElements => file.Tensors.Sum(tensor => tensor.Count);

    public static new SafetensorsDictionary Open(string path) => Of(SafetensorsFile.Open(path));

    public static SafetensorsDictionary Of(SafetensorsFile file) => new(file);

    public override void Read(string name, long first, Span<float> destination) => file.ReadSingles(name, first, destination);

    public override void Dispose() => file.Dispose();
}
