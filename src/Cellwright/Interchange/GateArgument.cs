using Cellwright.Graphs;

namespace Cellwright.Interchange;

/// <summary>
/// The argument of a gate's activation, taken apart: what multiplies which vector, what is added, and what two values of the
/// step are multiplied with each other.
/// </summary>
internal sealed class GateArgument
{
    private readonly List<(double Factor, Node Matrix, Node Vector)> products = [];
    private readonly List<(double Factor, Node Weight, Node Vector)> diagonals = [];
    private readonly List<(double Factor, Node Value)> biases = [];
    private readonly List<(double Factor, IReadOnlyList<Node> Factors)> gated = [];

    private GateArgument()
    {
    }

    /// <summary>Terms of two or more values of the step.</summary>
    public IReadOnlyList<(double Factor, IReadOnlyList<Node> Factors)> Gated => gated;

    /// <summary>What is added.</summary>
    public ParameterSum Bias => new(biases);

    /// <summary>The vectors that matrices multiply.</summary>
    public IEnumerable<Node> MatrixOperands => products.Select(product => product.Vector).Distinct();

    /// <summary>The vectors that are multiplied elementwise.</summary>
    public IEnumerable<Node> DiagonalOperands => diagonals.Select(diagonal => diagonal.Vector).Distinct();

    /// <summary>Takes a sum apart; null where a term is none of these kinds.</summary>
    public static GateArgument? Of(Node node) => Of(NodePattern.Terms(node));

    /// <summary>Takes the terms of a sum apart.</summary>
    public static GateArgument? Of(IEnumerable<(double Factor, IReadOnlyList<Node> Factors)> terms)
    {
        GateArgument argument = new();
        return terms.All(term => argument.Add(term.Factor, term.Factors)) ? argument : null;
    }

    /// <summary>The sum of the matrices that multiply a vector.</summary>
    public ParameterSum Matrix(Node vector) => new(products.Where(product => product.Vector == vector).Select(product => (product.Factor, product.Matrix)));

    /// <summary>The sum of the vectors that multiply a vector elementwise.</summary>
    public ParameterSum Diagonal(Node vector) => new(diagonals.Where(diagonal => diagonal.Vector == vector).Select(diagonal => (diagonal.Factor, diagonal.Weight)));

    private bool Add(double factor, IReadOnlyList<Node> factors)
    {
        Node[] moving = [.. factors.Where(node => node.IsPerStep)];
        Node[] still = [.. factors.Where(node => !node.IsPerStep)];
        switch (moving, still)
        {
            case ([], []):
                // A bare number has no factor left; no activation's argument is one.
                return false;
            case ([], [var bias]):
                biases.Add((factor, Repeated(bias)));
                return true;
            case ([{ Operation: Operation.Product } product], []) when !product.Operands[0].IsPerStep:
                products.Add((factor, product.Operands[0], product.Operands[1]));
                return true;
            case ([var vector], [var weight]) when vector.Operation is not Operation.Product:
                diagonals.Add((factor, weight, vector));
                return true;
            case ([_, _, ..], []):
                gated.Add((factor, moving));
                return true;
            default:
                return false;
        }
    }

    // A single number that is repeated to the width is stored once.
    private static Node Repeated(Node bias) => bias.Operation == Operation.Broadcast ? bias.Operands[0] : bias;
}
