using System.Buffers.Binary;
using System.Text;
using Cellwright.Files;

namespace Cellwright.Interchange;

/// <summary>Writes an archive as torch.save does: a pickle of an OrderedDict of tensors, and one file for each storage.</summary>
internal static class TorchWriter
{
    private const string Root = "archive/";
    private const string Version = "3\n";

    /// <summary>Writes an archive.</summary>
    /// <exception cref="IOException">It is larger than its 32-bit offsets allow.</exception>
    public static void Write(Stream stream, IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors, SafetensorsType type)
    {
        StoredArchiveWriter archive = new(stream);
        archive.Add(Root + "data.pkl", Pickle(tensors, type));
        for (int i = 0; i < tensors.Count; i++)
        {
            byte[] bytes = new byte[checked(tensors[i].Values.Length * type.Size())];
            ElementConversion.Write<float>(type, tensors[i].Values, bytes);
            archive.Add(Root + FormattableString.Invariant($"data/{i}"), bytes);
        }

        archive.Add(Root + "version", Encoding.ASCII.GetBytes(Version));
        archive.Finish();
    }

    private static byte[] Pickle(IReadOnlyList<(string Name, int[] Shape, float[] Values)> tensors, SafetensorsType type)
    {
        using MemoryStream pickle = new();
        Plain("\u0080\u0002ccollections\nOrderedDict\n)R(");
        for (int i = 0; i < tensors.Count; i++)
        {
            (string name, int[] shape, float[] values) = tensors[i];
            Text(name);
            Plain("ctorch._utils\n_rebuild_tensor_v2\n((");
            Text("storage");
            Plain($"ctorch\n{TorchCalls.StorageOf(type)}\n");
            Text(FormattableString.Invariant($"{i}"));
            Text("cpu");
            Number(values.Length);
            Plain("tQ");
            Number(0);
            Plain("(");
            foreach (int size in shape)
            {
                Number(size);
            }

            Plain("t(");
            for (int dimension = 0; dimension < shape.Length; dimension++)
            {
                Number(shape[(dimension + 1)..].Aggregate(1, (product, size) => product * size));
            }

            Plain("t\u0089ccollections\nOrderedDict\n)RtR");
        }

        Plain("u.");
        return pickle.ToArray();

        void Plain(string operations) => pickle.Write(Encoding.Latin1.GetBytes(operations));

        void Text(string text)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(text);
            Span<byte> length = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
            Plain("X");
            pickle.Write(length);
            pickle.Write(bytes);
        }

        void Number(int number)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
            Plain("J");
            pickle.Write(bytes);
        }
    }
}
