using System.Runtime.CompilerServices;
using Cellwright.Graphs;
using Cellwright.Kernels;
using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>
/// A cell's program with sizes and parameter values: compiled stages, packed weights, derived parameters. Runs and
/// streams share it; each brings its own memory.
/// </summary>
internal sealed class LayerEngine : IDisposable
{
    private readonly CellGraph cell;
    private readonly OnceEvaluator first;
    private readonly OnceEvaluator last;
    private readonly List<BoundStage> bound = [];
    private readonly List<(OnceValue Sum, OnceValue Gradient)> gradients = [];
    private readonly OnceValue[] initialValues;

    public LayerEngine(CellGraph cell, IReadOnlyDictionary<string, int> sizes, IReadOnlyList<Parameter> parameters, bool trace)
    {
        this.cell = cell;
        Program = CellProgram.Build(cell, trace);
        Layout = new LayerLayout(sizes);
        Parameters = parameters;
        first = new OnceEvaluator(Layout);
        last = new OnceEvaluator(Layout);
        for (int i = 0; i < parameters.Count; i++)
        {
            first.Bind(cell.Parameters[i].Node, Dense(parameters[i].ValueArray, parameters[i]));
        }

        Before = Bind(Program.Forward.Before);
        Loop = Bind(Program.Forward.Loop);
        After = Bind(Program.Forward.After);
        initialValues = [.. cell.States.Select(state => first.Request(state.Initial))];
        foreach (Place place in Program.Inputs.Concat(Program.States).Append(Program.Output))
        {
            _ = Layout.Index(place.Buffer);
        }
    }

    /// <summary>The cell that runs, zoned-out states included.</summary>
    public CellGraph Cell => cell;

    public CellProgram Program { get; }

    public LayerLayout Layout { get; }

    public IReadOnlyList<Parameter> Parameters { get; }

    public BoundStage[] Before { get; }

    public BoundStage[] Loop { get; }

    public BoundStage[] After { get; }

    public BoundStage[] BackwardBefore { get; private set; } = [];

    public BoundStage[] BackwardLoop { get; private set; } = [];

    public BoundStage[] BackwardAfter { get; private set; } = [];

    public BoundOuterTotal[] OuterTotals { get; private set; } = [];

    public BoundColumnTotal[] ColumnTotals { get; private set; } = [];

    /// <summary>Whether the memory behind parameters and weights is gone.</summary>
    public bool IsDisposed { get; private set; }

    /// <summary>Whether the backward pass is compiled.</summary>
    public bool HasBackward { get; private set; }

    /// <summary>For each state, the gradient by its initial value summed over the batch, to be filled by the backward pass.</summary>
    public OnceValue?[] InitialCotangents { get; private set; } = [];

    /// <summary>The value a state has before the first step.</summary>
    public OnceValue InitialValue(int state) => initialValues[state];

    /// <summary>Gives each sequence of states those before the first step.</summary>
    /// <exception cref="ObjectDisposedException">The memory behind parameters and weights is gone.</exception>
    public void WriteInitialState(LayerState state)
    {
        ThrowIfDisposed();
        for (int i = 0; i < initialValues.Length; i++)
        {
            OnceValue initial = initialValues[i];
            Span<float> values = state.At(i);
            for (int j = 0; j < values.Length; j++)
            {
                values[j] = initial[j % initial.Rows, 0];
            }
        }
    }

    /// <summary>Computes a value that depends on no step.</summary>
    /// <param name="graph">A cell of this engine's sizes.</param>
    /// <param name="parameters">Its parameters, in its order.</param>
    /// <param name="node">One of its nodes.</param>
    /// <returns>The value, row-major.</returns>
    public float[] ValueOnce(CellGraph graph, IReadOnlyList<Parameter> parameters, Node node)
    {
        using OnceEvaluator evaluator = new(Layout);
        for (int i = 0; i < parameters.Count; i++)
        {
            evaluator.Bind(graph.Parameters[i].Node, Dense(parameters[i].ValueArray, parameters[i]));
        }

        OnceValue value = evaluator.Request(node);
        evaluator.Run();
        return [.. Enumerable.Range(0, value.Rows * value.Columns).Select(i => value[i / value.Columns, i % value.Columns])];
    }

    /// <summary>Takes over parameter values: computes derived parameters, packs matrices.</summary>
    /// <exception cref="ObjectDisposedException">The memory behind parameters and weights is gone.</exception>
    public void Load()
    {
        ThrowIfDisposed();
        first.Run();
        foreach (BoundStage stage in bound)
        {
            stage.Load();
            if (RoundsWeights && stage is BoundProduct { Packed: { } matrix })
            {
                matrix.CopyRounded(matrix);
            }
        }

        Loads++;
    }

    /// <summary>Whether matrices are rounded to bfloat16 once they are packed, to know what a stream that holds them so gives.</summary>
    public bool RoundsWeights { get; set; }

    /// <summary>How often values were taken over, for those who keep something made of them.</summary>
    public int Loads { get; private set; }

    /// <summary>Compiles the backward pass, once.</summary>
    /// <exception cref="ObjectDisposedException">The memory behind parameters and weights is gone.</exception>
    public void PrepareBackward()
    {
        ThrowIfDisposed();
        if (HasBackward)
        {
            return;
        }

        BackwardBefore = Bind(Program.Backward.Before);
        BackwardLoop = Bind(Program.Backward.Loop);
        BackwardAfter = Bind(Program.Backward.After);
        foreach (Place place in Program.StateCotangents.Append(Program.OutputCotangent).Concat(Program.InputGradients.OfType<Place>()))
        {
            _ = Layout.Index(place.Buffer);
        }

        BindTotals();
        HasBackward = true;
        Load();
    }

    /// <summary>The bytes that training takes for each step of each sequence, and for each sequence.</summary>
    public (long PerStep, long PerSequence) Footprint()
    {
        PrepareBackward();
        (long perStep, long perSequence) = (0, 0);
        for (int i = 0; i < Layout.Buffers.Count; i++)
        {
            long bytes = (long)Layout.Stride(i) * sizeof(float);
            perStep += Layout.Buffers[i].Storage is Storage.Steps or Storage.States ? bytes : 0;
            perSequence += Layout.Buffers[i].Storage switch { Storage.Steps => 0, Storage.Carries => 2 * bytes, _ => bytes };
        }

        return (perStep, perSequence);
    }

    /// <summary>Computes the parameters' gradients from the sums over rows, but for copying them out.</summary>
    public void FinishGradients() => last.Run();

    /// <summary>Copies out one of several members' share of the gradients.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void CopyGradients(int member, int members)
    {
        foreach ((OnceValue sum, OnceValue gradient) in gradients)
        {
            // Whole blocks of a transposition, so that members share few cache lines.
            int blocks = (gradient.Rows + MatrixTransposition.Block - 1) / MatrixTransposition.Block;
            int begin = blocks * member / members * MatrixTransposition.Block;
            int end = Math.Min(gradient.Rows, blocks * (member + 1) / members * MatrixTransposition.Block);
            if (begin < end)
            {
                bool isSingle = sum.Rows * sum.Columns == 1;
                gradient.Rectangle(begin, 0, end - begin, gradient.Columns)
                    .CopyFrom(isSingle ? sum : sum.Rectangle(begin, 0, end - begin, gradient.Columns));
            }
        }
    }

    /// <summary>The elements of all gradients.</summary>
    public long GradientElements => gradients.Sum(each => (long)each.Gradient.Rows * each.Gradient.Columns);

    public void Dispose()
    {
        IsDisposed = true;
        bound.ForEach(stage => stage.Dispose());
        first.Dispose();
        last.Dispose();
    }

    // Nothing may be compiled or packed any more: whoever holds the engine would write where other values lie by now.
    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(IsDisposed, typeof(Layer));

    // The array is pinned for its whole life.
    private static unsafe OnceValue Dense(float[] array, Parameter parameter)
    {
        fixed (float* pointer = array)
        {
            return new OnceValue((nint)pointer, parameter.Rows, parameter.Columns, parameter.Columns, 1);
        }
    }

    private BoundStage[] Bind(IReadOnlyList<Stage> stages)
    {
        BoundStage[] result = [.. stages.Select(stage => BoundStage.Bind(stage, Layout, first))];
        bound.AddRange(result);
        return result;
    }

    private void BindTotals()
    {
        List<BoundOuterTotal> outers = [];
        List<OuterTotal> rest = [.. Program.OuterTotals.OrderBy(total => total.Left.Slot)];
        while (rest.Count > 0)
        {
            // Left factors that lie side by side without a gap, with one right factor, are one product.
            List<OuterTotal> joint = [rest[0]];
            rest.RemoveAt(0);
            while (Layout.Width(joint[^1].Left) % LayerLayout.Alignment == 0
                && rest.FindIndex(other => other.Right == joint[0].Right && other.Left == joint[^1].Left with { Slot = joint[^1].Left.Slot + 1 }) is >= 0 and int next)
            {
                joint.Add(rest[next]);
                rest.RemoveAt(next);
            }

            int rows = joint.Sum(each => Layout.Width(each.Total.Shape.Rows));
            // The longer side lies along the rows of the sum's memory: its factor is then read as it lies. One row more is
            // for a bias gradient.
            int across = Layout.Width(joint[0].Total.Shape.Columns);
            OnceValue sum = rows > across ? last.Allocate(across + 1, rows).Rectangle(0, 0, across, rows).Transposed : last.Allocate(rows, across);
            int row = 0;
            foreach (OuterTotal each in joint)
            {
                int count = Layout.Width(each.Total.Shape.Rows);
                last.Bind(each.Total, sum.Rectangle(row, 0, count, sum.Columns));
                row += count;
            }

            outers.Add(new BoundOuterTotal(new BoundPlace(Layout, joint[0].Left), new BoundPlace(Layout, joint[0].Right), sum, joint[0].Left, joint[0].Right, Bias: null));
        }

        List<BoundColumnTotal> columns = [];
        List<ColumnTotal> vectors = [.. Program.ColumnTotals.OrderBy(total => total.Place.Slot)];
        while (vectors.Count > 0)
        {
            // So are vectors side by side one sum.
            List<ColumnTotal> joint = [vectors[0]];
            vectors.RemoveAt(0);
            while (Layout.Width(joint[^1].Place) % LayerLayout.Alignment == 0 && joint[^1].Place.Offset is null
                && vectors.FindIndex(other => other.Place == joint[^1].Place with { Slot = joint[^1].Place.Slot + 1 }) is >= 0 and int next)
            {
                joint.Add(vectors[next]);
                vectors.RemoveAt(next);
            }

            BoundPlace place = new(Layout, joint[0].Place);
            int width = joint.Sum(each => Layout.Width(each.Sum.Shape.Rows));
            int carrier = outers.FindLastIndex(outer => outer.Left == place && outer.Sum.IsTurned && outer.Sum.Rows == width && outer.Bias is null);
            OnceValue sum = carrier < 0 ? last.Allocate(width, 1) : outers[carrier].Sum.BehindLastColumn;
            if (carrier >= 0)
            {
                outers[carrier] = outers[carrier] with { Bias = new BoundColumnTotal(place, sum) };
            }

            int row = 0;
            foreach (ColumnTotal each in joint)
            {
                int count = Layout.Width(each.Sum.Shape.Rows);
                last.Bind(each.Sum, sum.Rectangle(row, 0, count, 1));
                row += count;
            }

            columns.Add(new BoundColumnTotal(place, sum));
        }

        OuterTotals = [.. outers];
        ColumnTotals = [.. columns];
        InitialCotangents = [.. cell.States.Select(state =>
        {
            Node? leaf = cell.Graph.Nodes.FirstOrDefault(node => node.Operation == Operation.InitialCotangent && node.Name == state.Name);
            if (leaf is null)
            {
                return (OnceValue?)null;
            }

            OnceValue sum = last.Allocate(Layout.Width(leaf.Shape.Rows), 1);
            last.Bind(leaf, sum);
            return sum;
        })];
        for (int i = 0; i < Parameters.Count; i++)
        {
            if (Program.Gradients.ParameterGradients[i] is { } gradient)
            {
                BindForward(gradient);
                gradients.Add((last.Request(gradient), Dense(Parameters[i].GradientArray, Parameters[i])));
            }
        }
    }

    // What the gradients of derived parameters read of the forward values is known already.
    private void BindForward(Node node)
    {
        if (node.Operation is Operation.OuterTotal or Operation.Total && node.Operands.Any(operand => operand.IsPerStep))
        {
            return;
        }

        if (node.Operation is Operation.Parameter || first.Knows(node))
        {
            last.Bind(node, first.Request(node));
            return;
        }

        foreach (Node operand in node.Operands)
        {
            BindForward(operand);
        }
    }
}
