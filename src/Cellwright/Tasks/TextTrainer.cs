using System.Diagnostics;
using Cellwright.Files;
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
    private const string StatePrefix = "run.state.";

    private readonly TextModel model;
    private readonly TextTrainingOptions options;
    private readonly TextBatches batches;
    private readonly ParameterUpdate update;
    private readonly CrossEntropy loss;
    private readonly int[] inputs;
    private readonly int[] targets;
    private readonly AlignedBuffer outputs;
    private readonly AlignedBuffer outputGradients;
    private readonly AlignedBuffer scores;
    private readonly BernoulliMask restart;
    private readonly float[] restarts;
    private readonly LayerState initial;
    private LayerState state;
    private LayerState nextState;

    /// <summary>Training of a model at its first step.</summary>
    /// <param name="model">The model whose values change.</param>
    /// <param name="training">The text as symbols.</param>
    /// <param name="options">How to train.</param>
    /// <exception cref="CorpusException">The text is too short for the batch and the window.</exception>
    public TextTrainer(TextModel model, SymbolText training, TextTrainingOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(options);
        this.model = model;
        this.options = options;
        batches = new TextBatches(training, options.Batch, options.Window);
        update = new ParameterUpdate(model.Parameters, model.Team, options);
        loss = new CrossEntropy(model.Team);
        int positions = checked(options.Batch * options.Window);
        inputs = new int[positions];
        targets = new int[positions];
        outputs = new AlignedBuffer((long)positions * model.Layers.OutputWidth);
        outputGradients = new AlignedBuffer((long)positions * model.Layers.OutputWidth);
        scores = new AlignedBuffer((long)positions * model.Head.Stride);
        restart = new BernoulliMask(options.Restart, options.Seed, "restart");
        restarts = new float[options.Batch];
        initial = model.Layers.CreateState(options.Batch);
        state = model.Layers.CreateState(options.Batch);
        nextState = model.Layers.CreateState(options.Batch);
    }

    /// <summary>The number of steps done.</summary>
    public int Steps { get; private set; }

    /// <summary>The characters of one step.</summary>
    public int CharactersPerStep => targets.Length;

    /// <summary>The validations so far, and whether they end the training.</summary>
    internal EarlyStopping Validations => update.Validations;

    /// <summary>Told how long each part of a step takes, for those who measure; null for nobody.</summary>
    internal StageClock? Clock { get; set; }

    /// <summary>Does one step.</summary>
    /// <param name="totalSteps">The number of steps of the whole run; during the learning rate's warm-up it may still be unknown and any number.</param>
    /// <exception cref="NonFiniteException">The loss or a gradient is not finite; the values are those before the step.</exception>
    public TrainingProgress Step(int totalSteps)
    {
        model.Layers.TrainingStep = Steps;
        try
        {
            return Learn(totalSteps);
        }
        finally
        {
            model.Layers.TrainingStep = null;
        }
    }

    /// <summary>Does steps until there are as many as given.</summary>
    /// <param name="steps">The number of steps of the whole run, those already done included.</param>
    /// <param name="progress">Told of every step.</param>
    /// <param name="cancellation">Ends the run between two steps.</param>
    /// <exception cref="NonFiniteException">As <see cref="Step"/>.</exception>
    public void Run(int steps, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        while (Steps < steps && !cancellation.IsCancellationRequested)
        {
            TrainingProgress step = Step(steps);
            progress?.Invoke(step);
        }
    }

    /// <summary>
    /// Turns a time into a number of steps for <see cref="Run"/>: does some first steps by the clock, at most as many as
    /// are the same for any length of the run (those of the learning rate's warm-up, or all where it then stays), and works
    /// out how many fit. A run of that number of steps gives the same model.
    /// </summary>
    /// <param name="budget">The time that is left, these first steps included.</param>
    /// <param name="validation">The length of the validation text, whose first <see cref="TextValidationSchedule.MostCharactersAtEnd"/> characters are evaluated after the last step in the same time.</param>
    /// <param name="validateEvery">The steps between validations during the run; 0 for the default.</param>
    /// <param name="progress">Told of every step, with 0 for the number of steps.</param>
    /// <returns>The number of steps of the whole run, at least those already done.</returns>
    public int StepsWithin(TimeSpan budget, long validation, int validateEvery = 0, Action<TrainingProgress>? progress = null)
    {
        StepClock clock = new(budget);
        int most = Steps + StepClock.MostSteps;
        do
        {
            TrainingProgress step = Step(totalSteps: 0);
            clock.Tick();
            progress?.Invoke(step);
        }
        while (Steps < most && options.IsSameForAnyLength(Steps) && clock.WantsMore);

        int room = clock.StepsLeft(TextValidationSchedule.CostInSteps(Math.Min(validation, TextValidationSchedule.MostCharactersAtEnd), CharactersPerStep));
        return Steps + TextValidationSchedule.StepsWithin(room, CharactersPerStep, validation, validateEvery);
    }

    /// <summary>
    /// Lets the model have the values that it is judged by: the average where there is one, until what this gives is disposed.
    /// </summary>
    public IDisposable UseAverage() => new AverageInUse(SwapAverage);

    /// <summary>Takes note of the validation after the last step, which the learning rate and the end of the training may follow.</summary>
    /// <param name="loss">The loss in nats a character.</param>
    public void Note(double loss) => update.Note(Steps, loss);

    /// <inheritdoc/>
    public void Dispose()
    {
        outputs.Dispose();
        outputGradients.Dispose();
        scores.Dispose();
    }

    /// <summary>
    /// Adds what the next step depends on beside the model: the step, which the data's position, the learning rate and what
    /// is dropped follow from, the optimizer and the carried state.
    /// </summary>
    internal void AddTo(SafetensorsWriter checkpoint)
    {
        checkpoint.Add(TrainingRun.StepName, [], new long[] { Steps });
        update.AddTo(checkpoint);
        foreach (string name in state.Names)
        {
            float[] values = state[name].ToArray();
            checkpoint.Add(StatePrefix + name, [options.Batch, values.Length / options.Batch], values);
        }
    }

    /// <summary>Goes to where a checkpoint was written; the model is the one in it.</summary>
    /// <exception cref="InvalidFileException">The checkpoint is of another training.</exception>
    internal void ReadFrom(SafetensorsFile checkpoint)
    {
        Steps = TrainingRun.StepOf(checkpoint);
        update.ReadFrom(checkpoint);
        foreach (string name in state.Names)
        {
            checkpoint.ReadSingles(StatePrefix + name, state[name]);
        }
    }

    /// <summary>Makes sure that what a checkpoint would hold is good to go on from.</summary>
    /// <exception cref="NonFiniteException">A value or a state is not finite.</exception>
    internal void CheckFinite()
    {
        if (FirstNonFinite() is { } first)
        {
            throw new NonFiniteException(Steps, first);
        }
    }

    private void Restart()
    {
        if (restart.IsEmpty)
        {
            return;
        }

        restart.Fill(restarts, Steps, firstElement: 0, chosen: 1f, others: 0f);
        model.Layers.WriteInitialState(initial);
        state.CopyRows(initial, restarts);
    }

    private TrainingProgress Learn(int totalSteps)
    {
        long started = Clock is null ? 0 : Stopwatch.GetTimestamp();
        batches.Fill(Steps, inputs, targets);
        Restart();
        started = Passed("data", started);
        model.Embedding.Forward(model.Layers, inputs, options.Window, options.Batch, state, outputs, nextState);
        started = Passed("layers forward", started);
        model.Head.Forward(targets.Length, outputs, scores);
        started = Passed("head forward", started);
        double mean = loss.MeanWithGradient(scores, targets, model.Vocabulary.Count, model.Head.Stride);
        started = Passed("softmax and cross-entropy", started);
        if (!double.IsFinite(mean))
        {
            string? first = FirstNonFinite() ?? NonFiniteSignal.First(model, inputs, options.Window, options.Batch, state, Steps);
            throw new NonFiniteException(Steps + 1, first is null ? "the loss" : $"the loss (first of all {first})");
        }

        model.Head.Backward(targets.Length, outputs, scores, outputGradients);
        started = Passed("head backward", started);
        model.Embedding.Backward(model.Layers, inputs, outputGradients, add: model.Design.Tied);
        started = Passed("layers backward", started);
        (double length, double rate) = update.Apply(Steps, totalSteps);
        started = Passed("update", started);
        model.Load();
        Passed("taking over values", started);
        (state, nextState) = (nextState, state);
        Steps++;
        return new TrainingProgress(Steps, totalSteps, mean, length, rate);
    }

    private long Passed(string part, long started)
    {
        if (Clock is null)
        {
            return 0;
        }

        Clock.Add(part, started);
        return Stopwatch.GetTimestamp();
    }

    private void SwapAverage()
    {
        if (update.HasAverage)
        {
            update.SwapAverage();
            model.Load();
        }
    }

    private string? FirstNonFinite() => NonFiniteValue.First(model.Parameters.Parameters, state);
}
