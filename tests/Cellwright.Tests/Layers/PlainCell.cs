using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Tests.Layers;

/// <summary>One cell through the interpreter, with the noise of training drawn element by element.</summary>
internal sealed class PlainCell : PlainLayer
{
    private readonly CellGraph cell;
    private readonly Dictionary<string, int> sizes;
    private readonly LayerRegularization noise;
    private readonly CellInterpreter forward;
    private readonly CellInterpreter backward;

    public PlainCell(Cell cell, int input, int hidden, LayerRegularization? noise = null)
    {
        this.noise = noise ?? new LayerRegularization();
        this.cell = Zoneout.InTraining(cell.Graph, this.noise.Zoneout.Keys);
        sizes = new Dictionary<string, int> { ["input"] = input, ["hidden"] = hidden };
        forward = new CellInterpreter(this.cell, sizes);
        backward = new CellInterpreter(this.cell, sizes, CellGradients.Derive(this.cell));
    }

    public override int InputWidth => Length(cell.Inputs[0].Node);

    public override int OutputWidth => Length(cell.Output.Node);

    public override IEnumerable<(string Name, int Length)> Parameters => cell.Parameters.Select(parameter => (parameter.Name, Length(parameter.Node)));

    public override IEnumerable<(string Name, int Width)> States => cell.States.Select(state => (state.Name, Length(state.Next)));

    public override (double[] Y, double[] Dx) Run(string prefix, PlainBatch batch, double[] x, double[]? dy)
    {
        (SequenceShape shape, IReadOnlyDictionary<string, double[]> tensors, int? trainingStep, Dictionary<string, double[]> results) = batch;
        Dictionary<string, double[]> given = new() { [cell.Inputs[0].Name] = x };
        if (dy is not null)
        {
            given["dy"] = dy;
        }

        foreach ((string name, int length) in Parameters)
        {
            given[name] = [.. tensors[prefix + name].Zip(Kept(prefix, name, length, trainingStep), (value, kept) => value * kept)];
        }

        foreach ((string name, int width) in States)
        {
            if (tensors.TryGetValue("state." + prefix + name, out double[]? state))
            {
                given["state." + name] = state;
            }

            given["dstate." + name] = tensors["dstate." + prefix + name];
            if (noise.Zoneout.TryGetValue(name, out double rate))
            {
                given["zoneout." + name] = trainingStep is { } step
                    ? PlainNoise.Chosen(shape, width, rate, noise.Seed, "zoneout/" + prefix + name, step)
                    : [.. Enumerable.Repeat(Math.Round(rate * 65536) / 65536, shape.Steps * shape.Batch * width)];
            }
        }

        Dictionary<string, double[]> run = (dy is null ? forward : backward).Run(shape, given);
        foreach ((string name, int length) in Parameters.Where(_ => dy is not null))
        {
            results["grad." + prefix + name] = [.. run["grad." + name].Zip(Kept(prefix, name, length, trainingStep), (gradient, kept) => gradient * kept)];
        }

        foreach ((string name, _) in States)
        {
            results["state." + prefix + name] = run["state." + name];
            if (dy is not null)
            {
                results["grad.state." + prefix + name] = run["grad.state." + name];
            }
        }

        return (run["y"], dy is null ? [] : run["grad." + cell.Inputs[0].Name]);
    }

    private int Length(Node node) => node.Shape.Rows.Evaluate(sizes) * node.Shape.Columns.Evaluate(sizes);

    // What each element of a parameter is multiplied by.
    private IEnumerable<double> Kept(string prefix, string parameter, int length, int? trainingStep) =>
        trainingStep is { } step && noise.WeightDrop.TryGetValue(parameter, out double rate)
            ? Enumerable.Range(0, length).Select(i => PlainNoise.Kept(noise.Seed, "weight drop/" + prefix + parameter, step, (ulong)i, rate))
            : Enumerable.Repeat(1.0, length);
}
