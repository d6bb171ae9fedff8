using Cellwright.Graphs;
using Cellwright.Inspection;
using Cellwright.Tasks;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Inspection;

public class TextTraceTests
{
    private const string Text = "the cat sat on the mat, and the rat sat on the cat";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_surprise_of_its_characters_is_the_models_loss(bool residual)
    {
        TextModelDesign design = new()
        {
            Cells = [Cell.Named("lstm"), Cell.Named("gru")],
            Sizes = new Dictionary<string, int> { ["input"] = 6, ["hidden"] = 8 },
            Residual = residual,
        };
        using TextModel model = TextModel.Create(design, CharacterVocabulary.Of(Text), seed: 2);

        TextTrace trace = TextTrace.Of(model, Text);

        (trace.Surprise.Sum() / (Text.Length - 1)).ShouldBe(TextEvaluation.Of(model, model.Vocabulary.Encode(Text), streams: 1).BitsPerCharacter, 1e-5);
        trace.Layers.Select(layer => layer.Cell.Name).ShouldBe(["lstm", "gru"]);
        trace.Guesses.ShouldAllBe(step => step.Zip(step.Skip(1)).All(pair => pair.First.Probability >= pair.Second.Probability));
    }

    [Fact]
    public void A_unit_that_is_the_pattern_is_found_first()
    {
        Cell cell = Cell.Parse("q = σ(W x)\nh = 0.5 * h[t-1] + q");
        using TextModel model = TextModel.Create(cell, new Dictionary<string, int> { ["input"] = 4, ["hidden"] = 5 }, CharacterVocabulary.Of(Text), seed: 1);
        Trace trace = TextTrace.Of(model, Text).Layers[0];
        double[] pattern = [.. Enumerable.Range(0, trace.Steps).Select(step => 3 - (2.0 * trace.At("h", step)[2]))];

        UnitCorrelation best = UnitCorrelation.Strongest(trace, pattern, count: 3)[0];

        (best.Signal, best.Unit).ShouldBe(("h", 2));
        best.Correlation.ShouldBe(-1, 1e-6);
        UnitCorrelation.Strongest(trace, new double[trace.Steps], count: 3).ShouldBeEmpty();
    }
}
