using System.Globalization;
using System.Text.Json;
using Cellwright.Equations;
using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Tasks.Series;

/// <summary>The file of a forecaster: the values by name and the scales, and in the metadata the equations of each layer, the design and the columns.</summary>
internal static class ForecasterFile
{
    private const string KindKey = "cellwright.model";
    private const string VersionKey = "cellwright.version";
    private const string LayersKey = "cellwright.layers";
    private const string DesignKey = "cellwright.design";
    private const string ColumnsKey = "cellwright.columns";
    private const string Kind = "series";
    private const string Version = "1";
    private const int MostLayers = 1024;
    private const int MostRows = 1 << 24;

    private static readonly JsonSerializerOptions Strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Adds a model's metadata and values.</summary>
    public static void AddTo(SafetensorsWriter writer, Forecaster model)
    {
        ForecasterDesign design = model.Design;
        writer.Metadata[KindKey] = Kind;
        writer.Metadata[VersionKey] = Version;
        writer.Metadata[LayersKey] = design.Cells.Count.ToString(CultureInfo.InvariantCulture);
        for (int layer = 0; layer < design.Cells.Count; layer++)
        {
            writer.Metadata[NameKey(layer)] = design.Cells[layer].Name;
            writer.Metadata[CellKey(layer)] = design.Cells[layer].Text;
        }

        writer.Metadata[DesignKey] = JsonSerializer.Serialize(ForecasterChoices.Of(design), Strict);
        writer.Metadata[ColumnsKey] = JsonSerializer.Serialize(model.Columns, Strict);
        model.Scaler.AddTo(writer);
        foreach (Parameter parameter in model.Network.Parameters.Parameters)
        {
            writer.Add(parameter.Name, [parameter.Rows, parameter.Columns], parameter.Values.ToArray());
        }
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidFileException">There is no such file, or it is no such model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Forecaster Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new InvalidFileException(path, Directory.Exists(path)
                ? "it is a folder; give the file of a forecaster"
                : "there is no such file; give a forecaster that 'train series' wrote");
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.Metadata.TryGetValue(KindKey, out string? kind) || kind != Kind)
        {
            throw new InvalidFileException(path, "it holds tensors but no forecaster; give a file that 'train series' wrote");
        }

        if (Metadata(file, VersionKey) is not Version and string other)
        {
            throw new InvalidFileException(path, $"it is of forecaster version '{other}', and this program reads version {Version}");
        }

        ForecasterDesign design = ReadDesign(file);
        SeriesColumns columns = ReadJson<SeriesColumns>(file, ColumnsKey, "names of columns");
        if (columns.Targets.Count == 0 || columns.Step.Count < 1 || !Enum.IsDefined(columns.Step.Unit))
        {
            throw new InvalidFileException(path, $"its '{ColumnsKey}' are not names of columns with a step");
        }

        ForecastShape shape = new(design, (columns.Targets.Count, columns.Past.Count, columns.Known.Count, columns.Constants.Count), IsTraining: true);
        CheckSizes(file, shape);
        SeriesScaler scaler = SeriesScaler.ReadFrom(file, shape.Columns, shape.Design.Logarithm);
        ForecastNetwork network;
        try
        {
            network = new ForecastNetwork(shape, seed: 0, threads: 1);
        }
        catch (ArgumentException problem)
        {
            throw Unfit(file, problem);
        }

        try
        {
            ReadValues(file, network);
            return new Forecaster(network, scaler, columns);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static string NameKey(int layer) => FormattableString.Invariant($"cellwright.layer{layer}.name");

    private static string CellKey(int layer) => FormattableString.Invariant($"cellwright.layer{layer}.cell");

    private static InvalidFileException Unfit(SafetensorsFile file, Exception problem) =>
        new(file.Name, $"its sizes do not fit its equations: {problem.Message}", problem);

    private static string Metadata(SafetensorsFile file, string key) => file.Metadata.TryGetValue(key, out string? value)
        ? value
        : throw new InvalidFileException(file.Name, $"its metadata has no '{key}'");

    private static T ReadJson<T>(SafetensorsFile file, string key, string expected)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Metadata(file, key), Strict) ?? throw new JsonException("it is null");
        }
        catch (Exception problem) when (problem is JsonException or ArgumentException or NotSupportedException)
        {
            throw new InvalidFileException(file.Name, $"its '{key}' are not {expected}", problem);
        }
    }

    private static ForecasterDesign ReadDesign(SafetensorsFile file)
    {
        if (!int.TryParse(Metadata(file, LayersKey), NumberStyles.None, CultureInfo.InvariantCulture, out int layers) || layers is < 1 or > MostLayers)
        {
            throw new InvalidFileException(file.Name, $"its '{LayersKey}' is '{Metadata(file, LayersKey)}' where a number of layers from 1 to {MostLayers} was expected");
        }

        Cell[] cells = [.. Enumerable.Range(0, layers).Select(layer => ReadCell(file, layer))];
        ForecasterDesign design = ReadChoices(file, cells);
        return design.Problem() is { } problem
            ? throw new InvalidFileException(file.Name, $"its '{DesignKey}' cannot be: {problem}")
            : design;
    }

    private static ForecasterDesign ReadChoices(SafetensorsFile file, Cell[] cells)
    {
        ForecasterChoices choices = ReadJson<ForecasterChoices>(file, DesignKey, "the choices of a forecaster");
        try
        {
            return choices.With(cells);
        }
        catch (ArgumentException problem)
        {
            throw new InvalidFileException(file.Name, $"its '{DesignKey}' name a choice that there is not", problem);
        }
    }

    private static Cell ReadCell(SafetensorsFile file, int layer)
    {
        try
        {
            return Cell.Parse(Metadata(file, CellKey(layer)), Metadata(file, NameKey(layer)));
        }
        catch (EquationException problem)
        {
            throw new InvalidFileException(file.Name, $"its equations cannot be read: {problem.Message}", problem);
        }
    }

    // Memory is taken for the sizes that the metadata claims, so those are held against the tensors first.
    private static void CheckSizes(SafetensorsFile file, ForecastShape shape)
    {
        long stored = file.Tensors.Sum(tensor => tensor.Count);
        ForecasterDesign design = shape.Design;
        foreach ((string name, long size) in design.SizesOver(1).Select(pair => (pair.Key, (long)pair.Value))
            .Append(("segment", design.Segment)).Append(("position", design.PositionWidth)).Append(("channel", shape.ChannelWidth)))
        {
            if (size < 0 || size > stored)
            {
                throw new InvalidFileException(file.Name, FormattableString.Invariant($"its size '{name}' is {size}, which its tensors cannot have"));
            }
        }

        if (design.Window > MostRows || design.Horizon > MostRows || design.Period > MostRows)
        {
            throw new InvalidFileException(file.Name, FormattableString.Invariant($"its window, horizon or season is longer than {MostRows} rows"));
        }

        try
        {
            CheckLayers(file, shape, stored, checked(shape.Design.Segment * shape.RowWidth) + shape.Columns.Constants);
            _ = checked(shape.Points * shape.SegmentOutputs);
        }
        catch (Exception problem) when (problem is ArgumentException or OverflowException)
        {
            throw Unfit(file, problem);
        }
    }

    private static void CheckLayers(SafetensorsFile file, ForecastShape shape, long stored, int inputWidth)
    {
        int width = inputWidth;
        foreach (Cell cell in shape.Design.Cells)
        {
            Dictionary<string, int> sizes = shape.Design.SizesOver(width);
            foreach (CellParameter parameter in cell.Graph.Parameters)
            {
                if ((long)parameter.Node.Shape.Rows.Evaluate(sizes) * parameter.Node.Shape.Columns.Evaluate(sizes) > stored)
                {
                    throw new InvalidFileException(file.Name, $"its tensors are too small for the parameter '{parameter.Name}' that its equations name");
                }
            }

            width = cell.Graph.Output.Node.Shape.Rows.Evaluate(sizes);
        }

        long linear = shape.Design.Linear ? (long)shape.Design.Window * shape.Points * shape.SegmentOutputs : 0;
        long positions = shape.Design.Decoding == ForecastDecoding.Parallel ? (long)shape.Points * shape.Design.PositionWidth : 0;
        if ((long)width * shape.SegmentOutputs > stored || linear > stored || positions > stored)
        {
            throw new InvalidFileException(file.Name, "its tensors are too small for the outputs that its design names");
        }
    }

    private static void ReadValues(SafetensorsFile file, ForecastNetwork network)
    {
        foreach (Parameter parameter in network.Parameters.Parameters)
        {
            SafetensorsEntry entry = file[parameter.Name];
            if (!entry.Shape.AsSpan().SequenceEqual([parameter.Rows, parameter.Columns]))
            {
                throw new InvalidFileException(
                    file.Name, $"the tensor '{parameter.Name}' is [{string.Join(", ", entry.Shape)}] where [{parameter.Rows}, {parameter.Columns}] was expected");
            }

            file.ReadSingles(parameter.Name, parameter.Values);
        }

        network.Load();
    }
}
