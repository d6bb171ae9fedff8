using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Layers;
using Cellwright.Studio.Gradients;
using Cellwright.Studio.Models;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Studio.Training;

/// <summary>A text model in training.</summary>
internal sealed class TextRunner : RaceRunner
{
    private const int LookLength = 100;
    private const int LookBatch = 4;
    private const int WrittenCharacters = 120;

    private readonly string text;
    private readonly int[] symbols;
    private readonly ulong seed;
    private readonly TextTrainer trainer;
    private readonly TraceRecorder recorder;
    private TextModel? model;

    /// <summary>A model at its first step.</summary>
    /// <exception cref="CorpusException">The text is too short.</exception>
    public TextRunner(Cell cell, IReadOnlyDictionary<string, int> sizes, string text, TextTrainingOptions options)
    {
        (Name, this.text, seed) = (cell.Name, text, options.Seed);
        CharacterVocabulary vocabulary = CharacterVocabulary.Of(text);
        symbols = vocabulary.Encode(text);
        model = TextModel.Create(cell, sizes, vocabulary, seed, threads: 1);
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

    /// <inheritdoc/>
    public override string Name { get; }

    /// <summary>Bits a character.</summary>
    protected override double LossUnit => Math.Log(2);

    /// <inheritdoc/>
    public override TrainingEndpoint.TrainingView Look()
    {
        int length = Math.Min(LookLength, symbols.Length);
        float[] x = TextInput.Of(model!, symbols, length, LookBatch);
        GradientFlow flow = new GradientProbe { Length = length, Batch = LookBatch }.Measure(model!.Layers, x);
        Trace trace = recorder.Record(x, length, LookBatch);
        using TextSession session = new(model, text[..Math.Min(1, text.Length)]);
        string written = string.Concat(session.Write(WrittenCharacters).Select(character => character.ToString()));
        return new TrainingEndpoint.TrainingView(StateFlow.Of(flow), [.. trace.Signals.Select(GateView.Of)], written, null, null);
    }

    /// <inheritdoc/>
    public override OpenModel Take(string name)
    {
        OpenTextModel taken = new(name, model!, text, seed);
        model = null;
        return taken;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        recorder.Dispose();
        trainer.Dispose();
        model?.Dispose();
    }

    /// <inheritdoc/>
    protected override TrainingProgress Advance() => trainer.Step(totalSteps: 0);
}
