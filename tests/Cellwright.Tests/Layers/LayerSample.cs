using Cellwright.Graphs;
using Cellwright.Layers;
using Xunit;

namespace Cellwright.Tests.Layers;

/// <summary>A layer and its reference: every kind of layer, and combinations.</summary>
/// <param name="Build">The compiled layer, on a number of threads.</param>
/// <param name="Plain">The reference.</param>
/// <param name="TrainingStep">The step of the noise; null in use.</param>
/// <param name="GivesStates">Whether sequences begin in given states, not in those of the cells.</param>
internal sealed record LayerSample(Func<int, SequenceLayer> Build, PlainLayer Plain, int? TrainingStep = null, bool GivesStates = true)
{
    private static readonly Cell Remembering = Cell.Parse(
        """
        state h = learned
        k = σ(W_k x + V x[t-1] + b_k)
        s = 0.9 s[t-1] + k
        h = (1 - k) * h[t-1] + k * tanh(W x + U h[t-1] + s)
        """);

    public static IReadOnlyDictionary<string, LayerSample> All { get; } = new Dictionary<string, LayerSample>
    {
        ["one layer"] = Of(One("lstm", 5, 7)),
        ["states of the cell, one of them learned"] = Of(One(Remembering, 5, 7)) with { GivesStates = false },
        ["two cells in a stack"] = Of(Stack(One("gru", 5, 7), One("lstm", 7, 6))),
        ["a stack of learned states"] = Of(Stack(One(Remembering, 5, 7), One(Remembering, 7, 4))) with { GivesStates = false },
        ["three cells with residual connections"] = Of(Stack(residual: true, One("elman", 5, 7), One("gru", 7, 7), One("lstm", 7, 7))),
        ["two directions"] = Of(Both(One("lstm", 5, 7), One("gru-update-only", 5, 4))),
        ["two directions in a residual stack"] = Of(
            Stack(residual: true, Both(One("lstm", 5, 4), One("gru", 5, 3)), Both(One("elman", 7, 3), One("lstm-peephole-full", 7, 4)), One("gru", 7, 7))),
        ["stacks in both directions"] = Of(Both(Stack(One("gru", 5, 7), One("lstm", 7, 6)), Stack(residual: true, One("lstm", 5, 6), One("elman", 6, 6)))),
        ["dropout below, between and above"] = Of(
            Stack(Dropout(5, 0.2), One("gru", 5, 7), Dropout(7, 0.4), One("lstm", 7, 6), Dropout(6, 0.3)), trainingStep: 3),
        ["variational dropout below, between and above"] = Of(
            Stack(Dropout(5, 0.2, true), One("gru", 5, 7), Dropout(7, 0.4, true), One("lstm", 7, 6), Dropout(6, 0.3, true)), trainingStep: 3),
        ["dropout in use"] = Of(Stack(Dropout(5, 0.2), One("gru", 5, 7), Dropout(7, 0.4, true))),
        ["dropout in both directions of a residual stack"] = Of(
            Stack(residual: true, One("gru", 5, 7), Both(Stack(Dropout(7, 0.5), One("lstm", 7, 3)), Stack(Dropout(7, 0.5, true), One("gru", 7, 4)))), trainingStep: 9),
        ["zoneout of an lstm in training"] = Of(One("lstm", 5, 7, Zoned), trainingStep: 4),
        ["zoneout of an lstm in use"] = Of(One("lstm", 5, 7, Zoned)),
        ["zoneout of a remembered input"] = Of(
            One(Remembering, 5, 7, new() { Zoneout = new Dictionary<string, double> { ["h"] = 0.3, ["s"] = 0.2, ["x"] = 0.4 } }), trainingStep: 0) with
        {
            GivesStates = false,
        },
        ["zoneout in a residual stack of both directions"] = Of(
            Stack(residual: true, One("lstm", 5, 6, Zoned), Both(One("gru", 6, 3, OnlyH), One("gru-reset-after", 6, 3, OnlyH))), trainingStep: 2),
        ["weight drop on an lstm's recurrent matrices"] = Of(One("lstm", 5, 7, Dropped), trainingStep: 6),
        ["weight drop in use"] = Of(One("lstm", 5, 7, Dropped)),
        ["everything at once"] = Of(
            Stack(
                residual: true,
                Dropout(5, 0.2, true),
                One("lstm", 5, 8, Zoned with { WeightDrop = Dropped.WeightDrop }),
                Dropout(8, 0.3),
                One("lstm", 8, 8, Zoned with { WeightDrop = Dropped.WeightDrop }),
                Both(One("gru", 8, 5, OnlyH), Stack(One("lstm", 8, 4, Dropped), Dropout(4, 0.1, true), One("elman", 4, 3))),
                Dropout(8, 0.3, true)),
            trainingStep: 1),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    private static LayerRegularization Zoned => new() { Zoneout = new Dictionary<string, double> { ["h"] = 0.15, ["c"] = 0.5 }, Seed = 3 };

    private static LayerRegularization OnlyH => new() { Zoneout = new Dictionary<string, double> { ["h"] = 0.25 }, Seed = 4 };

    private static LayerRegularization Dropped =>
        new() { WeightDrop = new Dictionary<string, double> { ["U_i"] = 0.5, ["U_f"] = 0.4, ["U_g"] = 0.3, ["U_o"] = 0.2 }, Seed = 5 };

    /// <summary>Runs the compiled layer.</summary>
    public Dictionary<string, double[]> Run(int threads, SequenceShape shape, IReadOnlyDictionary<string, double[]> tensors)
    {
        using SequenceLayer layer = Build(threads);
        layer.TrainingStep = TrainingStep;
        return SequenceHarness.Run(layer, shape, tensors);
    }

    private static LayerSample Of((Func<int, SequenceLayer> Build, PlainLayer Plain) pair, int? trainingStep = null) => new(pair.Build, pair.Plain, trainingStep);

    private static (Func<int, SequenceLayer> Build, PlainLayer Plain) One(string name, int input, int hidden, LayerRegularization? noise = null) =>
        One(Cell.Named(name), input, hidden, noise);

    private static (Func<int, SequenceLayer> Build, PlainLayer Plain) One(Cell cell, int input, int hidden, LayerRegularization? noise = null) =>
        (threads => new Layer(cell, new Dictionary<string, int> { ["input"] = input, ["hidden"] = hidden }, threads, regularization: noise), new PlainCell(cell, input, hidden, noise));

    private static (Func<int, SequenceLayer> Build, PlainLayer Plain) Dropout(int width, double rate, bool variational = false) =>
        (threads => new DropoutLayer(width, rate, variational, seed: 8, threads), new PlainDropout(width, rate, variational, seed: 8));

    private static (Func<int, SequenceLayer> Build, PlainLayer Plain) Stack(params (Func<int, SequenceLayer> Build, PlainLayer Plain)[] layers) => Stack(residual: false, layers);

    private static (Func<int, SequenceLayer> Build, PlainLayer Plain) Stack(bool residual, params (Func<int, SequenceLayer> Build, PlainLayer Plain)[] layers) =>
        (threads => new LayerStack([.. layers.Select(layer => layer.Build(threads))], residual), new PlainStack(residual, [.. layers.Select(layer => layer.Plain)]));

    private static (Func<int, SequenceLayer> Build, PlainLayer Plain) Both(
        (Func<int, SequenceLayer> Build, PlainLayer Plain) forward, (Func<int, SequenceLayer> Build, PlainLayer Plain) reverse) =>
        (threads => new BidirectionalLayer(forward.Build(threads), reverse.Build(threads)), new PlainBidirectional(forward.Plain, reverse.Plain));
}
