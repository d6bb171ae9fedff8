using Cellwright.Files;
using Cellwright.Layers;

namespace Cellwright.Tasks.Memory;

/// <summary>The file of a memory model: that of its layers, with the head's values and the task besides.</summary>
internal static class MemoryModelFile
{
    private const string TaskKey = "cellwright.memory.task";
    private const string LengthKey = "cellwright.memory.length";

    /// <summary>Writes a model.</summary>
    public static void Save(string path, MemoryModel model)
    {
        SafetensorsWriter writer = new();
        LayerFile.AddTo(writer, model.Layers);
        ModelMetadata.AddJson(writer, TaskKey, model.Task.Name);
        ModelMetadata.AddJson(writer, LengthKey, model.Task.Length);
        writer.Add(model.Head.Weights.Name, [model.Head.Weights.Rows, model.Head.Weights.Columns], model.Head.Weights.Values.ToArray());
        writer.Add(model.Head.Bias.Name, [model.Head.Bias.Rows], model.Head.Bias.Values.ToArray());
        writer.Save(path);
    }

    /// <summary>Reads a model.</summary>
    /// <exception cref="InvalidFileException">There is no such file, or it is no such model.</exception>
    public static MemoryModel Open(string path, int threads)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        ModelMetadata metadata = new(file);
        if (!IsIn(file))
        {
            throw metadata.Invalid("it holds no model of a memory task; give a file that 'probe memory --out' wrote");
        }

        IMemoryTask task = ReadTask(metadata);
        LayerStack layers = LayerFile.Read(file, threads, trace: false);
        try
        {
            MemoryModel model = new(layers, task, seed: 0);
            file.ReadSingles(model.Head.Weights.Name, model.Head.Weights.Values);
            file.ReadSingles(model.Head.Bias.Name, model.Head.Bias.Values);
            model.Load();
            return model;
        }
        catch (ArgumentException problem)
        {
            layers.Dispose();
            throw metadata.Unfit(problem);
        }
        catch
        {
            layers.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file holds such a model.</summary>
    public static bool IsIn(SafetensorsFile file) => file.Metadata.ContainsKey(TaskKey);

    private static IMemoryTask ReadTask(ModelMetadata metadata)
    {
        try
        {
            return MemoryTask.Named(metadata.Json<string>(TaskKey, "a name")).Create(metadata.Json<int>(LengthKey, "a whole number"));
        }
        catch (ArgumentException problem)
        {
            throw metadata.Invalid(problem.Message.Split(" (Parameter")[0], problem);
        }
    }
}
