using Cellwright.Files;
using Cellwright.Kernels;

namespace Cellwright.Training;

/// <summary>
/// What changes parameters by their gradients. Every element is changed by itself with correctly rounded operations, so
/// the result does not depend on threads or vector width. An update allocates nothing.
/// </summary>
public abstract class Optimizer
{
    private const string UpdatesName = "optimizer.updates";

    private readonly ParameterSet parameters;
    private readonly WorkerTeam team;
    private readonly Action<int> work;
    private readonly List<OptimizerBuffer> buffers = [];

    /// <summary>An optimizer at its first step.</summary>
    private protected Optimizer(ParameterSet parameters, WorkerTeam team)
    {
        this.parameters = parameters;
        this.team = team;
        work = Work;
    }

    /// <summary>The number of updates so far.</summary>
    public int Updates { get; private set; }

    /// <summary>
    /// All that an optimizer carries from update to update beside <see cref="Updates"/>: as many floats as each
    /// parameter has, by name. A checkpoint writes them, and reads into them before <see cref="Resume"/>.
    /// </summary>
    internal IReadOnlyList<OptimizerBuffer> Buffers => buffers;

    /// <summary>Changes the values of all parameters by one update. What is derived from them has to be loaded again (<see cref="Layers.SequenceLayer.Load"/>).</summary>
    /// <param name="learningRate">The rate of this update.</param>
    /// <param name="scale">What each gradient is multiplied by first: less than 1 where the norm is clipped.</param>
    public void Update(double learningRate, float scale = 1f)
    {
        Updates++;
        Begin(learningRate, scale);
        team.Run(work);
    }

    /// <summary>Goes on as after a number of updates, with the buffers as they were then.</summary>
    /// <param name="updates">The updates done.</param>
    internal void Resume(int updates)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(updates);
        Updates = updates;
        Resumed();
    }

    /// <summary>Adds what the next update depends on to a checkpoint. The values are read when it is written.</summary>
    public void AddTo(SafetensorsWriter checkpoint) => OptimizerBuffer.Add(checkpoint, UpdatesName, Updates, buffers);

    /// <summary>Goes back to where a checkpoint was written.</summary>
    /// <exception cref="InvalidFileException">The checkpoint is of another optimizer or of other parameters.</exception>
    public void ReadFrom(SafetensorsFile checkpoint) => Resume(OptimizerBuffer.Read(checkpoint, UpdatesName, buffers));

    /// <summary>Works out what all elements of one update share.</summary>
    private protected abstract void Begin(double learningRate, float scale);

    /// <summary>Changes some elements of one parameter.</summary>
    /// <param name="parameter">The index of the parameter.</param>
    /// <param name="start">The first element.</param>
    /// <param name="values">The values.</param>
    /// <param name="gradients">Their gradients.</param>
    private protected abstract void Change(int parameter, int start, Span<float> values, ReadOnlySpan<float> gradients);

    /// <summary>Works out again what follows from the number of updates.</summary>
    private protected virtual void Resumed()
    {
    }

    /// <summary>Whether weight decay leaves a parameter alone.</summary>
    private protected bool IsBias(int parameter) => parameters.Parameters[parameter].IsBias;

    /// <summary>Adds a buffer for each parameter, filled with 0.</summary>
    private protected float[][] AddBuffers(string name)
    {
        float[][] added = [.. parameters.Parameters.Select(parameter => new float[parameter.Rows * parameter.Columns])];
        buffers.AddRange(added.Select((values, parameter) => new OptimizerBuffer(name, parameter, values)));
        return added;
    }

    private void Work(int worker)
    {
        ReadOnlySpan<(int Parameter, int Start, int Length)> blocks = parameters.Blocks[parameters.Share(worker, team.Count)];
        foreach ((int parameter, int start, int length) in blocks)
        {
            Change(
                parameter,
                start,
                parameters.Parameters[parameter].Values.Slice(start, length),
                parameters.Parameters[parameter].Gradient.Slice(start, length));
        }
    }
}
