using System.Globalization;
using Cellwright.Files;
using Cellwright.Graphs;

namespace Cellwright.Cli;

/// <summary>The tensors that a cell is run on, read from a file and held against its equations.</summary>
internal sealed class CellTensors
{
    private const string StatePrefix = "state.";
    private const string StateGradientPrefix = "dstate.";
    private const string OutputGradient = "dy";
    private const string LengthsName = "lengths";

    private static readonly string[] Reserved = ["x", "y", OutputGradient, LengthsName];

    private readonly Cell cell;
    private readonly SafetensorsFile file;
    private readonly Dictionary<string, string> stored = [];

    private CellTensors(Cell cell, SafetensorsFile file, bool backward)
    {
        this.cell = cell;
        this.file = file;
        Match(backward);
        (Steps, Batch) = ReadShape();
        Sizes = SolveSizes();
        CheckSequences();
        Lengths = ReadLengths();
    }

    /// <summary>T.</summary>
    public int Steps { get; }

    /// <summary>B.</summary>
    public int Batch { get; }

    /// <summary>The steps of each sequence; empty where all have T.</summary>
    public int[] Lengths { get; }

    /// <summary>The sizes read off the tensors.</summary>
    public Dictionary<string, int> Sizes { get; }

    /// <summary>Reads the tensors of a run.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="file">Tensors under the names of <c>cell run</c>.</param>
    /// <param name="backward">Whether gradients of outputs and final states may be there.</param>
    /// <exception cref="UsageException">A tensor is missing, unknown or of a wrong shape.</exception>
    public static CellTensors Read(Cell cell, SafetensorsFile file, bool backward) => new(cell, file, backward);

    /// <summary>Whether the file has a tensor.</summary>
    public bool Has(string name) => stored.ContainsKey(name);

    /// <summary>A tensor by its canonical name.</summary>
    public float[] this[string name] => file.ReadSingles(stored[name]);

    // Gives every tensor of the file its canonical name, and makes sure that none is missing.
    private void Match(bool backward)
    {
        CellGraph graph = cell.Graph;
        if (graph.Parameters.FirstOrDefault(parameter => Reserved.Contains(parameter.Name)) is { Name: { } taken })
        {
            throw new UsageException($"the cell calls a parameter '{taken}', which names another tensor of a run; call it otherwise");
        }

        HashSet<string> known = [.. graph.Inputs.Select(input => input.Name), .. graph.Parameters.Select(parameter => parameter.Name), LengthsName];
        known.UnionWith(graph.States.Select(state => StatePrefix + state.Name));
        HashSet<string> gradients = [OutputGradient, .. graph.States.Select(state => StateGradientPrefix + state.Name)];
        foreach (SafetensorsEntry tensor in file.Tensors)
        {
            string name = Canonical(tensor.Name);
            if (gradients.Contains(name) && !backward)
            {
                throw new UsageException($"the tensor '{tensor.Name}' is for a backward pass; add --backward, or leave it out");
            }

            if (!known.Contains(name) && !gradients.Contains(name))
            {
                throw new UsageException($"the cell '{cell.Name}' has no use for a tensor '{tensor.Name}'; it knows {string.Join(", ", known)}{(backward ? ", " + string.Join(", ", gradients) : string.Empty)}");
            }

            if (!stored.TryAdd(name, tensor.Name))
            {
                throw new UsageException($"the tensors '{stored[name]}' and '{tensor.Name}' are both '{name}'; leave one out");
            }
        }

        foreach (string name in graph.Inputs.Select(input => input.Name).Concat(graph.Parameters.Select(parameter => parameter.Name)))
        {
            if (!Has(name))
            {
                throw new UsageException($"there is no tensor '{name}' in {file.Name}, which the cell '{cell.Name}' needs");
            }
        }
    }

    private string Canonical(string name)
    {
        foreach (string prefix in new[] { StateGradientPrefix, StatePrefix })
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                return prefix + (cell.Canonical(name[prefix.Length..]) ?? name[prefix.Length..]);
            }
        }

        return name is OutputGradient or LengthsName ? name : cell.Canonical(name) ?? name;
    }

    private int[] ShapeOf(string name, int rank, string expected)
    {
        int[] shape = [.. file[stored[name]].Shape];
        return shape.Length == rank
            ? shape
            : throw new UsageException($"the tensor '{stored[name]}' is [{string.Join(", ", shape)}] where {expected} was expected");
    }

    private (int Steps, int Batch) ReadShape()
    {
        string first = cell.Graph.Inputs[0].Name;
        int[] shape = ShapeOf(first, 3, "[steps, batch, width]");
        return shape[1] > 0
            ? (shape[0], shape[1])
            : throw new UsageException($"the tensor '{stored[first]}' has no sequence: its batch is 0");
    }

    private Dictionary<string, int> SolveSizes()
    {
        SizeSolver solver = new();
        CellGraph graph = cell.Graph;
        foreach (NamedNode input in graph.Inputs)
        {
            solver.Add(input.Node.Shape.Rows, ShapeOf(input.Name, 3, "[steps, batch, width]")[2], $"a step of the tensor '{input.Name}'");
        }

        foreach (CellParameter parameter in graph.Parameters)
        {
            Shape shape = parameter.Node.Shape;
            int[] actual = shape.Rank switch
            {
                0 => ScalarShape(parameter.Name),
                1 => ShapeOf(parameter.Name, 1, $"[{shape.Rows}]"),
                _ => ShapeOf(parameter.Name, 2, $"[{shape.Rows}, {shape.Columns}]"),
            };
            if (shape.Rank >= 1)
            {
                solver.Add(shape.Rows, actual[0], $"the first dimension of the tensor '{parameter.Name}'");
            }

            if (shape.Rank == 2)
            {
                solver.Add(shape.Columns, actual[1], $"the second dimension of the tensor '{parameter.Name}'");
            }
        }

        foreach (CellState state in graph.States)
        {
            foreach (string name in new[] { StatePrefix + state.Name, StateGradientPrefix + state.Name }.Where(Has))
            {
                solver.Add(state.Next.Shape.Rows, ShapeOf(name, 2, "[batch, width]")[1], $"a row of the tensor '{name}'");
            }
        }

        if (Has(OutputGradient))
        {
            solver.Add(graph.Output.Node.Shape.Rows, ShapeOf(OutputGradient, 3, "[steps, batch, width]")[2], $"a step of the tensor '{OutputGradient}'");
        }

        return solver.Solve(graph.SizeNames);
    }

    // A scalar may be stored as [] or [1].
    private int[] ScalarShape(string name) => file[stored[name]].Count == 1
        ? [1]
        : throw new UsageException($"the tensor '{stored[name]}' is [{string.Join(", ", file[stored[name]].Shape)}] where a single number was expected");

    private void CheckSequences()
    {
        IEnumerable<string> inputs = cell.Graph.Inputs.Select(input => input.Name);
        foreach (string name in inputs.Append(OutputGradient).Where(Has))
        {
            int[] shape = ShapeOf(name, 3, "[steps, batch, width]");
            if (shape[0] != Steps || shape[1] != Batch)
            {
                throw new UsageException($"the tensor '{stored[name]}' is [{string.Join(", ", shape)}] where [{Steps}, {Batch}, {shape[2]}] was expected");
            }
        }

        foreach (string name in cell.Graph.States.SelectMany(state => new[] { StatePrefix + state.Name, StateGradientPrefix + state.Name }).Where(Has))
        {
            int[] shape = ShapeOf(name, 2, "[batch, width]");
            if (shape[0] != Batch)
            {
                throw new UsageException($"the tensor '{stored[name]}' is [{string.Join(", ", shape)}] where [{Batch}, {shape[1]}] was expected");
            }
        }
    }

    private int[] ReadLengths()
    {
        if (!Has(LengthsName))
        {
            return [];
        }

        if (ShapeOf(LengthsName, 1, "[batch]")[0] != Batch)
        {
            throw new UsageException($"the tensor 'lengths' has {file[stored[LengthsName]].Count} elements where the batch has {Batch} sequences");
        }

        double[] lengths = file.ReadDoubles(stored[LengthsName]);
        foreach (double length in lengths)
        {
            if (!(length >= 0 && length <= Steps && length == Math.Floor(length)))
            {
                throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"the tensor 'lengths' has {length}, which is no whole number from 0 to the {Steps} steps there are"));
            }
        }

        return [.. lengths.Select(length => (int)length)];
    }
}
