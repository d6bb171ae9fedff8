using Cellwright.Files;
using Cellwright.Interchange;

namespace Cellwright.Tests.Interchange;

/// <summary>Damaged files of torch.save: the archive as it lies, and its pickle and storages in a whole archive.</summary>
internal sealed class TorchMutations : IFileMutations
{
    private static readonly string[] Words =
    [
        "cposix\nsystem\n", "c__builtin__\neval\n", "ctorch._utils\n_rebuild_tensor_v2\n", "ctorch\nFloatStorage\n", "ctorch\nDoubleStorage\n", "ccollections\nOrderedDict\n", "R", "(", "t", "Q", "}", "]", ")",
        "u", "s", "b", ".", "\u0081", "h\u0000", "h\u0003", "q\u0000", "2", "0", "1", "K\u0000", "K\u00ff", "J\u00ff\u00ff\u00ff\u007f", "J\u00ff\u00ff\u00ff\u00ff",
        "\u008a\u0008\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f", "\u0085", "\u0086", "\u0087", "X\u0001\u0000\u0000\u00000", "\u0095\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u007f",
        "weight_ih_l1", "_reverse", "data.pkl", "PK\u0003\u0004", "PK\u0001\u0002", "PK\u0005\u0006",
    ];

    private readonly byte[][] valid;

    /// <summary>Mutations of valid files.</summary>
    /// <param name="files">Files that torch.save wrote.</param>
    public TorchMutations(IEnumerable<byte[]> files)
    {
        valid = [.. files];
    }

    public string Name => "pt";

    public byte[] Draw(Random random)
    {
        byte[] file = valid[random.Next(valid.Length)];
        if (random.Next(3) == 0)
        {
            return ByteDamage.Of(file, random, Words);
        }

        // What the archive holds is damaged under true checksums and lengths; most of all the pickle.
        using FileBytes bytes = FileBytes.FromMemory(file, "valid");
        StoredArchive archive = StoredArchive.Open(bytes);
        using MemoryStream stream = new();
        StoredArchiveWriter writer = new(stream);
        foreach (StoredArchiveEntry entry in archive.Entries.Values)
        {
            byte[] contents = new byte[entry.Length];
            archive.Read(entry, 0, contents);
            bool isPickle = entry.Name.EndsWith(".pkl", StringComparison.Ordinal);
            if (random.Next(24) >= (isPickle ? 18 : 1))
            {
                writer.Add(entry.Name, contents);
            }
            else if (isPickle || random.Next(2) == 0)
            {
                writer.Add(entry.Name, ByteDamage.Of(contents, random, Words));
            }
        }

        writer.Finish();
        return stream.ToArray();
    }

    public void Read(byte[] bytes)
    {
        using TorchFile file = TorchFile.Of(FileBytes.FromMemory(bytes, "damaged"));
        foreach (StoredTensor tensor in file.Tensors)
        {
            float[] first = new float[Math.Min(tensor.Count, 100)];
            file.Read(tensor.Name, 0, first);
        }

        TorchImport.Read(file, "elman", null, threads: 1).Stack.Dispose();
    }
}
