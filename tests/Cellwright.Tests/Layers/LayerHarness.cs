using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;

namespace Cellwright.Tests.Layers;

/// <summary>Runs a cell compiled and interpreted on the same random tensors, by the names of <c>cell run</c>.</summary>
internal sealed class LayerHarness
{
    private readonly CellGraph cell;
    private readonly Dictionary<string, int> sizes;

    public LayerHarness(CellGraph cell, int input, int hidden)
    {
        this.cell = cell;
        sizes = SizesOf(cell, input, hidden);
    }

    public IReadOnlyDictionary<string, int> Sizes => sizes;

    /// <summary>Sizes for a cell: hidden from the one given on, until every width is whole; 3 for sizes of other names.</summary>
    public static Dictionary<string, int> SizesOf(CellGraph cell, int input, int hidden)
    {
        Dictionary<string, int> sizes = cell.SizeNames.ToDictionary(name => name, _ => 3);
        sizes["input"] = input;
        for (sizes["hidden"] = hidden; ; sizes["hidden"]++)
        {
            try
            {
                foreach (Node node in cell.Graph.Nodes)
                {
                    _ = node.Shape.Rows.Evaluate(sizes) + node.Shape.Columns.Evaluate(sizes);
                }

                return sizes;
            }
            catch (ArgumentException) when (sizes["hidden"] < 2 * hidden)
            {
            }
        }
    }

    public static int[] MixedLengths(int batch, int steps, int seed)
    {
        Random random = new(seed);
        int[] lengths = [.. Enumerable.Range(0, batch).Select(_ => random.Next(1, steps + 1))];
        lengths[random.Next(batch)] = steps;
        return lengths;
    }

    public static double Error(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        a.Length.ShouldBe(b.Length);
        double difference = 0;
        double size = 1e-8;
        for (int i = 0; i < a.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs(a[i] - b[i]));
            size = Math.Max(size, Math.Max(Math.Abs(a[i]), Math.Abs(b[i])));
            double.IsFinite(a[i] + b[i]).ShouldBeTrue();
        }

        return difference / size;
    }

    public int Size(Width width) => width.Evaluate(sizes);

    /// <summary>Random inputs, parameters, initial states and gradients from outside, rounded to float32.</summary>
    public Dictionary<string, double[]> Draw(int steps, int batch, int seed)
    {
        Random random = new(seed);
        double[] Values(int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => (double)(float)(scale * ((2 * random.NextDouble()) - 1)))];
        Dictionary<string, double[]> tensors = [];
        foreach (CellParameter parameter in cell.Parameters)
        {
            int columns = Size(parameter.Node.Shape.Columns);
            tensors[parameter.Name] = Values(Size(parameter.Node.Shape.Rows) * columns, parameter.Node.Shape.Rank == 2 ? 1.5 / Math.Sqrt(columns) : 0.7);
        }

        foreach (NamedNode input in cell.Inputs)
        {
            tensors[input.Name] = Values(steps * batch * Size(input.Node.Shape.Rows), 1);
        }

        foreach (CellState state in cell.States)
        {
            tensors["state." + state.Name] = Values(batch * Size(state.Next.Shape.Rows), 1);
            tensors["dstate." + state.Name] = Values(batch * Size(state.Next.Shape.Rows), 1);
        }

        tensors["dy"] = Values(steps * batch * Size(cell.Output.Node.Shape.Rows), 1);
        return tensors;
    }

    /// <summary>The same, but for initial states that three steps lead to: where a state counts what another holds, they fit.</summary>
    public Dictionary<string, double[]> DrawReached(int steps, int batch, int seed)
    {
        Dictionary<string, double[]> tensors = Draw(steps, batch, seed);
        Dictionary<string, double[]> earlier = Draw(3, batch, seed + 1_000);
        foreach (CellParameter parameter in cell.Parameters)
        {
            earlier[parameter.Name] = tensors[parameter.Name];
        }

        foreach (CellState state in cell.States)
        {
            earlier.Remove("state." + state.Name);
        }

        Dictionary<string, double[]> reached = new CellInterpreter(cell, sizes).Run(new SequenceShape(3, batch), earlier);
        foreach (string name in cell.States.Select(state => "state." + state.Name))
        {
            tensors[name] = [.. reached[name].Select(value => (double)(float)value)];
        }

        return tensors;
    }

    public Dictionary<string, double[]> Interpret(SequenceShape shape, IReadOnlyDictionary<string, double[]> tensors) =>
        new CellInterpreter(cell, sizes, CellGradients.Derive(cell)).Run(shape, tensors);

    /// <summary>The same through compiled kernels.</summary>
    public Dictionary<string, double[]> Compile(SequenceShape shape, IReadOnlyDictionary<string, double[]> tensors, int threads, bool trace = true, int recompute = 0, bool splitsUnits = false, int? partRows = null)
    {
        using Layer layer = Layer(tensors, threads, trace, recompute);
        layer.Pass.PartRows = partRows;
        layer.Pass.Units.LeastBytes = splitsUnits ? 0 : layer.Pass.Units.LeastBytes;
        layer.Pass.Units.LeastBytesOfMany = splitsUnits ? 0 : layer.Pass.Units.LeastBytesOfMany;
        LayerState? initial = null;
        LayerState dFinal = layer.CreateState(shape.Batch);
        dFinal.Clear();
        foreach (CellState state in cell.States)
        {
            if (tensors.TryGetValue("state." + state.Name, out double[]? given))
            {
                initial ??= layer.CreateState(shape.Batch);
                Floats(given).CopyTo(initial[state.Name]);
            }

            if (tensors.TryGetValue("dstate." + state.Name, out double[]? gradient))
            {
                Floats(gradient).CopyTo(dFinal[state.Name]);
            }
        }

        Dictionary<string, double[]> results = [];
        float[] y = new float[shape.Steps * shape.Batch * layer.OutputWidth];
        LayerState final = layer.CreateState(shape.Batch);
        LayerState dInitial = layer.CreateState(shape.Batch);
        layer.Begin(shape.Steps, shape.Batch, shape.Lengths.Span, initial);
        for (int i = 0; i < cell.Inputs.Count; i++)
        {
            layer.SetInput(i, Floats(tensors[cell.Inputs[i].Name]));
        }

        layer.Run(y, final);
        results["y"] = Doubles(y);
        float[] first = new float[shape.Steps * shape.Batch * layer.InputWidth];
        layer.Backward(Floats(tensors["dy"]), dFinal, first, dInitial);
        for (int i = 0; i < cell.Inputs.Count; i++)
        {
            float[] dx = i == 0 ? first : new float[shape.Steps * shape.Batch * layer.InputWidths[i]];
            if (i > 0)
            {
                layer.GetInputGradient(i, dx);
            }

            results["grad." + cell.Inputs[i].Name] = Doubles(dx);
        }

        foreach (CellState state in cell.States)
        {
            results["state." + state.Name] = Doubles(final[state.Name]);
            results["grad.state." + state.Name] = Doubles(dInitial[state.Name]);
        }

        foreach (Parameter parameter in layer.Parameters)
        {
            results["grad." + parameter.Name] = Doubles(parameter.Gradient);
        }

        for (int i = 0; trace && i < cell.Signals.Count; i++)
        {
            float[] values = new float[shape.Steps * shape.Batch * Size(cell.Signals[i].Node.Shape.Rows)];
            layer.GetTrace(i, values);
            results["trace." + cell.Signals[i].Name] = Doubles(values);
        }

        return results;
    }

    /// <summary>A layer with the given parameters.</summary>
    public Layer Layer(IReadOnlyDictionary<string, double[]> tensors, int threads, bool trace, int recompute = 0)
    {
        Layer layer = new(cell, sizes, threads, trace, recompute: recompute);
        foreach (Parameter parameter in layer.Parameters)
        {
            Floats(tensors[parameter.Name]).CopyTo(parameter.Values);
        }

        layer.Load();
        return layer;
    }

    /// <summary>All inputs of one row, one behind the other.</summary>
    /// <param name="tensors">The inputs by name.</param>
    /// <param name="row">The row: step · batch + sequence.</param>
    public double[] InputRow(IReadOnlyDictionary<string, double[]> tensors, int row) =>
        [.. cell.Inputs.SelectMany(input => tensors[input.Name].AsSpan(row * Size(input.Node.Shape.Rows), Size(input.Node.Shape.Rows)).ToArray())];

    public static float[] Floats(double[] values) => [.. values.Select(value => (float)value)];

    public static double[] Doubles(ReadOnlySpan<float> values)
    {
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = values[i];
        }

        return result;
    }
}
