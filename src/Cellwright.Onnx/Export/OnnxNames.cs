namespace Cellwright.Onnx.Export;

/// <summary>The names of one file: a value of a graph may not be called as one of the graph around it.</summary>
internal sealed class OnnxNames
{
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly HashSet<string> reserved = new(StringComparer.Ordinal);

    /// <summary>Keeps a name for <see cref="TakeReserved"/>.</summary>
    public void Reserve(string name)
    {
        taken.Add(name);
        reserved.Add(name);
    }

    /// <summary>A name that was kept; one that was not is taken like any other.</summary>
    public string TakeReserved(string name) => reserved.Remove(name) ? name : Take(name);

    /// <summary>The name, or where it is taken the name with the first free number behind it.</summary>
    public string Take(string wanted)
    {
        string name = wanted;
        for (int number = 2; !taken.Add(name); number++)
        {
            name = FormattableString.Invariant($"{wanted}_{number}");
        }

        return name;
    }
}
