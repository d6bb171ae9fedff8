using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Tensors;
using Cellwright.Training;

namespace Cellwright.Tasks.Memory;

/// <summary>
/// Trains a model on a memory task, by full back-propagation through time over sequences that are new in every step. A
/// step allocates nothing.
/// </summary>
/// <example><code>
/// IMemoryTask task = MemoryTask.Named("adding").Create(100);
/// using MemoryModel model = MemoryModel.Create(Cell.Named("lstm"), new Dictionary&lt;string, int&gt; { ["hidden"] = 64 }, task, seed: 1);
/// MemoryTrainer trainer = new(model, new MemoryTrainingOptions());
/// while (!task.IsSolved(trainer.Validate())) { for (int i = 0; i &lt; 100; i++) trainer.Step(); }
/// </code></example>
public sealed class MemoryTrainer
{
    private readonly MemoryModel model;
    private readonly MemoryTrainingOptions options;
    private readonly MemoryBatch batch;
    private readonly ParameterUpdate update;
    private readonly CrossEntropy? classes;
    private readonly SequenceLoss? values;
    private readonly RandomStream training;
    private readonly RandomStream validation;
    private readonly RandomStream test;
    private readonly (Parameter Parameter, float Bound)[] bounds;

    /// <summary>Training of a model at its first step.</summary>
    /// <param name="model">The model whose values change.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="ArgumentException">An option has no meaning, or the layers have no parameter that is to be bounded.</exception>
    public MemoryTrainer(MemoryModel model, MemoryTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        this.model = model;
        this.options = options;
        update = new ParameterUpdate(model.Parameters, model.Team, options);
        batch = new MemoryBatch(model.Task, options.Batch);
        classes = model.Task.Targets == MemoryTargets.Classes ? new CrossEntropy(model.Team) : null;
        values = model.Task.Targets switch
        {
            MemoryTargets.Values => new SquaredError(model.Team),
            MemoryTargets.Sets => new LogisticError(model.Team),
            _ => null,
        };
        string purpose = "memory/" + model.Task.Name + "/";
        training = new RandomStream(options.Seed, purpose + "training");
        validation = new RandomStream(options.Seed, purpose + "validation");
        test = new RandomStream(options.Seed, purpose + "test");
        bounds = [.. options.Bounds.SelectMany(bound => Bounded(bound.Key, (float)bound.Value))];
        Bound();
    }

    /// <summary>The steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>The sequences that were trained on.</summary>
    public long Sequences => (long)Steps * options.Batch;

    /// <summary>Does one step, on sequences that no other step has.</summary>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; the values are those before the step.</exception>
    public TrainingProgress Step()
    {
        double loss;
        model.Layers.TrainingStep = Steps;
        try
        {
            loss = Gradients();
        }
        finally
        {
            model.Layers.TrainingStep = null;
        }

        (double norm, double rate) = update.Apply(Steps, options.Steps);
        Bound();
        model.Load();
        Steps++;
        return new TrainingProgress(Steps, options.Steps, loss, norm, rate);
    }

    /// <summary>Scores the model on the <see cref="MemoryTrainingOptions.ValidationSequences"/>, the same each time.</summary>
    public MemoryScore Validate() => Score(validation, options.ValidationSequences);

    /// <summary>Scores the model on the <see cref="MemoryTrainingOptions.TestSequences"/>, which are neither trained on nor validated.</summary>
    public MemoryScore Test() => Score(test, options.TestSequences);

    /// <summary>
    /// With aⁿbⁿcⁿ, the largest n up to which the sequence of every n is right; 0 where that of n = 1 is not.
    /// </summary>
    /// <param name="most">The n that it stops at.</param>
    /// <exception cref="InvalidOperationException">The task is another one.</exception>
    public int LargestRightCount(int most)
    {
        if (model.Task is not CountingTask)
        {
            throw new InvalidOperationException($"the task '{model.Task.Name}' counts nothing");
        }

        const int Lanes = 16;
        for (int first = 1; first <= most; first += Lanes)
        {
            MemoryBatch counts = new(new CountingTask(first + Lanes - 1), Lanes);
            counts.Clear();
            for (int lane = 0; lane < Lanes; lane++)
            {
                counts.SetLength(lane, CountingTask.Write(first + lane, counts, lane));
            }

            AlignedBuffer scores = model.Forward(counts);
            for (int lane = 0; lane < Lanes; lane++)
            {
                if (!Judge(counts, lane, scores, out _, out _))
                {
                    return first + lane - 1;
                }
            }
        }

        return most;
    }

    /// <summary>The loss of the next step's batch, with the gradient of every parameter by it; nothing else changes.</summary>
    internal double Gradients()
    {
        batch.Fill(training, (ulong)Sequences);
        AlignedBuffer scores = model.Forward(batch);
        double loss = classes is not null
            ? classes.MeanWithGradient(scores, batch.ClassMemory, model.Task.OutputWidth, model.Head.Stride)
            : values!.MeanWithGradient(scores, batch.ValueMemory, batch.Steps, batch.Sequences, batch.LengthMemory, model.Task.OutputWidth, model.Head.Stride);
        if (!double.IsFinite(loss))
        {
            throw new NonFiniteException(Steps + 1, NonFiniteValue.First(model.Parameters.Parameters, state: null) is { } first ? $"the loss (first of all {first})" : "the loss");
        }

        model.Backward(batch);
        return loss;
    }

    private MemoryScore Score(RandomStream stream, int sequences)
    {
        double loss = 0.0;
        long elements = 0;
        int right = 0;
        long steps = 0;
        long rightSteps = 0;
        for (int first = 0; first < sequences; first += options.Batch)
        {
            batch.Fill(stream, (ulong)first);
            int counted = Math.Min(options.Batch, sequences - first);
            for (int lane = counted; lane < options.Batch; lane++)
            {
                batch.Drop(lane);
            }

            AlignedBuffer scores = model.Forward(batch);
            for (int lane = 0; lane < counted; lane++)
            {
                right += Judge(batch, lane, scores, out int judged, out int rightHere) ? 1 : 0;
                steps += judged;
                rightSteps += rightHere;
            }

            (double sum, long count) = Losses(scores);
            loss += sum;
            elements += count;
        }

        return new MemoryScore(sequences, loss / Math.Max(elements, 1), (double)right / sequences, (double)rightSteps / Math.Max(steps, 1));
    }

    // The summed loss of the batch; the scores may be overwritten.
    private (double Sum, long Count) Losses(AlignedBuffer scores)
    {
        if (values is not null)
        {
            int width = model.Task.OutputWidth;
            return (values.Sum(scores, batch.ValueMemory, batch.Steps, batch.Sequences, batch.LengthMemory, width, model.Head.Stride),
                values.Elements(batch.ValueMemory.Span, batch.Steps, batch.Sequences, batch.Lengths, width));
        }

        long real = 0;
        foreach (int symbol in batch.Classes)
        {
            real += symbol >= 0 ? 1 : 0;
        }

        return (classes!.Sum(scores, batch.ClassMemory, model.Task.OutputWidth, model.Head.Stride), real);
    }

    private bool Judge(MemoryBatch of, int lane, AlignedBuffer scores, out int judged, out int right)
    {
        (judged, right) = (0, 0);
        for (int step = 0; step < of.Lengths[lane]; step++)
        {
            int row = ((step * of.Sequences) + lane) * model.Head.Stride;
            if (of.Judge(step, lane, scores.Span.Slice(row, model.Task.OutputWidth)) is { } isRight)
            {
                judged++;
                right += isRight ? 1 : 0;
            }
        }

        return judged == right;
    }

    private void Bound()
    {
        foreach ((Parameter parameter, float bound) in bounds)
        {
            foreach (ref float value in parameter.Values)
            {
                value = Math.Clamp(value, -bound, bound);
            }
        }
    }

    private (Parameter, float)[] Bounded(string name, float bound)
    {
        (Parameter, float)[] found = [.. model.Layers.Parameters.Where(parameter => parameter.Name.EndsWith("." + name, StringComparison.Ordinal)).Select(parameter => (parameter, bound))];
        return found.Length > 0 ? found : throw new ArgumentException($"the layers have no parameter '{name}' to bound; there are {string.Join(", ", model.Layers.Parameters.Select(parameter => parameter.Name))}");
    }
}
