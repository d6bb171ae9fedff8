using System.Buffers.Binary;
using System.Text.Json;

namespace Cellwright.Tests.Zoo;

/// <summary>A fixture's tensors, read without the library: Fixtures/README.md says what they are.</summary>
internal sealed class FixtureFile
{
    private readonly Dictionary<string, (int[] Shape, double[] Values)> tensors = [];

    /// <summary>Reads a file of F64 tensors.</summary>
    /// <param name="path">The path inside Fixtures, such as <c>pytorch/lstm-7-mixed.safetensors</c>.</param>
    public FixtureFile(string path)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Fixtures", path));
        int header = checked((int)BinaryPrimitives.ReadInt64LittleEndian(bytes));
        using JsonDocument json = JsonDocument.Parse(bytes.AsMemory(8, header));
        foreach (JsonProperty tensor in json.RootElement.EnumerateObject())
        {
            int[] shape = [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
            int[] offsets = [.. tensor.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            ReadOnlySpan<byte> data = bytes.AsSpan(8 + header)[offsets[0]..offsets[1]];
            double[] values = new double[data.Length / sizeof(double)];
            for (int element = 0; element < values.Length; element++)
            {
                values[element] = BinaryPrimitives.ReadDoubleLittleEndian(data[(element * sizeof(double))..]);
            }

            tensors[tensor.Name] = (shape, values);
        }
    }

    /// <summary>The names of the fixtures that PyTorch wrote, without folder and ending.</summary>
    public static IEnumerable<string> PyTorchNames =>
        Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", "pytorch"), "*.safetensors")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    /// <summary>The names of all tensors.</summary>
    public IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>The lengths of the sequences.</summary>
    public int[] Lengths => [.. Values("lengths").Select(length => (int)length)];

    /// <summary>The width of the signals: that of the memory where there is one, since an output may be narrower.</summary>
    public int Hidden => Shape(tensors.ContainsKey("state.c") ? "state.c" : "out.y")[^1];

    /// <summary>The shape of a tensor.</summary>
    public int[] Shape(string name) => tensors[name].Shape;

    /// <summary>The values of a tensor, row-major.</summary>
    public double[] Values(string name) => tensors[name].Values;

    /// <summary>The innermost row of a tensor at the indices of its other dimensions, such as x[t, b].</summary>
    public double[] Row(string name, params ReadOnlySpan<int> index)
    {
        (int[] shape, double[] values) = tensors[name];
        int row = 0;
        for (int dimension = 0; dimension < shape.Length - 1; dimension++)
        {
            row = (row * shape[dimension]) + index[dimension];
        }

        return values.AsSpan(row * shape[^1], shape[^1]).ToArray();
    }

    /// <summary>The parameters of a hand-written cell.</summary>
    public ReferenceWeights Weights(ReferenceCell cell)
    {
        Dictionary<string, double[,]> matrices = [];
        Dictionary<string, double[]> vectors = [];
        foreach ((string name, int rows, int columns) in cell.Parameters(Shape("x")[2], Hidden))
        {
            if (columns == 0)
            {
                vectors[name] = Values(name);
                continue;
            }

            double[,] matrix = matrices[name] = new double[rows, columns];
            Buffer.BlockCopy(Values(name), 0, matrix, 0, matrix.Length * sizeof(double));
        }

        return new ReferenceWeights(matrices, vectors);
    }
}
