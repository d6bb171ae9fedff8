using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Kernels;
using Cellwright.Layers;
using Cellwright.Tensors;
using Cellwright.Training;

namespace Cellwright.Tasks.Memory;

/// <summary>Recurrent layers with a linear head that answers a memory task. It is used by one thread at a time.</summary>
public sealed class MemoryModel : IDisposable
{
    private readonly AlignedBuffer outputs = new();
    private readonly AlignedBuffer outputGradients = new();
    private readonly AlignedBuffer scores = new();

    /// <summary>A model of given layers, with the values that they have, and a head drawn from a seed.</summary>
    /// <param name="layers">The layers, which are the model's from now on and disposed with it.</param>
    /// <param name="task">The task.</param>
    /// <param name="seed">The seed of the head.</param>
    /// <exception cref="ArgumentException">The layers read other than the task's <see cref="IMemoryTask.InputWidth"/> numbers a step.</exception>
    public MemoryModel(LayerStack layers, IMemoryTask task, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(task);
        if (layers.InputWidth != task.InputWidth)
        {
            throw new ArgumentException(FormattableString.Invariant($"the layers read {layers.InputWidth} numbers a step where the task '{task.Name}' gives {task.InputWidth}"), nameof(layers));
        }

        (Layers, Task) = (layers, task);
        Team = WorkerTeam.Default(layers.Threads);
        Head = new LinearOutput(layers.OutputWidth, task.OutputWidth, Team);
        Head.Initialize(seed);
        Head.Load();
        Parameters = new ParameterSet([.. layers.Parameters, Head.Weights, Head.Bias]);
    }

    /// <summary>The recurrent layers.</summary>
    public LayerStack Layers { get; }

    /// <summary>The task.</summary>
    public IMemoryTask Task { get; }

    /// <summary>How many numbers training changes.</summary>
    public long ParameterCount => Parameters.Elements;

    internal WorkerTeam Team { get; }

    internal LinearOutput Head { get; }

    internal ParameterSet Parameters { get; }

    /// <summary>A model of one cell, in one layer or several, drawn from a seed as the cell says.</summary>
    /// <param name="cell">The cell, with one input.</param>
    /// <param name="sizes">A value for each size that it names; <c>input</c> is found from the task and the layer below.</param>
    /// <param name="task">The task.</param>
    /// <param name="seed">The seed of all first values.</param>
    /// <param name="layers">How many layers. Default: 1.</param>
    /// <param name="threads">How many threads share a batch; 0 for one per processor. No result depends on it.</param>
    /// <param name="regularization">Zoneout and weight drop of each layer; null for none.</param>
    /// <exception cref="ArgumentException">The sizes do not fit, or the cell has several inputs.</exception>
    public static MemoryModel Create(
        Cell cell, IReadOnlyDictionary<string, int> sizes, IMemoryTask task, ulong seed, int layers = 1, int threads = 0, LayerRegularization? regularization = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(task);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(layers);
        if (cell.Graph.Inputs.Count != 1)
        {
            throw new ArgumentException(FormattableString.Invariant($"the cell '{cell.Name}' has {cell.Graph.Inputs.Count} inputs, and a memory task gives one"), nameof(cell));
        }

        List<SequenceLayer> built = [];
        try
        {
            for (int i = 0; i < layers; i++)
            {
                int input = i == 0 ? task.InputWidth : built[^1].OutputWidth;
                built.Add(new Layer(cell, new Dictionary<string, int>(sizes) { ["input"] = input }, threads, regularization: regularization));
            }

            LayerStack stack = new(built);
            stack.Initialize(seed);
            return new MemoryModel(stack, task, seed);
        }
        catch
        {
            built.ForEach(layer => layer.Dispose());
            throw;
        }
    }

    /// <summary>Writes layers, head and task to one file, whole or not at all. It can also be opened as a <see cref="LayerStack"/>.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => MemoryModelFile.Save(path, this);

    /// <summary>Reads a model that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="threads">How many threads share a batch; 0 for one per processor.</param>
    /// <exception cref="InvalidFileException">There is no such file, or it is no such model.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MemoryModel Open(string path, int threads = 0) => MemoryModelFile.Open(path, threads);

    /// <summary>Whether a safetensors file holds such a model, rather than layers alone or something else.</summary>
    /// <exception cref="InvalidFileException">There is no such file, or it is no safetensors file.</exception>
    public static bool IsIn(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return MemoryModelFile.IsIn(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        outputs.Dispose();
        outputGradients.Dispose();
        scores.Dispose();
        Head.Dispose();
        Layers.Dispose();
    }

    /// <summary>Prepares everything derived from the values; to be called after they have changed.</summary>
    internal void Load()
    {
        Layers.Load();
        Head.Load();
    }

    /// <summary>Answers a batch.</summary>
    /// <returns>The scores, [T, B, <see cref="LinearOutput.Stride"/> of the head].</returns>
    internal AlignedBuffer Forward(MemoryBatch batch)
    {
        int positions = batch.Steps * batch.Sequences;
        int length = positions * Layers.OutputWidth;
        outputs.Reserve(length);
        scores.Reserve((long)positions * Head.Stride);
        Layers.Forward(batch.Inputs, batch.Steps, batch.Sequences, batch.Lengths, initial: null, outputs.Span[..length], final: null);
        Head.Forward(positions, outputs, scores);
        return scores;
    }

    /// <summary>The gradients of all parameters, after <see cref="Forward"/> and with the scores turned into their gradient.</summary>
    internal void Backward(MemoryBatch batch)
    {
        int positions = batch.Steps * batch.Sequences;
        int length = positions * Layers.OutputWidth;
        outputGradients.Reserve(length);
        Head.Backward(positions, outputs, scores, outputGradients);
        Layers.Backward(outputGradients.Span[..length], dFinal: null, [], dInitial: null);
    }
}
