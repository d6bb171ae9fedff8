using Cellwright.Graphs;

namespace Cellwright.Programs;

/// <summary>A sum that contains matrix products: bias + Σ M v + rest, the pre-activation of a gate in the main.</summary>
internal sealed class Affine(Node root)
{
    /// <summary>The node whose value the sum is.</summary>
    public Node Root { get; } = root;

    /// <summary>The vectors known once; their sum starts the chain.</summary>
    public List<Node> Biases { get; } = [];

    /// <summary>The products, in the order they are written.</summary>
    public List<Node> Products { get; } = [];

    /// <summary>What else is added.</summary>
    public List<Node> Rest { get; } = [];

    /// <summary>Where each product runs, alongside <see cref="Products"/>.</summary>
    public List<Position> Positions { get; } = [];

    /// <summary>Whether nothing but a buffer wants the sum, so that the rest is put there first and the products go on from it.</summary>
    public bool IsSink { get; set; }

    /// <summary>Where the sum of bias and products lies.</summary>
    public Place Slot { get; set; }

    /// <summary>
    /// Finds the sums with products among <paramref name="nodes"/>. A sum is taken apart down to products and
    /// sums that nothing else uses and that <paramref name="isBarrier"/> does not keep whole.
    /// </summary>
    public static Dictionary<Node, Affine> Find(IReadOnlyCollection<Node> nodes, Func<Node, int> uses, Func<Node, bool> isBarrier)
    {
        Dictionary<Node, Affine> found = [];
        HashSet<Node> absorbed = [];
        foreach (Node node in nodes.OrderByDescending(node => node.Id))
        {
            if (absorbed.Contains(node) || !node.IsPerStep || node.Operation is not (Operation.Add or Operation.Product))
            {
                continue;
            }

            Affine affine = new(node);
            List<Node> inside = [];
            if (node.Operation == Operation.Product)
            {
                affine.Products.Add(node);
            }
            else
            {
                affine.Flatten(node, uses, isBarrier, inside);
            }

            if (affine.Products.Count > 0)
            {
                found.Add(node, affine);
                absorbed.UnionWith(inside);
            }
        }

        return found;
    }

    private void Flatten(Node sum, Func<Node, int> uses, Func<Node, bool> isBarrier, List<Node> inside)
    {
        foreach (Node operand in sum.Operands)
        {
            bool own = operand.IsPerStep && uses(operand) == 1 && !isBarrier(operand) && operand.Shape == sum.Shape;
            if (own && operand.Operation == Operation.Add)
            {
                inside.Add(operand);
                Flatten(operand, uses, isBarrier, inside);
            }
            else if (own && operand.Operation == Operation.Product)
            {
                inside.Add(operand);
                Products.Add(operand);
            }
            else if (!operand.IsPerStep && operand.Shape == sum.Shape)
            {
                Biases.Add(operand);
            }
            else
            {
                Rest.Add(operand);
            }
        }
    }
}
