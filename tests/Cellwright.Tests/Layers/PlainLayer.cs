using Cellwright.Graphs;

namespace Cellwright.Tests.Layers;

/// <summary>
/// A layer in double precision, written plainly: the reference that compiled layers are checked against. A backward pass
/// runs forward again.
/// </summary>
internal abstract class PlainLayer
{
    public abstract int InputWidth { get; }

    public abstract int OutputWidth { get; }

    /// <summary>The parameters and how many elements they have.</summary>
    public abstract IEnumerable<(string Name, int Length)> Parameters { get; }

    public abstract IEnumerable<(string Name, int Width)> States { get; }

    /// <summary>Runs a batch forward, and backward where the gradient by the outputs is given.</summary>
    /// <param name="prefix">What stands before the layer's names in the batch's tensors and results.</param>
    /// <param name="batch">The batch.</param>
    /// <param name="x">The input.</param>
    /// <param name="dy">The gradient by the output, or null.</param>
    /// <returns>The output, and backward the gradient by the input.</returns>
    public abstract (double[] Y, double[] Dx) Run(string prefix, PlainBatch batch, double[] x, double[]? dy);

    /// <summary>Runs on tensors by the names of <c>cell run</c>.</summary>
    public Dictionary<string, double[]> Run(SequenceShape shape, IReadOnlyDictionary<string, double[]> tensors, int? trainingStep)
    {
        Dictionary<string, double[]> results = [];
        (results["y"], results["grad.x"]) = Run(string.Empty, new PlainBatch(shape, tensors, trainingStep, results), tensors["x"], tensors["dy"]);
        return results;
    }

    /// <summary>What the gradients are of: Σ dy·y over the steps that exist + Σ dstate·state.</summary>
    public double Loss(SequenceShape shape, IReadOnlyDictionary<string, double[]> tensors, int? trainingStep)
    {
        Dictionary<string, double[]> results = [];
        double[] y = Run(string.Empty, new PlainBatch(shape, tensors, trainingStep, results), tensors["x"], dy: null).Y;
        return Dot(y, WithoutPadding(shape, tensors["dy"])) + States.Sum(state => Dot(results["state." + state.Name], tensors["dstate." + state.Name]));
    }

    /// <summary>Random tensors for a run, rounded to float32.</summary>
    public Dictionary<string, double[]> Draw(SequenceShape shape, int seed, bool states = true)
    {
        Random random = new(seed);
        double[] Values(int count, double scale) => [.. Enumerable.Range(0, count).Select(_ => (double)(float)(scale * ((2 * random.NextDouble()) - 1)))];
        Dictionary<string, double[]> tensors = new()
        {
            ["x"] = Values(shape.Steps * shape.Batch * InputWidth, 1),
            ["dy"] = Values(shape.Steps * shape.Batch * OutputWidth, 1),
        };
        foreach ((string name, int length) in Parameters)
        {
            tensors[name] = Values(length, 0.6);
        }

        foreach ((string name, int width) in States)
        {
            tensors["dstate." + name] = Values(shape.Batch * width, 1);
            if (states)
            {
                tensors["state." + name] = Values(shape.Batch * width, 1);
            }
        }

        return tensors;
    }

    public static double Dot(double[] a, double[] b) => a.Zip(b, (first, second) => first * second).Sum();

    /// <summary>Values of all steps with 0 past each sequence's end.</summary>
    public static double[] WithoutPadding(SequenceShape shape, double[] values)
    {
        int width = values.Length / (shape.Steps * shape.Batch);
        return [.. values.Select((value, i) => i / width / shape.Batch < shape.Length(i / width % shape.Batch) ? value : 0)];
    }

    protected static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (first, second) => first + second)];
}
