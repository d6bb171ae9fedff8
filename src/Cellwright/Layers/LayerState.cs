using Cellwright.Files;

namespace Cellwright.Layers;

/// <summary>The states of a layer between two steps, for each sequence of a batch; or the gradients by them.</summary>
public sealed class LayerState
{
    private const string Prefix = "state.";

    private readonly string[] names;
    private readonly int[] widths;
    private readonly float[][] values;
    private readonly List<(int First, int Count, LayerState Part)> parts = [];

    internal LayerState(int batch, IEnumerable<(string Name, int Width)> states)
    {
        Batch = batch;
        (string Name, int Width)[] all = [.. states];
        names = [.. all.Select(state => state.Name)];
        widths = [.. all.Select(state => state.Width)];
        values = [.. all.Select(state => new float[batch * state.Width])];
    }

    private LayerState(LayerState whole, int first, int count)
    {
        Batch = whole.Batch;
        names = whole.names[first..(first + count)];
        widths = whole.widths[first..(first + count)];
        values = whole.values[first..(first + count)];
    }

    /// <summary>B, the number of sequences.</summary>
    public int Batch { get; }

    /// <summary>The states' names.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>One state's values, [Batch, width].</summary>
    /// <exception cref="KeyNotFoundException">The cell has no such state.</exception>
    public Span<float> this[string name] => Array.IndexOf(names, name) is >= 0 and int index
        ? values[index]
        : throw new KeyNotFoundException($"the cell has no state '{name}'; it has {string.Join(", ", names)}");

    /// <summary>Sets everything to 0.</summary>
    public void Clear()
    {
        foreach (float[] state in values)
        {
            Array.Clear(state);
        }
    }

    /// <summary>Takes over the values of another state of the same layer and batch; where it does not fit, nothing changes.</summary>
    /// <exception cref="ArgumentException">The other state has another batch, or other states or widths.</exception>
    public void CopyFrom(LayerState other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Batch != Batch || !other.widths.AsSpan().SequenceEqual(widths))
        {
            throw new ArgumentException($"'{nameof(other)}' holds {other.Shape} where {Shape} was expected", nameof(other));
        }

        for (int i = 0; i < values.Length; i++)
        {
            other.values[i].AsSpan().CopyTo(values[i]);
        }
    }

    /// <summary>Writes the states to one file, whole or not at all: a float32 tensor <c>state.NAME</c> [Batch, width] each.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Save(string path)
    {
        SafetensorsWriter writer = new();
        AddTo(writer);
        writer.Save(path);
    }

    /// <summary>Takes over the states of a file that <see cref="Save"/> wrote; where it does not fit, nothing changes.</summary>
    /// <exception cref="InvalidFileException">There is no such file, or its states are not those of this layer and batch.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Restore(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ReadFrom(file);
    }

    internal void AddTo(SafetensorsWriter writer)
    {
        for (int i = 0; i < names.Length; i++)
        {
            writer.Add(Prefix + names[i], [Batch, values[i].Length / Batch], values[i].AsMemory());
        }
    }

    internal void ReadFrom(SafetensorsFile file)
    {
        int count = file.Tensors.Count(entry => entry.Name.StartsWith(Prefix, StringComparison.Ordinal));
        if (count != names.Length)
        {
            throw new InvalidFileException(file.Name, $"it holds {count} states where {names.Length} were expected: {string.Join(", ", names)}");
        }

        for (int i = 0; i < names.Length; i++)
        {
            int[] shape = [Batch, values[i].Length / Batch];
            SafetensorsEntry entry = file[Prefix + names[i]];
            if (entry.Type != SafetensorsType.Float32 || !entry.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new InvalidFileException(
                    file.Name, $"the tensor '{entry.Name}' is {entry.Type} [{string.Join(", ", entry.Shape)}] where Float32 [{string.Join(", ", shape)}] was expected");
            }
        }

        for (int i = 0; i < names.Length; i++)
        {
            file.ReadSingles(Prefix + names[i], values[i]);
        }
    }

    /// <summary>Refuses to be the states of a batch of another shape.</summary>
    /// <param name="batch">B.</param>
    /// <param name="expected">The states of the layer. Their names may be shorter, for a layer inside another.</param>
    /// <param name="name">What the message calls these states.</param>
    /// <exception cref="ArgumentException">The batch, the number of states or a width is another.</exception>
    internal void Check(int batch, IReadOnlyList<(string Name, int Width)> expected, string name)
    {
        bool fits = Batch == batch && widths.Length == expected.Count;
        for (int i = 0; i < widths.Length && fits; i++)
        {
            fits = widths[i] == expected[i].Width;
        }

        if (!fits)
        {
            throw new ArgumentException($"'{name}' holds {Shape} where {Text(batch, expected)} was expected", name);
        }
    }

    /// <summary>Takes over the values of some sequences of another state of the same layer and batch.</summary>
    /// <param name="other">The other state.</param>
    /// <param name="chosen">For each sequence, not 0 where its values are taken.</param>
    internal void CopyRows(LayerState other, ReadOnlySpan<float> chosen)
    {
        for (int i = 0; i < values.Length; i++)
        {
            int width = values[i].Length / Batch;
            for (int sequence = 0; sequence < Batch; sequence++)
            {
                if (chosen[sequence] != 0f)
                {
                    other.values[i].AsSpan(sequence * width, width).CopyTo(values[i].AsSpan(sequence * width, width));
                }
            }
        }
    }

    internal Span<float> At(int index) => values[index];

    private string Shape => Text(Batch, [.. names.Zip(widths)]);

    private static string Text(int batch, IReadOnlyList<(string Name, int Width)> states)
    {
        string each = string.Join(", ", states.Select(state => FormattableString.Invariant($"{state.Name} [{state.Width}]")));
        return FormattableString.Invariant($"the state of {batch} {(batch == 1 ? "sequence" : "sequences")} ({(states.Count == 0 ? "none" : each)})");
    }

    /// <summary>Some of the states: the same memory, as the state of a layer inside. Made once, so that a run allocates nothing.</summary>
    internal LayerState Part(int first, int count)
    {
        foreach ((int knownFirst, int knownCount, LayerState known) in parts)
        {
            if (knownFirst == first && knownCount == count)
            {
                return known;
            }
        }

        LayerState part = new(this, first, count);
        parts.Add((first, count, part));
        return part;
    }
}
