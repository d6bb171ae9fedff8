using System.Globalization;
using System.Text.Json;
using Cellwright.Cli;
using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class CellShowTests
{
    private static readonly string[] CostNames = ["parameterCount", "multiplyAddsPerStep", "trainingBytesPerStep", "trainingBytesPerSequence", "recompute"];
    private static readonly string[] RecomputeNames = ["bytesPerSequence", "bytesPerStepOfChunk", "bytesPerStep", "bytesPerChunk"];
    private static readonly Dictionary<string, int> Sizes = new() { ["input"] = 5, ["hidden"] = 7 };

    [Theory]
    [InlineData("lstm")]
    [InlineData("augru")]
    public void The_cost_in_json_is_that_of_the_layer_and_of_the_text(string name)
    {
        JsonElement shown = Json(name, "--cost");
        JsonElement cost = shown.GetProperty("cost");
        cost.EnumerateObject().Select(property => property.Name).ShouldBe(CostNames);
        using Layer layer = new(Cell.Named(name), Sizes, threads: 1);
        cost.GetProperty("trainingBytesPerStep").GetInt64().ShouldBe(layer.Footprint.PerStep);
        cost.GetProperty("trainingBytesPerSequence").GetInt64().ShouldBe(layer.Footprint.PerSequence);
        cost.GetProperty("parameterCount").GetInt64().ShouldBe(shown.GetProperty("parameterCount").GetInt64());
        cost.GetProperty("multiplyAddsPerStep").GetInt64().ShouldBe(shown.GetProperty("multiplyAddsPerStep").GetInt64());
        string text = Shown(name, "--cost");
        foreach (JsonProperty property in cost.EnumerateObject().Where(property => property.Value.ValueKind == JsonValueKind.Number))
        {
            text.ShouldContain(property.Value.GetInt64().ToString("N0", CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData("lstm", 10)]
    [InlineData("augru", 3)]
    public void The_cost_with_recompute_is_that_of_a_layer_that_computes_again(string name, int chunk)
    {
        JsonElement recompute = Json(name, "--cost").GetProperty("cost").GetProperty("recompute");
        recompute.EnumerateObject().Select(property => property.Name).ShouldBe(RecomputeNames);
        long Of(string property) => recompute.GetProperty(property).GetInt64();
        using Layer layer = new(Cell.Named(name), Sizes, threads: 1, recompute: chunk);
        int chunks = (1000 + chunk - 1) / chunk;
        layer.Footprint.Of(1000, 1).ShouldBe(Of("bytesPerSequence") + (chunk * Of("bytesPerStepOfChunk")) + (1000 * Of("bytesPerStep")) + (chunks * Of("bytesPerChunk")));
        string sum = FormattableString.Invariant($"{Of("bytesPerSequence"):N0} + {Of("bytesPerStepOfChunk"):N0} K + {Of("bytesPerStep"):N0} T + {Of("bytesPerChunk"):N0} ⌈T/K⌉");
        Shown(name, "--cost").Split('\n').ShouldContain(line => line.Contains("recompute K", StringComparison.Ordinal) && line.Contains(sum, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_being_asked_for_its_cost_a_cell_is_shown_without_it() => Json("lstm").TryGetProperty("cost", out _).ShouldBeFalse();

    [Fact]
    public void What_is_kept_for_the_backward_pass_is_told_apart_from_all_that_training_takes()
    {
        JsonElement shown = Json("lstm", "--cost");
        long kept = shown.GetProperty("keptBytesPerStep").GetInt64();
        kept.ShouldBeLessThan(shown.GetProperty("cost").GetProperty("trainingBytesPerStep").GetInt64());
        string text = Shown("lstm");
        text.ShouldContain(FormattableString.Invariant($"Training keeps {kept:N0} bytes of states and signals a step and sequence for the backward pass."));
        text.ShouldContain("--cost counts all that training takes");
    }

    private static JsonElement Json(string name, params string[] options) => JsonDocument.Parse(Shown(name, [.. options, "--json"])).RootElement;

    private static string Shown(string name, params string[] options)
    {
        StringWriter output = new();
        StringWriter error = new();
        CommandLine.Run(["cell", "show", name, "--input", "5", "--hidden", "7", .. options], output, error).ShouldBe(0);
        error.ToString().ShouldBeEmpty();
        return output.ToString();
    }
}
