using System.Globalization;
using Cellwright.Graphs;

namespace Cellwright.Cli;

/// <summary>Reads sizes such as <c>hidden</c> off the widths that tensors have.</summary>
internal sealed class SizeSolver
{
    // Widths are sums of sizes with small rational factors, so at these sizes they are whole numbers.
    private const int Probe = 720720;

    private readonly Dictionary<string, int> sizes = [];
    private readonly List<(Width Width, int Actual, string What)> equations = [];

    /// <summary>Says that something is as wide as a width.</summary>
    public void Add(Width width, int actual, string what) => equations.Add((width, actual, what));

    /// <summary>The sizes that make every width what it is.</summary>
    /// <param name="names">The sizes to find.</param>
    /// <exception cref="UsageException">No sizes do, or the tensors do not determine one.</exception>
    public Dictionary<string, int> Solve(IEnumerable<string> names)
    {
        bool found = true;
        while (found)
        {
            found = false;
            foreach ((Width width, int actual, string what) in equations)
            {
                string[] unknown = [.. width.Names.Where(name => !sizes.ContainsKey(name))];
                if (unknown.Length == 1)
                {
                    sizes[unknown[0]] = SolveFor(unknown[0], width, actual, what);
                    found = true;
                }
            }
        }

        foreach (string name in names)
        {
            if (!sizes.ContainsKey(name))
            {
                throw new UsageException($"the tensors do not say how large the size '{name}' is");
            }
        }

        foreach ((Width width, int actual, string what) in equations)
        {
            int expected = Evaluate(width, sizes, what, actual);
            if (expected != actual)
            {
                throw Mismatch(width, actual, what, expected);
            }

            if (actual < 1)
            {
                throw new UsageException($"{what} has no elements; {width} comes to {actual}");
            }
        }

        return sizes;
    }

    private static int Evaluate(Width width, Dictionary<string, int> values, string what, int actual)
    {
        try
        {
            return width.Evaluate(values);
        }
        catch (ArgumentException)
        {
            throw Mismatch(width, actual, what, null);
        }
    }

    private static UsageException Mismatch(Width width, int actual, string what, int? expected) => new(string.Create(
        CultureInfo.InvariantCulture, $"{what} has {actual} elements where {width}{(expected is { } number ? $" = {number}" : string.Empty)} was expected"));

    private int SolveFor(string name, Width width, int actual, string what)
    {
        Dictionary<string, int> at = new(sizes) { [name] = Probe };
        long once = width.Evaluate(at);
        at[name] = 2 * Probe;
        long twice = width.Evaluate(at);
        long constant = (2 * once) - twice;
        decimal size = (actual - constant) * (decimal)Probe / (twice - once);
        return size >= 1 && size <= int.MaxValue && size == decimal.Truncate(size)
            ? (int)size
            : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{what} has {actual} elements, which no size '{name}' makes {width}"));
    }
}
