using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Cellwright.Graphs;
using Cellwright.Kernels;
using Cellwright.Tensors;

namespace Cellwright.Layers;

/// <summary>
/// Computes what does not depend on a step, such as derived parameters and their gradients, once per update, in
/// float32 with the operations that kernels use. Transposes and slices are views.
/// </summary>
internal sealed unsafe class OnceEvaluator : IDisposable
{
    private readonly LayerLayout layout;
    private readonly Dictionary<Node, OnceValue> values = [];
    private readonly List<Node> order = [];
    private readonly List<AlignedBuffer> memory = [];
    private readonly Dictionary<Operation, (LaneProgram Program, int Result)> programs = [];

    public OnceEvaluator(LayerLayout layout)
    {
        this.layout = layout;
    }

    /// <summary>Says where a leaf's value is kept.</summary>
    public void Bind(Node leaf, OnceValue value) => values[leaf] = value;

    /// <summary>Whether a node's value is bound or computed here.</summary>
    public bool Knows(Node node) => values.ContainsKey(node);

    /// <summary>Where a node's value is, which <see cref="Run"/> computes along with what it needs.</summary>
    public OnceValue Request(Node node)
    {
        if (values.TryGetValue(node, out OnceValue known))
        {
            return known;
        }

        foreach (Node operand in node.Operands)
        {
            _ = Request(operand);
        }

        int rows = layout.Width(node.Shape.Rows);
        int columns = layout.Width(node.Shape.Columns);
        int offset = node.Offset is null ? 0 : layout.Width(node.Offset);
        OnceValue first = node.Operands.Length > 0 ? values[node.Operands[0]] : default;
        switch (node.Operation)
        {
            case Operation.Transpose:
                return values[node] = first.Transposed;
            case Operation.SliceRows:
                return values[node] = first.Rectangle(offset, 0, rows, columns);
            case Operation.SliceColumns:
                return values[node] = first.Rectangle(0, offset, rows, columns);
            default:
                order.Add(node);
                // Sums of what lies by columns lie by columns.
                bool isTurned = node.Operation == Operation.Add && node.Operands.All(operand => values[operand] is { IsTurned: true } value && value.Rows == rows && value.Columns == columns);
                return values[node] = isTurned ? Allocate(columns, rows).Transposed : Allocate(rows, columns);
        }
    }

    /// <summary>Takes memory for a value; a vector's elements lie side by side.</summary>
    public OnceValue Allocate(int rows, int columns)
    {
        // Rows of whole panels, because the products that fill them store whole vectors.
        int stride = columns == 1 ? 1 : LayerLayout.RowStride(columns);
        AlignedBuffer buffer = new(LayerLayout.Padded(rows * stride));
        memory.Add(buffer);
        return new OnceValue((nint)buffer.Pointer, rows, columns, stride, 1);
    }

    /// <summary>Computes all that was requested, from the leaves as they are now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run()
    {
        foreach (Node node in order)
        {
            Compute(node, values[node]);
        }
    }

    public void Dispose() => memory.ForEach(buffer => buffer.Dispose());

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Compute(Node node, OnceValue result)
    {
        OnceValue a = node.Operands.Length > 0 ? values[node.Operands[0]] : default;
        OnceValue b = node.Operands.Length > 1 ? values[node.Operands[1]] : default;
        int offset = node.Offset is null ? 0 : layout.Width(node.Offset);
        switch (node.Operation)
        {
            case Operation.Constant:
                result[0, 0] = (float)node.Value;
                break;
            case Operation.Identity:
                for (int i = 0; i < result.Rows; i++)
                {
                    for (int j = 0; j < result.Columns; j++)
                    {
                        result[i, j] = i == j ? 1 : 0;
                    }
                }

                break;
            case Operation.Broadcast:
                result.CopyFrom(a);
                break;
            case Operation.Sum:
            case Operation.Largest:
                result[0, 0] = Reduce(node.Operation, a);
                break;
            case Operation.Product:
            case Operation.MatrixProduct:
                Multiply(a, b, result);
                break;
            case Operation.OuterTotal:
                Multiply(a, b.Transposed, result);
                break;
            case Operation.Total:
                result.CopyFrom(a);
                break;
            case Operation.Concatenate:
                int start = 0;
                foreach (Node operand in node.Operands)
                {
                    OnceValue part = values[operand];
                    result.Rectangle(start, 0, part.Rows, 1).CopyFrom(part);
                    start += part.Rows;
                }

                break;
            case Operation.PlaceRows:
                Clear(result);
                result.Rectangle(offset, 0, a.Rows, a.Columns).CopyFrom(a);
                break;
            case Operation.PlaceColumns:
                Clear(result);
                result.Rectangle(0, offset, a.Rows, a.Columns).CopyFrom(a);
                break;
            case Operation.Add when result.IsTurned:
                Add(a.Transposed, b.Transposed, result.Transposed);
                break;
            case Operation.Add when IsWhole(a, result) && IsWhole(b, result):
                Add(a, b, result);
                break;
            default:
                ComputeElements(node, a, b, result);
                break;
        }
    }

    private static bool IsWhole(OnceValue value, OnceValue result) =>
        (value.ColumnStride == 1 || value.IsTurned) && value.Rows == result.Rows && value.Columns == result.Columns && result.Columns > 1;

    // Whole rows at once: sums of large weight gradients. At most one of the two lies by columns.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add(OnceValue a, OnceValue b, OnceValue result)
    {
        if (a.IsTurned || b.IsTurned)
        {
            result.CopyFrom(a.IsTurned ? a : b);
            (a, b) = (a.IsTurned ? result : a, b.IsTurned ? result : b);
        }

        for (int i = 0; i < result.Rows; i++)
        {
            TensorPrimitives.Add(Row(a, i), Row(b, i), Row(result, i));
        }
    }

    private static Span<float> Row(OnceValue value, int row) => new(value.Pointer + (row * value.RowStride), value.Columns);

    // Only for values that Allocate made: their columns lie side by side.
    private static void Clear(OnceValue value)
    {
        for (int i = 0; i < value.Rows; i++)
        {
            Row(value, i).Clear();
        }
    }

    private static void Multiply(OnceValue a, OnceValue b, OnceValue result)
    {
        for (int i = 0; i < result.Rows; i++)
        {
            for (int j = 0; j < result.Columns; j++)
            {
                float sum = 0;
                for (int k = 0; k < a.Columns; k++)
                {
                    sum = MathF.FusedMultiplyAdd(a[i, k], b[k, j], sum);
                }

                result[i, j] = sum;
            }
        }
    }

    private static float Reduce(Operation operation, OnceValue a)
    {
        float* partials = stackalloc float[LaneReduction.Partials];
        LaneReduction.Begin(partials, operation == Operation.Sum ? 0 : float.NegativeInfinity);
        for (int i = 0; i < a.Rows * a.Columns; i++)
        {
            ref float partial = ref partials[i % LaneReduction.Partials];
            float value = a[i / a.Columns, i % a.Columns];
            partial = operation == Operation.Sum ? partial + value : LaneMachine.Maximum(partial, value);
        }

        return operation == Operation.Sum ? LaneReduction.Sum(partials) : LaneReduction.Largest(partials);
    }

    private void ComputeElements(Node node, OnceValue a, OnceValue b, OnceValue result)
    {
        if (!programs.TryGetValue(node.Operation, out (LaneProgram Program, int Result) lowered))
        {
            LaneProgram made = new();
            int first = made.Load(LaneOperation.Load, 0);
            int last = node.Operands.Length == 1
                ? VectorFunctions.Append(made, node.Operation, first)
                : VectorFunctions.Append(made, node.Operation, first, made.Load(LaneOperation.Load, 1));
            programs.Add(node.Operation, lowered = (made, last));
        }

        LaneProgram program = lowered.Program;
        Span<float> lanes = stackalloc float[program.Instructions.Count];
        bool singleA = a.Rows * a.Columns == 1;
        bool singleB = b.Rows * b.Columns == 1;
        for (int i = 0; i < result.Rows; i++)
        {
            for (int j = 0; j < result.Columns; j++)
            {
                for (int k = 0; k < lanes.Length; k++)
                {
                    LaneInstruction instruction = program.Instructions[k];
                    lanes[k] = instruction.Operation == LaneOperation.Load
                        ? instruction.A == 0 ? (singleA ? a[0, 0] : a[i, j]) : singleB ? b[0, 0] : b[i, j]
                        : LaneMachine.Compute(
                            instruction,
                            instruction.A < 0 ? 0 : lanes[instruction.A],
                            instruction.B < 0 ? 0 : lanes[instruction.B],
                            instruction.C < 0 ? 0 : lanes[instruction.C]);
                }

                result[i, j] = lanes[lowered.Result];
            }
        }
    }
}
