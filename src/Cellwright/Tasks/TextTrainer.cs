using Cellwright.Layers;
using Cellwright.Tensors;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>
/// Trains a text model by truncated back-propagation through time: windows follow one another, the state is carried from
/// each to the next, gradients stop at a window's start. A step allocates nothing.
/// </summary>
public sealed class TextTrainer : IDisposable
{
    private readonly TextModel model;
    private readonly TextTrainingOptions options;
    private readonly TextBatches batches;
    private readonly LearningRateSchedule schedule;
    private readonly Adam optimizer;
    private readonly GradientNorm norm;
    private readonly CrossEntropy loss;
    private readonly Dropout dropout;
    private readonly int[] inputs;
    private readonly int[] targets;
    private readonly AlignedBuffer embedded;
    private readonly AlignedBuffer outputs;
    private readonly AlignedBuffer embeddedGradients;
    private readonly AlignedBuffer outputGradients;
    private readonly AlignedBuffer scores;
    private LayerState state;
    private LayerState nextState;

    /// <summary>Training of a model at its first step.</summary>
    /// <param name="model">The model whose values change.</param>
    /// <param name="training">The text as symbols.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="CorpusException">The text is too short for the batch and the window.</exception>
    public TextTrainer(TextModel model, ReadOnlyMemory<int> training, TextTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        this.model = model;
        this.options = options;
        batches = new TextBatches(training, options.Batch, options.Window);
        schedule = new LearningRateSchedule(options.LearningRate, options.WarmUp, options.Decay);
        optimizer = new Adam(model.Parameters, model.Team);
        norm = new GradientNorm(model.Parameters, model.Team);
        loss = new CrossEntropy(model.Team);
        dropout = new Dropout(options.Dropout, options.Seed, "outputs", model.Team);
        int positions = checked(options.Batch * options.Window);
        inputs = new int[positions];
        targets = new int[positions];
        embedded = new AlignedBuffer((long)positions * model.EmbeddingWidth);
        outputs = new AlignedBuffer((long)positions * model.Layer.OutputWidth);
        embeddedGradients = new AlignedBuffer((long)positions * model.EmbeddingWidth);
        outputGradients = new AlignedBuffer((long)positions * model.Layer.OutputWidth);
        scores = new AlignedBuffer((long)positions * model.Head.Stride);
        state = model.Layer.CreateState(options.Batch);
        nextState = model.Layer.CreateState(options.Batch);
    }

    /// <summary>The number of steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>The characters of one step.</summary>
    public int CharactersPerStep => targets.Length;

    /// <summary>Does one step.</summary>
    /// <param name="totalSteps">The number of steps of the whole run; during the learning rate's warm-up it may still be unknown and any number.</param>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; the values are those before the step.</exception>
    public TextTrainingProgress Step(int totalSteps)
    {
        Layer layer = model.Layer;
        int window = options.Window;
        int batch = options.Batch;
        batches.Fill(Steps, inputs, targets);
        model.Embedding.Forward(inputs, embedded);
        layer.Forward(embedded.Span, window, batch, [], state, outputs.Span, nextState);
        int outputLength = targets.Length * layer.OutputWidth;
        dropout.Apply(outputs, outputLength, Steps);
        model.Head.Forward(targets.Length, outputs, scores);
        double mean = loss.MeanWithGradient(scores, targets, model.Vocabulary.Count, model.Head.Stride);
        if (!double.IsFinite(mean))
        {
            throw new NonFiniteException(Steps + 1, "the loss");
        }

        model.Head.Backward(targets.Length, outputs, scores, outputGradients);
        dropout.Apply(outputGradients, outputLength, Steps);
        layer.Backward(outputGradients.Span, null, embeddedGradients.Span, null);
        model.Embedding.Backward(inputs, embeddedGradients);

        double length = norm.Compute();
        if (!double.IsFinite(length))
        {
            throw new NonFiniteException(Steps + 1, $"the gradient of '{norm.FirstNonFinite() ?? "all parameters together"}'");
        }

        double rate = schedule.RateAt(Steps, totalSteps);
        optimizer.Update(rate, length > options.Clip ? (float)(options.Clip / length) : 1f);
        model.Load();
        (state, nextState) = (nextState, state);
        Steps++;
        return new TextTrainingProgress(Steps, totalSteps, mean, length, rate);
    }

    /// <summary>Does steps until there are as many as given.</summary>
    /// <param name="steps">The number of steps of the whole run, those already done included.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the run between two steps.</param>
    /// <exception cref="NonFiniteException">As <see cref="Step"/>.</exception>
    public void Run(int steps, Action<TextTrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        while (Steps < steps && !cancellation.IsCancellationRequested)
        {
            TextTrainingProgress step = Step(steps);
            progress?.Invoke(step);
        }
    }

    /// <summary>
    /// Turns a time into a number of steps for <see cref="Run"/>: does some first steps by the clock, at most as many as
    /// the learning rate's warm-up has, and works out how many fit. The steps are those that <see cref="Run"/> would have done, so
    /// a run of that number of steps gives the same model.
    /// </summary>
    /// <param name="budget">The time that is left, these first steps included.</param>
    /// <param name="evaluated">How many characters will be evaluated after the last step, in the same time.</param>
    /// <param name="progress">Told of every step, with 0 for the number of steps.</param>
    /// <returns>The number of steps of the whole run, at least those already done.</returns>
    public int StepsWithin(TimeSpan budget, int evaluated, Action<TextTrainingProgress>? progress = null)
    {
        StepClock clock = new(budget);
        int most = Math.Min(Steps + StepClock.MostSteps, options.WarmUp + 1);
        do
        {
            TextTrainingProgress step = Step(totalSteps: 0);
            clock.Tick();
            progress?.Invoke(step);
        }
        while (Steps < most && clock.WantsMore);

        // Evaluation has a forward pass for each character where training has that and about twice as much.
        double evaluation = evaluated / (double)CharactersPerStep * 0.5;
        return Steps + clock.StepsLeft(evaluation);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        embedded.Dispose();
        outputs.Dispose();
        embeddedGradients.Dispose();
        outputGradients.Dispose();
        scores.Dispose();
    }
}
