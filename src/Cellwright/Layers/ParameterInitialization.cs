using Cellwright.Graphs;
using Cellwright.Randomness;

namespace Cellwright.Layers;

/// <summary>Draws parameters' first values as <see cref="Initializer"/>s say.</summary>
internal static class ParameterInitialization
{
    /// <summary>Whether a parameter is a bias: a vector that is only ever added.</summary>
    public static bool IsBias(CellParameter parameter) => parameter.Node.Shape.Rank == 1
        && parameter.Node.Graph.Nodes.Where(node => node.IsPerStep && node.Operands.Contains(parameter.Node)).All(node => node.Operation is Operation.Add);

    /// <summary>Draws one parameter's values; they depend on the seed, the parameter's name and its shape alone.</summary>
    /// <param name="parameter">What the cell says of it.</param>
    /// <param name="values">Receives the values.</param>
    /// <param name="sizes">The layer's sizes.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="prefix">What stands before the parameter's name in a stack, so that equal layers differ.</param>
    public static void Draw(CellParameter parameter, Parameter values, IReadOnlyDictionary<string, int> sizes, ulong seed, string prefix)
    {
        RandomStream random = new(seed, "initial " + prefix + parameter.Name);
        Initializer how = parameter.Initializer;
        Span<float> target = values.Values;
        switch (how.Kind)
        {
            case InitializerKind.Orthogonal when values.Columns > 1:
                for (int block = 0; block < how.Blocks; block++)
                {
                    DrawOrthogonal(target.Slice(block * target.Length / how.Blocks, target.Length / how.Blocks), values.Columns, random, block);
                }

                break;
            case InitializerKind.Identity:
                for (int i = 0; i < target.Length; i++)
                {
                    target[i] = i / values.Columns % (values.Rows / how.Blocks) == i % values.Columns ? 1 : 0;
                }

                break;
            default:
                double bound = 1 / Math.Sqrt(FanIn(parameter, values, sizes));
                for (int i = 0; i < target.Length; i++)
                {
                    double u = random.UniformDouble(0, (ulong)i);
                    target[i] = (float)(how.Kind switch
                    {
                        InitializerKind.Fixed => how.First,
                        InitializerKind.Uniform => how.First + ((how.Second - how.First) * u),
                        InitializerKind.Normal => how.First * random.NormalDouble(0, (ulong)i),
                        InitializerKind.Chrono => PortableMath.Log(1 + (u * Math.Max(0, how.First - 2))),
                        _ => bound * ((2 * u) - 1),
                    });
                }

                break;
        }
    }

    // The width of what a matrix multiplies; a matrix applied to what stands on its left (x W) is used transposed.
    private static int FanIn(CellParameter parameter, Parameter values, IReadOnlyDictionary<string, int> sizes)
    {
        if (parameter.Node.Shape.Rank == 2)
        {
            int first = FirstGradient(parameter.Node.Graph);
            return IsTransposed(parameter.Node, first) ? values.Rows / Math.Max(1, parameter.Initializer.Blocks) : values.Columns;
        }

        return sizes.TryGetValue("hidden", out int hidden) ? hidden : values.Rows;
    }

    private static bool IsTransposed(Node matrix, int end) => matrix.Graph.Nodes.Where(node => node.Id < end && node.Operands.Contains(matrix))
        .All(node => node.Operation == Operation.Transpose || (node.Operation == Operation.SliceRows && IsTransposed(node, end)));

    // The backward pass transposes every matrix; only what stands before it counts.
    private static int FirstGradient(Graph graph) =>
        graph.Nodes.FirstOrDefault(node => node.Operation is Operation.OutputCotangent or Operation.StateCotangent)?.Id ?? int.MaxValue;

    // Gram and Schmidt on normal draws, in double, twice over for orthogonality to the last digit; the longer side's
    // vectors are the orthonormal ones' length.
    private static void DrawOrthogonal(Span<float> values, int columns, RandomStream random, int step)
    {
        int rows = values.Length / columns;
        int count = Math.Min(rows, columns);
        int length = Math.Max(rows, columns);
        double[][] vectors = new double[count][];
        for (int i = 0; i < count; i++)
        {
            double[] vector = vectors[i] = new double[length];
            random.FillNormal(vector, (ulong)step, (ulong)i * (ulong)length);
            for (int pass = 0; pass < 2; pass++)
            {
                for (int j = 0; j < i; j++)
                {
                    double projection = 0;
                    for (int k = 0; k < length; k++)
                    {
                        projection += vector[k] * vectors[j][k];
                    }

                    for (int k = 0; k < length; k++)
                    {
                        vector[k] -= projection * vectors[j][k];
                    }
                }
            }

            double norm = 0;
            foreach (double element in vector)
            {
                norm += element * element;
            }

            norm = Math.Sqrt(norm);
            for (int k = 0; k < length; k++)
            {
                vector[k] /= norm;
                values[rows <= columns ? (i * columns) + k : (k * columns) + i] = (float)vector[k];
            }
        }
    }
}
