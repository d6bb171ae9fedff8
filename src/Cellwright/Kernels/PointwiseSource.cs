using Cellwright.Graphs;
using Cellwright.Programs;

namespace Cellwright.Kernels;

/// <summary>An elementwise stage lowered to lane instructions, with the buffers and vectors its loads and stores mean.</summary>
internal sealed class PointwiseSource
{
    private readonly PointwiseStage stage;
    private readonly Func<Place, int> offset;
    private readonly Dictionary<Node, int> values = [];
    private readonly Dictionary<Node, Place> loads;
    private readonly List<(ValueBuffer Buffer, bool IsPrevious)> rows = [];
    private readonly List<Node?> once = [];

    /// <summary>Lowers a stage.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="offset">The first element of a place in its row.</param>
    /// <param name="isMasked">Whether the width is no multiple of 16, so that sums must leave the padding out.</param>
    public PointwiseSource(PointwiseStage stage, Func<Place, int> offset, bool isMasked)
    {
        this.stage = stage;
        this.offset = offset;
        loads = stage.Loads.ToDictionary(load => load.Node, load => load.Place);
        foreach (PlacedNode load in stage.Loads.Where(load => !stage.Addends.ContainsKey(load.Node)))
        {
            values[load.Node] = Load(load.Node, load.Place);
        }

        foreach (Node node in stage.Body)
        {
            if (stage.Addends.TryGetValue(node, out IReadOnlyList<Node>? addends))
            {
                values[node] = addends.Aggregate(Load(node, loads[node]), (sum, addend) => Program.Add(sum, Value(addend)));
            }
            else if (!values.ContainsKey(node))
            {
                values[node] = Lower(node, isMasked);
            }
        }

        foreach (PlacedNode store in stage.Stores)
        {
            bool isReduction = PassAnalysis.IsReduction(store.Node) && stage.Body.Contains(store.Node);
            Stores.Add(new LaneStore(
                isReduction ? -1 : Value(store.Node), isReduction ? Reductions.FindIndex(each => each.Node == store.Node) : -1, RowIndex(store.Place), offset(store.Place)));
        }
    }

    /// <summary>The instructions.</summary>
    public LaneProgram Program { get; } = new();

    /// <summary>What is written.</summary>
    public List<LaneStore> Stores { get; } = [];

    /// <summary>The sums over the row, and the instruction whose values are summed.</summary>
    public List<(Node Node, int Value)> Reductions { get; } = [];

    /// <summary>The buffers; the index is that of the pointer.</summary>
    public IReadOnlyList<(ValueBuffer Buffer, bool IsPrevious)> Rows => rows;

    /// <summary>The values known once; null stands for the mask of the row's true elements.</summary>
    public IReadOnlyList<Node?> Once => once;

    private int Lower(Node node, bool isMasked)
    {
        switch (node.Operation)
        {
            case Operation.Broadcast:
                return Value(node.Operands[0]);
            case Operation.Sum:
            case Operation.Largest:
                int value = Value(node.Operands[0]);
                if (isMasked)
                {
                    value = Program.Select(Mask(), value, Program.Constant(node.Operation == Operation.Sum ? 0 : float.NegativeInfinity));
                }

                Reductions.Add((node, value));
                return -1;
            default:
                return node.Operands.Length == 1
                    ? VectorFunctions.Append(Program, node.Operation, Value(node.Operands[0]))
                    : VectorFunctions.Append(Program, node.Operation, Value(node.Operands[0]), Value(node.Operands[1]));
        }
    }

    private int Mask()
    {
        int index = once.IndexOf(null);
        if (index < 0)
        {
            index = once.Count;
            once.Add(null);
        }

        return Program.Load(LaneOperation.LoadOnce, index);
    }

    private int Value(Node node)
    {
        if (values.TryGetValue(node, out int known))
        {
            return known;
        }

        if (node.IsPerStep)
        {
            throw new InvalidOperationException($"{node} is not computed before it is used");
        }

        if (node.Operation == Operation.Constant)
        {
            return values[node] = Program.Constant((float)node.Value);
        }

        once.Add(node);
        return values[node] = Program.Load(node.Shape.IsSingle ? LaneOperation.LoadOnceSingle : LaneOperation.LoadOnce, once.Count - 1);
    }

    private int Load(Node node, Place place) => Program.Load(
        node.Shape.IsSingle && !stage.Width.IsOne ? LaneOperation.LoadSingle : LaneOperation.Load, RowIndex(place), offset(place));

    private int RowIndex(Place place)
    {
        (ValueBuffer, bool) key = (place.Buffer, place.IsPrevious);
        int index = rows.IndexOf(key);
        if (index < 0)
        {
            index = rows.Count;
            rows.Add(key);
        }

        return index;
    }
}
