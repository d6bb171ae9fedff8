using Cellwright.Files;
using Cellwright.Graphs;

namespace Cellwright.Layers;

/// <summary>
/// The file of a bare stack of layers: the values by name (<c>layer0.W_f</c>, <c>layer0.reverse.W_f</c>), and in the metadata
/// the equations and sizes of each layer and direction. Dropout is no part of it: it does nothing in use.
/// </summary>
internal static class LayerFile
{
    /// <summary>What <see cref="ModelMetadata.Kind"/> is in such a file.</summary>
    public const string Kind = "layers";

    private const string Version = "1";
    private const string ResidualKey = "cellwright.residual";
    private const string SizesEnd = ".sizes";
    private const string ZoneoutEnd = ".zoneout";
    private const string ReverseEnd = ".reverse";
    private const string CellEnd = ".cell";

    // A cell of the file: a layer, one turned round, or the second direction of the layer before it.
    private enum Direction
    {
        WithTime,
        AgainstTime,
        BesideTheLast,
    }

    /// <summary>Adds a stack's metadata and values.</summary>
    /// <exception cref="NotSupportedException">A layer is itself made of stacks.</exception>
    public static void AddTo(SafetensorsWriter writer, LayerStack stack)
    {
        SequenceLayer[] layers = [.. stack.Layers.Where(layer => layer is not DropoutLayer)];
        ModelMetadata.Add(writer, Kind, Version, layers.Length);
        ModelMetadata.Add(writer, ResidualKey, stack.IsResidual);
        for (int i = 0; i < layers.Length; i++)
        {
            foreach ((string place, Layer layer) in Directions(layers[i], ModelMetadata.Place(i)))
            {
                ModelMetadata.Add(writer, place, layer.Cell);
                ModelMetadata.AddJson(writer, place + SizesEnd, new SortedDictionary<string, int>(Named(layer), StringComparer.Ordinal));
                if (layer.Regularization.Zoneout.Count > 0)
                {
                    ModelMetadata.AddJson(writer, place + ZoneoutEnd, new SortedDictionary<string, double>(layer.Regularization.Zoneout.ToDictionary(), StringComparer.Ordinal));
                }
            }
        }

        foreach ((Parameter parameter, int[] shape) in Tensors(stack))
        {
            writer.Add(parameter.Name, shape, parameter.Values.ToArray());
        }
    }

    /// <summary>Reads a stack.</summary>
    /// <exception cref="InvalidFileException">There is no such file, or it holds no layers.</exception>
    public static LayerStack Open(string path, int threads, bool trace)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return Read(file, threads, trace);
    }

    /// <summary>Reads a stack from a file that is open.</summary>
    public static LayerStack Read(SafetensorsFile file, int threads, bool trace)
    {
        ModelMetadata metadata = new(file);
        if (metadata.Kind != Kind)
        {
            throw metadata.Invalid("it holds tensors but no layers; give a file that LayerStack.Save or 'import' wrote");
        }

        if (metadata.Version is not Version and string other)
        {
            throw metadata.Invalid($"it is of version '{other}' of files of layers, and this program reads version {Version}");
        }

        bool residual = metadata.Choice(ResidualKey);
        int count = metadata.Layers;
        List<(string Prefix, string Place, Direction Direction)> places = [];
        for (int i = 0; i < count; i++)
        {
            string place = ModelMetadata.Place(i);
            string prefix = FormattableString.Invariant($"layer{i}.");
            bool hasReverse = metadata.Has(place + ReverseEnd + CellEnd);
            bool isReversed = hasReverse && !metadata.Has(place + CellEnd);
            if (!isReversed)
            {
                places.Add((prefix, place, Direction.WithTime));
            }

            if (hasReverse)
            {
                places.Add((prefix + BidirectionalLayer.Prefix, place + ReverseEnd, isReversed ? Direction.AgainstTime : Direction.BesideTheLast));
            }
        }

        // Everything is held against the tensors before a layer takes memory.
        (Cell Cell, Dictionary<string, int> Sizes, LayerRegularization Noise, Direction Direction)[] designs =
            [.. places.Select(each => ReadDesign(file, metadata, each.Prefix, each.Place, each.Direction))];
        LayerStack stack = Build(metadata, designs, residual, threads, trace);
        try
        {
            foreach (Parameter parameter in stack.Parameters)
            {
                file.ReadSingles(parameter.Name, parameter.Values);
            }

            stack.Load();
            return stack;
        }
        catch
        {
            stack.Dispose();
            throw;
        }
    }

    /// <summary>The shape of a parameter in a file: a vector has one dimension and a single number none.</summary>
    public static int[] ShapeOf(CellParameter parameter, int rows, int columns) => parameter.Node.Shape.Rank switch
    {
        0 => [],
        1 => [rows],
        _ => [rows, columns],
    };

    /// <summary>The cells of a layer of a stack: one, or one for each direction.</summary>
    /// <exception cref="NotSupportedException">The layer is made of others.</exception>
    public static IEnumerable<(string Place, Layer Layer)> Directions(SequenceLayer layer, string place) => layer switch
    {
        Layer single => [(place, single)],
        BidirectionalLayer { WithTime: Layer forward, AgainstTime: Layer reverse } => [(place, forward), (place + ReverseEnd, reverse)],
        ReversedLayer { Inner: Layer inner } => [(place + ReverseEnd, inner)],
        _ => throw new NotSupportedException("a stack inside of a layer has no file; save stacks of single or bidirectional layers"),
    };

    // The sizes that the cell names, without what its maker gave besides.
    private static Dictionary<string, int> Named(Layer layer) => layer.Cell.Graph.SizeNames.ToDictionary(name => name, name => layer.Sizes[name]);

    private static IEnumerable<(Parameter Parameter, int[] Shape)> Tensors(LayerStack stack) => stack.Parameters.Zip(
        stack.Layers.Where(layer => layer is not DropoutLayer).SelectMany(layer => Directions(layer, string.Empty)).SelectMany(direction => direction.Layer.Cell.Graph.Parameters),
        (parameter, named) => (parameter, ShapeOf(named, parameter.Rows, parameter.Columns)));

    private static (Cell, Dictionary<string, int>, LayerRegularization, Direction) ReadDesign(SafetensorsFile file, ModelMetadata metadata, string prefix, string place, Direction direction)
    {
        Cell cell = metadata.Cell(place);
        if (cell.Graph.Inputs.Count != 1)
        {
            throw metadata.Invalid($"its cell '{cell.Name}' has {cell.Graph.Inputs.Count} inputs, and a layer of a stack has one");
        }

        Dictionary<string, int> sizes = metadata.Json<Dictionary<string, int>>(place + SizesEnd, "names with whole numbers");
        Dictionary<string, double> zoneout = metadata.Has(place + ZoneoutEnd) ? metadata.Json<Dictionary<string, double>>(place + ZoneoutEnd, "names with rates") : [];
        long stored = file.Tensors.Sum(tensor => tensor.Count);
        foreach ((string name, int size) in sizes)
        {
            if (size < 1 || size > stored)
            {
                throw metadata.Invalid(FormattableString.Invariant($"its size '{name}' is {size}, which its tensors cannot have"));
            }
        }

        try
        {
            foreach (CellParameter parameter in cell.Graph.Parameters)
            {
                int[] shape = ShapeOf(parameter, parameter.Node.Shape.Rows.Evaluate(sizes), parameter.Node.Shape.Columns.Evaluate(sizes));
                SafetensorsEntry entry = file[prefix + parameter.Name];
                if (!entry.Shape.AsSpan().SequenceEqual(shape))
                {
                    throw metadata.Invalid($"the tensor '{entry.Name}' is [{string.Join(", ", entry.Shape)}] where [{string.Join(", ", shape)}] was expected");
                }
            }
        }
        catch (Exception problem) when (problem is ArgumentException or OverflowException)
        {
            throw metadata.Unfit(problem);
        }

        return (cell, sizes, new LayerRegularization { Zoneout = zoneout }, direction);
    }

    private static LayerStack Build(
        ModelMetadata metadata, (Cell Cell, Dictionary<string, int> Sizes, LayerRegularization Noise, Direction Direction)[] designs, bool residual, int threads, bool trace)
    {
        List<SequenceLayer> layers = [];
        Layer? open = null;
        try
        {
            foreach ((Cell cell, Dictionary<string, int> sizes, LayerRegularization noise, Direction direction) in designs)
            {
                open = new Layer(cell, sizes, threads, trace, noise);
                layers.Add(direction switch
                {
                    Direction.WithTime => open,
                    Direction.AgainstTime => new ReversedLayer(open),
                    _ => new BidirectionalLayer(Last(layers), open),
                });
                open = null;
            }

            return new LayerStack(layers, residual);
        }
        catch (Exception problem)
        {
            open?.Dispose();
            layers.ForEach(layer => layer.Dispose());
            if (problem is ArgumentException or OverflowException)
            {
                throw metadata.Unfit(problem);
            }

            throw;
        }
    }

    // Takes the last layer out, which becomes part of another.
    private static SequenceLayer Last(List<SequenceLayer> layers)
    {
        SequenceLayer last = layers[^1];
        layers.RemoveAt(layers.Count - 1);
        return last;
    }
}
