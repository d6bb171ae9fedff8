using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Tasks.Series;

/// <summary>The file of a forecaster: the values by name and the scales, and in the metadata the equations of each layer, the design and the columns.</summary>
internal static class ForecasterFile
{
    private const string DesignKey = "cellwright.design";
    private const string ColumnsKey = "cellwright.columns";
    private const string NotePrefix = "cellwright.note.";
    private const string Kind = "series";
    private const string Version = "1";
    private const int MostRows = 1 << 24;

    /// <summary>Adds a model's metadata and values.</summary>
    public static void AddTo(SafetensorsWriter writer, Forecaster model)
    {
        ForecasterDesign design = model.Design;
        ModelMetadata.Add(writer, Kind, Version, design.Cells.Count);
        for (int layer = 0; layer < design.Cells.Count; layer++)
        {
            ModelMetadata.Add(writer, ModelMetadata.Place(layer), design.Cells[layer]);
        }

        ModelMetadata.AddJson(writer, DesignKey, ForecasterChoices.Of(design));
        ModelMetadata.AddJson(writer, ColumnsKey, model.Columns);
        foreach ((string name, string text) in model.Notes)
        {
            writer.Metadata[NotePrefix + name] = text;
        }

        model.Scaler.AddTo(writer);
        model.Intervals?.AddTo(writer);
        if (model.History is { } history)
        {
            TrainingHistoryFile.AddTo(writer, history);
        }

        foreach (Parameter parameter in model.Network.Parameters.Parameters)
        {
            writer.Add(parameter.Name, [parameter.Rows, parameter.Columns], parameter.Values.ToArray());
        }
    }

    /// <summary>Whether a file says that it holds a forecaster.</summary>
    public static bool IsIn(string path)
    {
        try
        {
            using SafetensorsFile file = SafetensorsFile.Open(path);
            return new ModelMetadata(file).Kind == Kind;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidFileException">There is no such file, or it is no such model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Forecaster Load(string path, int threads, ulong seed)
    {
        if (!File.Exists(path))
        {
            throw new InvalidFileException(path, Directory.Exists(path)
                ? "it is a folder; give the file of a forecaster"
                : "there is no such file; give a forecaster that 'train series' wrote");
        }

        using SafetensorsFile file = SafetensorsFile.Open(path);
        ModelMetadata metadata = new(file);
        if (metadata.Kind != Kind)
        {
            throw metadata.Invalid("it holds tensors but no forecaster; give a file that 'train series' wrote");
        }

        if (metadata.Version is not Version and string other)
        {
            throw metadata.Invalid($"it is of forecaster version '{other}', and this program reads version {Version}");
        }

        ForecasterDesign design = ReadDesign(metadata);
        SeriesColumns columns = metadata.Json<SeriesColumns>(ColumnsKey, "names of columns");
        if (columns.Targets.Count == 0 || columns.Step.Count < 1 || !Enum.IsDefined(columns.Step.Unit))
        {
            throw new InvalidFileException(path, $"its '{ColumnsKey}' are not names of columns with a step");
        }

        ForecastShape shape = new(design, (columns.Targets.Count, columns.Past.Count, columns.Known.Count, columns.Constants.Count), IsTraining: true);
        CheckSizes(file, metadata, shape);
        SeriesScaler scaler = SeriesScaler.ReadFrom(file, shape.Columns, shape.Design.Logarithm);
        ForecastNetwork network;
        try
        {
            network = new ForecastNetwork(shape, seed, threads);
        }
        catch (ArgumentException problem)
        {
            throw metadata.Unfit(problem);
        }

        try
        {
            ReadValues(file, network);
            return new Forecaster(network, scaler, columns, TrainingHistoryFile.ReadFrom(file, columns))
            {
                Intervals = IntervalWidths.ReadFrom(file, design.Horizon, columns.Targets.Count),
                Notes = file.Metadata.Where(pair => pair.Key.StartsWith(NotePrefix, StringComparison.Ordinal)).ToDictionary(pair => pair.Key[NotePrefix.Length..], pair => pair.Value),
            };
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static ForecasterDesign ReadDesign(ModelMetadata metadata)
    {
        Cell[] cells = [.. Enumerable.Range(0, metadata.Layers).Select(layer => metadata.Cell(ModelMetadata.Place(layer)))];
        ForecasterDesign design = ReadChoices(metadata, cells);
        return design.Problem() is { } problem ? throw metadata.Invalid($"its '{DesignKey}' cannot be: {problem}") : design;
    }

    private static ForecasterDesign ReadChoices(ModelMetadata metadata, Cell[] cells)
    {
        ForecasterChoices choices = metadata.Json<ForecasterChoices>(DesignKey, "the choices of a forecaster");
        try
        {
            return choices.With(cells);
        }
        catch (ArgumentException problem)
        {
            throw metadata.Invalid($"its '{DesignKey}' name a choice that there is not", problem);
        }
    }

    // Memory is taken for the sizes that the metadata claims, so those are held against the tensors first.
    private static void CheckSizes(SafetensorsFile file, ModelMetadata metadata, ForecastShape shape)
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
            throw metadata.Unfit(problem);
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
