using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Onnx.Import;

/// <summary>The layers of an understood graph: recurrent nodes and the steps of the head, each a cell with its values.</summary>
internal static class NetworkLayers
{
    /// <summary>The layer of a recurrent node.</summary>
    public static SequenceLayer Recurrent(LayerPlan plan, int threads)
    {
        SequenceLayer[] directions = [.. Enumerable.Range(0, plan.Node.Directions).Select(direction => Direction(plan, direction, threads))];
        return plan.Node.Direction switch
        {
            "forward" => directions[0],
            "reverse" => new ReversedLayer(directions[0]),
            _ => new BidirectionalLayer(directions[0], directions[1]),
        };
    }

    /// <summary>The cell of a part of the head: a product, a function, or a function of a product.</summary>
    public static Cell HeadCell(LinearStep? linear, string? function)
    {
        string argument = linear is null ? "x" : linear.Bias is null ? "W x" : "W x + b";
        string width = linear is null ? "input" : "outputs";
        return Cell.Parse($"cell head \"Head, without memory\"\nwidth y = {width}\ny = {(function is null ? argument : $"{function}({argument})")}\n");
    }

    /// <summary>A part of the head as a layer.</summary>
    public static SequenceLayer Head(LinearStep? linear, string? function, int width, int threads)
    {
        Layer layer = new(HeadCell(linear, function), new Dictionary<string, int> { ["input"] = width, ["outputs"] = linear?.Weights.Shape[0] ?? width }, threads);
        if (linear is not null)
        {
            linear.Weights.CopyTo(layer.Parameters.Single(parameter => parameter.Name == "W").Values);
            linear.Bias?.CopyTo(layer.Parameters.Single(parameter => parameter.Name == "b").Values);
        }

        layer.Load();
        return layer;
    }

    private static Layer Direction(LayerPlan plan, int direction, int threads)
    {
        Cell cell = RecurrentEquations.Of(plan.Node, direction, plan.Learned);
        Layer layer = new(cell, new Dictionary<string, int> { ["input"] = plan.Weights.Input, ["hidden"] = plan.Weights.Hidden }, threads);
        plan.Weights.Fill(layer, direction);
        foreach (string state in plan.Learned)
        {
            ConstantTensor values = ((FixedState)plan.Initials[state]).Values;
            values.At(0, direction).At(0, 0).CopyTo(layer.Parameters.Single(parameter => parameter.Name == state + "_0").Values);
        }

        layer.Load();
        return layer;
    }
}
