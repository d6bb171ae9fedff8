using Cellwright.Files;
using Cellwright.Onnx.Import;

namespace Cellwright.Tests.Onnx;

/// <summary>An ONNX file of another program beside the tensors that go in and must come out.</summary>
internal static class ForeignModel
{
    /// <summary>The names of the files in a folder of fixtures.</summary>
    public static IEnumerable<string> Names(string folder) =>
        Directory.EnumerateFiles(Folder(folder), "*.onnx").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    /// <summary>The file's path.</summary>
    public static string PathOf(string folder, string name) => Path.Combine(Folder(folder), name + ".onnx");

    /// <summary>The tensors whose names begin so, without that beginning.</summary>
    public static Dictionary<string, OnnxValue> Tensors(string folder, string name, string beginning)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Path.Combine(Folder(folder), name + ".safetensors"));
        return file.Tensors.Where(entry => entry.Name.StartsWith(beginning, StringComparison.Ordinal)).ToDictionary(entry => entry.Name[beginning.Length..], entry =>
        {
            float[] values = file.ReadSingles(entry.Name);
            return entry.Type == SafetensorsType.Float32 ? OnnxValue.Of(values, [.. entry.Shape]) : OnnxValue.Of([.. values.Select(value => (long)value)], [.. entry.Shape]);
        });
    }

    private static string Folder(string name) => Path.Combine(AppContext.BaseDirectory, "Fixtures", name);
}
