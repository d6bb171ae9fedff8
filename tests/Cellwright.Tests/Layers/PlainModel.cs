using Cellwright.Graphs;

namespace Cellwright.Tests.Layers;

/// <summary>Symbols, embedding, layers, linear head and the mean cross-entropy over the steps that exist, in double.</summary>
internal sealed class PlainModel(PlainLayer layers, int vocabulary)
{
    /// <summary>The loss, and as <c>grad.NAME</c> the gradients of all parameters.</summary>
    /// <param name="shape">Steps, batch and lengths.</param>
    /// <param name="symbols">What is read, [T, B].</param>
    /// <param name="targets">What is to come, [T, B]; negative past a sequence's end.</param>
    /// <param name="tensors">The parameters: <c>embedding</c>, <c>head.W</c>, <c>head.b</c> and the layers'.</param>
    /// <param name="trainingStep">The step of the noise.</param>
    public (double Loss, Dictionary<string, double[]> Results) Run(
        SequenceShape shape, int[] symbols, int[] targets, IReadOnlyDictionary<string, double[]> tensors, int? trainingStep)
    {
        int width = layers.InputWidth;
        int hidden = layers.OutputWidth;
        Dictionary<string, double[]> given = new(tensors);
        foreach ((string name, int stateWidth) in layers.States)
        {
            given["dstate." + name] = new double[shape.Batch * stateWidth];
        }

        double[] x = [.. symbols.SelectMany(symbol => tensors["embedding"].AsSpan(symbol * width, width).ToArray())];
        Dictionary<string, double[]> results = [];
        PlainBatch batch = new(shape, given, trainingStep, results);
        double[] y = layers.Run(string.Empty, batch, x, null).Y;
        double[] dy = new double[y.Length];
        double[] dW = results["grad.head.W"] = new double[vocabulary * hidden];
        double[] db = results["grad.head.b"] = new double[vocabulary];
        int real = targets.Count(target => target >= 0);
        double loss = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            if (targets[row] < 0)
            {
                continue;
            }

            double[] exponentials = new double[vocabulary];
            for (int i = 0; i < vocabulary; i++)
            {
                double score = tensors["head.b"][i];
                for (int j = 0; j < hidden; j++)
                {
                    score += tensors["head.W"][(i * hidden) + j] * y[(row * hidden) + j];
                }

                exponentials[i] = Math.Exp(score);
            }

            loss -= Math.Log(exponentials[targets[row]] / exponentials.Sum()) / real;
            for (int i = 0; i < vocabulary; i++)
            {
                double slope = ((exponentials[i] / exponentials.Sum()) - (i == targets[row] ? 1 : 0)) / real;
                db[i] += slope;
                for (int j = 0; j < hidden; j++)
                {
                    dW[(i * hidden) + j] += slope * y[(row * hidden) + j];
                    dy[(row * hidden) + j] += slope * tensors["head.W"][(i * hidden) + j];
                }
            }
        }

        double[] dx = layers.Run(string.Empty, batch, x, dy).Dx;
        double[] table = results["grad.embedding"] = new double[vocabulary * width];
        for (int i = 0; i < dx.Length; i++)
        {
            table[(symbols[i / width] * width) + (i % width)] += dx[i];
        }

        return (loss, results);
    }
}
