using Cellwright.Layers;
using Cellwright.Tensors;
using Cellwright.Training;

namespace Cellwright.Tasks;

/// <summary>
/// Dynamic evaluation (Krause, Kahembwe, Murray and Renals, 2018): a model predicts a window of a text, then learns from it,
/// then predicts the next. Every character is predicted before anything is learnt from it. What adapts is a copy: the
/// given model stays as it is.
/// </summary>
public sealed class DynamicEvaluation : IDisposable
{
    private const int Places = 20;
    private const int WindowsOfPlace = 100;

    private readonly TextModel model;
    private readonly DynamicEvaluationOptions options;
    private readonly CrossEntropy loss;
    private readonly Adaptation adaptation;
    private readonly int[] read;
    private readonly int[] inputs;
    private readonly int[] targets;
    private readonly AlignedBuffer outputs;
    private readonly AlignedBuffer outputGradients;
    private readonly AlignedBuffer scores;
    private LayerState state;
    private LayerState nextState;

    /// <summary>Prepares a copy of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How it adapts.</param>
    /// <param name="training">
    /// With <see cref="DynamicRule.Rms"/>, text that the model was trained on, as symbols: the squares of gradients are
    /// averaged over 100 windows from each of 20 places of it, or as many as there are. Else null.
    /// </param>
    /// <exception cref="ArgumentException">An option has no meaning, or the text is there where the rule needs none, or the other way round.</exception>
    /// <exception cref="CorpusException">The text has no window and a character more.</exception>
    public DynamicEvaluation(TextModel model, DynamicEvaluationOptions? options = null, SymbolText? training = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.options = options ??= new DynamicEvaluationOptions();
        if (options.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(options));
        }

        if (options.Rule == DynamicRule.Rms != (training is not null))
        {
            throw new ArgumentException("the rms rule takes text that the model was trained on, and the sgd rule none", nameof(training));
        }

        this.model = model.Copy();
        loss = new CrossEntropy(this.model.Team);
        read = new int[options.Window + 1];
        inputs = new int[options.Window];
        targets = new int[options.Window];
        outputs = new AlignedBuffer((long)options.Window * model.Layers.OutputWidth);
        outputGradients = new AlignedBuffer((long)options.Window * model.Layers.OutputWidth);
        scores = new AlignedBuffer((long)options.Window * model.Head.Stride);
        state = model.Layers.CreateState(1);
        nextState = model.Layers.CreateState(1);
        adaptation = new Adaptation(this.model.Parameters, this.model.Team, options.Decay, training is null ? null : MeanSquares(training));
    }

    /// <summary>Predicts every character of a text but the first, and adapts on the way, from the trained values on. It is read in one stream.</summary>
    /// <exception cref="CorpusException">The text has fewer than two characters.</exception>
    /// <exception cref="NonFiniteException">What the model learnt has no finite loss; the learning rate is too high.</exception>
    public TextEvaluation Of(SymbolText symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        long predicted = symbols.Length - 1;
        if (predicted < 1)
        {
            throw new CorpusException("a text of fewer than two characters has nothing to predict; give a longer text");
        }

        adaptation.Restore();
        model.Load();
        model.Layers.WriteInitialState(state);
        double total = 0.0;
        for (long position = 0; position < predicted; position += options.Window)
        {
            int length = (int)Math.Min(options.Window, predicted - position);
            double mean = Learn(symbols, position, length);
            if (!double.IsFinite(mean))
            {
                throw new NonFiniteException((int)Math.Min(int.MaxValue, (position / options.Window) + 1), "the loss of dynamic evaluation");
            }

            total += mean * length;
            adaptation.Update(options.LearningRate);
            model.Load();
        }

        return new TextEvaluation(total / predicted, predicted, 1);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        model.Dispose();
        outputs.Dispose();
        outputGradients.Dispose();
        scores.Dispose();
    }

    // The mean loss of a window, its gradients, and the state behind it.
    private double Learn(SymbolText symbols, long position, int length)
    {
        symbols.Read(position, read.AsSpan(0, length + 1));
        read.AsSpan(0, length).CopyTo(inputs);
        read.AsSpan(1, length).CopyTo(targets);
        model.Embedding.Forward(model.Layers, inputs.AsMemory(0, length), length, 1, state, outputs, nextState);
        model.Head.Forward(length, outputs, scores);
        double mean = loss.MeanWithGradient(scores, targets.AsMemory(0, length), model.Vocabulary.Count, model.Head.Stride);
        model.Head.Backward(length, outputs, scores, outputGradients);
        model.Embedding.Backward(model.Layers, inputs.AsMemory(0, length), outputGradients, add: model.Design.Tied);
        (state, nextState) = (nextState, state);
        return mean;
    }

    private List<double[]> MeanSquares(SymbolText training)
    {
        long windows = (training.Length - 1) / options.Window;
        if (windows < 1)
        {
            throw new CorpusException(FormattableString.Invariant(
                $"the training text has {training.Length} characters where a window of {options.Window} and one more are the least; give a longer text"));
        }

        List<double[]> squares = [.. model.Parameters.Parameters.Select(parameter => new double[parameter.Values.Length])];
        int places = (int)Math.Min(Places, windows);
        int each = (int)Math.Min(WindowsOfPlace, windows / places);
        for (int place = 0; place < places; place++)
        {
            model.Layers.WriteInitialState(state);
            long first = windows * place / places;
            for (int window = 0; window < each; window++)
            {
                Learn(training, (first + window) * options.Window, options.Window);
                AddSquares(squares);
            }
        }

        foreach (double[] sums in squares)
        {
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] /= places * (long)each;
            }
        }

        return squares;
    }

    private void AddSquares(List<double[]> squares)
    {
        for (int parameter = 0; parameter < squares.Count; parameter++)
        {
            ReadOnlySpan<float> gradient = model.Parameters.Parameters[parameter].Gradient;
            Span<double> sums = squares[parameter];
            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += (double)gradient[i] * gradient[i];
            }
        }
    }
}
