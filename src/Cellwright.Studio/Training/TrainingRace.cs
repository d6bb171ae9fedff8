using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Layers;
using Cellwright.Randomness;
using Cellwright.Studio.Cells;
using Cellwright.Studio.Gradients;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Studio.Training;

/// <summary>Models of different cells trained in turns, step by step, on the same windows of one text.</summary>
internal sealed class TrainingRace : IDisposable
{
    private const int Input = 16;
    private const int Batch = 8;
    private const int LookLength = 100;
    private const int LookBatch = 4;
    private const int Bins = 24;

    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(120);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(900);

    private readonly List<Runner> runners = [];
    private readonly string text;

    /// <summary>Prepares the models.</summary>
    /// <exception cref="CorpusException">The text is too short.</exception>
    /// <exception cref="RefusedException">A cell has several inputs, or the sizes do not fit.</exception>
    public TrainingRace(IReadOnlyList<Cell> cells, TrainingEndpoint.TrainingRequest request)
    {
        text = request.Text!;
        if (request.Window is < 4 or > 256 || request.LearningRate is not (> 0 and <= 1))
        {
            throw new RefusedException(400, "a window has 4 to 256 characters, and a learning rate is above 0 and at most 1");
        }

        CharacterVocabulary vocabulary = CharacterVocabulary.Of(text);
        int[] symbols = vocabulary.Encode(text);
        TextTrainingOptions options = new() { Batch = Batch, Window = request.Window, LearningRate = request.LearningRate, Decay = LearningRateDecay.Constant, WarmUp = 10, Seed = request.Seed };
        try
        {
            foreach (Cell cell in cells)
            {
                if (cell.Graph.Inputs.Count != 1)
                {
                    throw new RefusedException(400, $"the cell '{cell.Name}' has {cell.Graph.Inputs.Count} inputs, and a text gives one");
                }

                Dictionary<string, int> sizes = CellText.Sizes(cell, Input, request.Hidden, StudioLimits.TrainingHidden);
                runners.Add(new Runner(cell.Name, TextModel.Create(cell, sizes, vocabulary, request.Seed, threads: 1), symbols, options));
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Trains, and reports about eight times a second.</summary>
    /// <param name="time">How long.</param>
    /// <param name="finished">Ends it early; what was learned is kept.</param>
    /// <param name="gone">Ends it at once.</param>
    public async IAsyncEnumerable<TrainingEndpoint.TrainingReport> Run(TimeSpan time, CancellationToken finished, [EnumeratorCancellation] CancellationToken gone)
    {
        Stopwatch clock = Stopwatch.StartNew();
        TimeSpan nextLook = TimeSpan.Zero;
        string? problem = null;
        while (problem is null && clock.Elapsed < time && !finished.IsCancellationRequested)
        {
            bool looks = clock.Elapsed >= nextLook;
            nextLook = looks ? clock.Elapsed + LookEvery : nextLook;
            (TrainingEndpoint.TrainingReport report, problem) = await Task.Run(() => Advance(clock, looks, gone), gone).ConfigureAwait(false);
            yield return report;
        }
    }

    /// <summary>Gives the models away, with their names.</summary>
    public IReadOnlyList<(string Name, TextModel Model)> Take() => [.. runners.Select(runner => (runner.Name, runner.Take()))];

    /// <inheritdoc/>
    public void Dispose() => runners.ForEach(runner => runner.Dispose());

    private (TrainingEndpoint.TrainingReport Report, string? Problem) Advance(Stopwatch clock, bool looks, CancellationToken gone)
    {
        TimeSpan end = clock.Elapsed + ReportEvery;
        string? problem = null;
        try
        {
            do
            {
                gone.ThrowIfCancellationRequested();
                runners.ForEach(runner => runner.Step());
            }
            while (clock.Elapsed < end);
        }
        catch (NonFiniteException nonFinite)
        {
            problem = nonFinite.Message;
        }

        TrainingEndpoint.TrainingReport report = new(
            runners[0].Steps,
            Math.Round(clock.Elapsed.TotalSeconds, 2),
            [.. runners.Select(runner => runner.TakeLoss())],
            [.. runners.Select(runner => runner.Norm)],
            looks ? [.. runners.Select(runner => runner.Look(text))] : null,
            null,
            problem);
        return (report, problem);
    }

    private sealed class Runner : IDisposable
    {
        private readonly TextTrainer trainer;
        private readonly TraceRecorder recorder;
        private readonly int[] symbols;
        private TextModel? model;
        private double loss;
        private int counted;

        public Runner(string name, TextModel model, int[] symbols, TextTrainingOptions options)
        {
            Name = name;
            this.model = model;
            this.symbols = symbols;
            try
            {
                trainer = new TextTrainer(model, symbols, options);
            }
            catch
            {
                model.Dispose();
                throw;
            }

            recorder = new TraceRecorder((Layer)model.Layers.Layers[0]);
        }

        public string Name { get; }

        public int Steps => trainer.Steps;

        public double Norm { get; private set; }

        public void Step()
        {
            TrainingProgress progress = trainer.Step(totalSteps: 0);
            loss += progress.Loss;
            counted++;
            Norm = double.IsFinite(progress.GradientNorm) ? progress.GradientNorm : 0;
        }

        /// <summary>The mean loss since it was last asked for, in bits a character.</summary>
        public double TakeLoss()
        {
            double mean = counted == 0 ? 0 : loss / counted / Math.Log(2);
            (loss, counted) = (0, 0);
            return mean;
        }

        public TrainingEndpoint.TrainingView Look(string text)
        {
            int length = Math.Min(LookLength, symbols.Length);
            float[] x = TextInput.Of(model!, symbols, length, LookBatch);
            float[] dy = new float[LookBatch * model!.Layers.OutputWidth];
            new RandomStream(1, "look direction").FillNormal(dy, step: 0);
            GradientFlow flow = model.Layers.GradientFlow(x, length, LookBatch, dy);
            Inspection.Trace trace = recorder.Record(x, length, LookBatch);
            using TextSession session = new(model, text[..Math.Min(1, text.Length)]);
            return new TrainingEndpoint.TrainingView(
                StateFlow.Of(flow),
                [.. trace.Signals.Select(Histogram)],
                string.Concat(session.Write(120).Select(character => character.ToString())));
        }

        public TextModel Take()
        {
            TextModel taken = model!;
            model = null;
            return taken;
        }

        public void Dispose()
        {
            recorder.Dispose();
            trainer.Dispose();
            model?.Dispose();
        }

        // Gates lie from 0 to 1, what is squashed from −1 to 1; anything wider is cut to the widest value.
        private static TrainingEndpoint.GateView Histogram(SignalTrace signal)
        {
            float least = 0;
            float most = 1;
            foreach (float value in signal.Values.Span)
            {
                least = Math.Min(least, value);
                most = Math.Max(most, value);
            }

            double bound = Math.Max(1, Math.Ceiling(Math.Max(-least, most)));
            (double low, double high) = (least < 0 ? -bound : 0, bound);
            double[] shares = new double[Bins];
            foreach (float value in signal.Values.Span)
            {
                int bin = (int)((value - low) / (high - low) * Bins);
                shares[Math.Clamp(bin, 0, Bins - 1)] += 1.0 / signal.Values.Length;
            }

            return new TrainingEndpoint.GateView(signal.Name, low, high, [.. shares.Select(share => Math.Round(share, 4))]);
        }
    }
}
