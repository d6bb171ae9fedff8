using System.Globalization;
using System.Text;
using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Tasks;

namespace Cellwright.Studio.Models;

/// <summary>A text model.</summary>
/// <param name="name">What people call it.</param>
/// <param name="model">The model, which is disposed with this.</param>
/// <param name="text">A text of its kind; null for one that it writes itself.</param>
/// <param name="seed">The seed its first values were drawn from, where that is known.</param>
internal sealed class OpenTextModel(string name, TextModel model, string? text = null, ulong seed = 1) : OpenModel(name)
{
    private const int Batch = 4;

    private string? text = text;

    /// <summary>The model.</summary>
    public TextModel Model { get; } = model;

    /// <inheritdoc/>
    public override ModelKind Kind => ModelKind.Text;

    /// <inheritdoc/>
    public override Cell Cell => Model.Design.Cells[0];

    /// <inheritdoc/>
    public override string About { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(", ", model.Design.Cells.Select(cell => cell.Name))}; hidden {model.Sizes["hidden"]}, {model.ParameterCount:N0} parameters, {model.Vocabulary.Count} {model.Vocabulary.Unit}s");

    /// <inheritdoc/>
    public override string Characters => string.Concat(Enumerable.Range(0, Model.Vocabulary.Count).Select(symbol => Model.Vocabulary.Name(symbol)));

    /// <inheritdoc/>
    public override GradientFlow Flow(int length, bool isTrained)
    {
        int[] symbols = Model.Vocabulary.Encode(text ??= Written());
        int steps = Math.Min(length, symbols.Length);
        GradientProbe probe = new() { Length = steps, Batch = Batch };
        if (isTrained)
        {
            return probe.Measure(Model.Layers, TextInput.Of(Model, symbols, steps, Batch));
        }

        using TextModel drawn = TextModel.Create(Model.Design, Model.Vocabulary, seed, threads: 1);
        return probe.Measure(drawn.Layers, TextInput.Of(drawn, symbols, steps, Batch));
    }

    /// <inheritdoc/>
    public override void Dispose() => Model.Dispose();

    private string Written()
    {
        using TextSession session = new(Model);
        StringBuilder written = new();
        foreach (Rune character in session.Write(StudioLimits.Lags))
        {
            written.Append(character.ToString());
        }

        return written.ToString();
    }
}
