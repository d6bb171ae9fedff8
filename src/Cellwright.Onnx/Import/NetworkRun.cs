using Cellwright.Layers;

namespace Cellwright.Onnx.Import;

/// <summary>One batch run through an imported model.</summary>
internal sealed class NetworkRun
{
    private readonly NetworkPlan plan;
    private readonly OnnxModel model;
    private readonly NetworkHeads heads;
    private readonly IReadOnlyDictionary<string, OnnxValue> inputs;
    private readonly List<(AxisFactor Length, int Size)> sizes = [];
    private readonly List<float[]> outputs = [];
    private readonly List<LayerState> finals = [];

    /// <summary>Runs the recurrent layers.</summary>
    /// <exception cref="ArgumentException">An input is missing, or of another kind or shape.</exception>
    public NetworkRun(NetworkPlan plan, OnnxModel model, NetworkHeads heads, IReadOnlyDictionary<string, OnnxValue> inputs)
    {
        this.plan = plan;
        this.model = model;
        this.heads = heads;
        this.inputs = inputs;
        foreach (GraphInput input in plan.Inputs.Where(input => input.Role != OnnxInputRole.Unused))
        {
            Bind(input);
        }

        for (int layer = 0; layer < plan.Layers.Count; layer++)
        {
            Run(plan.Layers[layer], model.Recurrent[layer]);
        }
    }

    /// <summary>A value with its axes where the graph has them.</summary>
    public OnnxValue Arrange(NetworkValue value) => OnnxValue.Of(
        Arrange(Evaluate(value.Signal), value.Signal.Axes, [.. value.Axes.SelectMany(axis => axis)]),
        [.. value.Axes.Select(axis => axis.Aggregate(1, (product, length) => product * SizeOf(length)))]);

    private void Bind(GraphInput input)
    {
        if (!inputs.TryGetValue(input.Name, out OnnxValue? value))
        {
            throw new ArgumentException($"the input '{input.Name}' is missing; the model reads {string.Join(", ", plan.Inputs.Select(each => $"'{each.Name}'"))}", nameof(inputs));
        }

        if (value.IsWhole != input.IsWhole || value.Shape.Count != input.Axes.Count)
        {
            throw new ArgumentException(
                $"the input '{input.Name}' holds {(value.IsWhole ? "whole numbers" : "fractions")} on {value.Shape.Count} axes where {(input.IsWhole ? "whole numbers" : "fractions")} on {input.Axes.Count} were expected", nameof(inputs));
        }

        for (int axis = 0; axis < input.Axes.Count; axis++)
        {
            int size = value.Shape[axis];
            AxisFactor? length = input.Axes[axis];
            int known = length is null ? 1 : sizes.FirstOrDefault(each => each.Length.Counts(length)) is { Length: not null } bound ? bound.Size : -1;
            if (known >= 0 ? known != size : size < 1)
            {
                throw new ArgumentException($"axis {axis} of the input '{input.Name}' has {size} places where {(known < 0 ? "1 or more" : known)} were expected", nameof(inputs));
            }

            if (length is not null && known < 0)
            {
                sizes.Add((length, size));
            }
        }
    }

    private void Run(LayerPlan layer, SequenceLayer runs)
    {
        AxisFactor[] order = [.. new[] { layer.Time, layer.Batch }.OfType<AxisFactor>(), .. layer.Input.Features];
        float[] x = Arrange(Evaluate(layer.Input), layer.Input.Axes, order);
        int steps = layer.Time is null ? 1 : SizeOf(layer.Time);
        int batch = layer.Batch is null ? 1 : SizeOf(layer.Batch);
        if (x.Length != (long)steps * batch * runs.InputWidth)
        {
            throw new ArgumentException($"the sequences are {x.Length / (steps * batch)} wide where {runs.InputWidth} was expected", nameof(layer));
        }

        float[] y = new float[steps * batch * runs.OutputWidth];
        LayerState final = runs.CreateState(batch);
        runs.Forward(x, steps, batch, Lengths(layer, steps, batch), Initial(layer, runs, batch), y, final);
        outputs.Add(y);
        finals.Add(final);
    }

    private int[] Lengths(LayerPlan layer, int steps, int batch)
    {
        int[] lengths = layer.Lengths is { } given ? [.. inputs[given.Input.Name].Wholes.ToArray().Select(length => (int)Math.Clamp(length, -1, int.MaxValue))] : [.. layer.FixedLengths ?? []];
        return lengths.Length == 0 || (lengths.Length == batch && lengths.All(length => length >= 0 && length <= steps))
            ? lengths
            : throw new ArgumentException($"the lengths are [{string.Join(", ", lengths)}] where {batch} numbers from 0 to {steps} were expected", nameof(layer));
    }

    private LayerState? Initial(LayerPlan layer, SequenceLayer runs, int batch)
    {
        LayerState state = runs.CreateState(batch);
        foreach ((string name, InitialState initial) in layer.Initials)
        {
            float[] values = initial switch
            {
                GivenState given => Rows(given),
                FixedState { IsForAll: false } held when held.Values.Shape[1] == batch => Copy(held.Values),
                FixedState { IsForAll: true } => [],
                FixedState held => throw new ArgumentException($"the file has initial states for {held.Values.Shape[1]} sequences, and the batch has {batch}", nameof(layer)),
                _ => throw new InvalidOperationException("an initial state of no known kind"),
            };
            if (values.Length > 0)
            {
                int width = batch * layer.Node.Hidden;
                for (int direction = 0; direction < layer.Node.Directions; direction++)
                {
                    values.AsSpan(direction * width, width).CopyTo(state[StateName(layer, direction, name)]);
                }
            }
        }

        return state;

        float[] Rows(GivenState given)
        {
            IReadOnlyList<IReadOnlyList<AxisFactor>> axes = layer.Node.IsBatchFirst ? [given.Axes[1], given.Axes[0], given.Axes[2]] : given.Axes;
            float[] rows = Arrange(Evaluate(given.Signal), given.Signal.Axes, [.. axes.SelectMany(axis => axis)]);
            int expected = layer.Node.Directions * batch * layer.Node.Hidden;
            return rows.Length == expected ? rows : throw new ArgumentException($"the initial states have {rows.Length} values where {expected} were expected", nameof(layer));
        }
    }

    private static float[] Copy(ConstantTensor tensor)
    {
        float[] values = new float[tensor.Count];
        tensor.CopyTo(values);
        return values;
    }

    private static string StateName(LayerPlan layer, int direction, string state) =>
        direction == 1 || layer.Node.Direction == "reverse" ? BidirectionalLayer.Prefix + state : state;

    // In the order of the signal's own axes.
    private float[] Evaluate(NetworkSignal signal) => signal switch
    {
        InputSignal given => inputs[given.Input.Name].Singles.ToArray(),
        InputRows rows => RowsOf(rows),
        EmbeddedSignal embedded => Embed(embedded),
        LayerSignal { Direction: null } layer => outputs[layer.Layer],
        LayerSignal layer => Columns(outputs[layer.Layer], plan.Layers[layer.Layer].Node.Hidden, layer.Direction!.Value),
        FinalSignal final => States(final),
        LastStepSignal last => Last(last),
        HeadSignal head => Apply(head),
        _ => throw new InvalidOperationException("a signal of no known kind"),
    };

    private float[] RowsOf(InputRows rows)
    {
        ReadOnlySpan<float> values = inputs[rows.Of.Input.Name].Singles;
        int all = SizeOf(rows.Of.Axes[0]);
        if (rows.First + rows.Count > all)
        {
            throw new ArgumentException($"the input '{rows.Of.Input.Name}' has {all} rows where {rows.First + rows.Count} were expected", nameof(rows));
        }

        int width = values.Length / all;
        return values.Slice(rows.First * width, rows.Count * width).ToArray();
    }

    private float[] Embed(EmbeddedSignal embedded)
    {
        ReadOnlySpan<long> symbols = inputs[embedded.Symbols.Input.Name].Wholes;
        Parameter table = model.Embedding!;
        float[] rows = new float[symbols.Length * table.Columns];
        for (int i = 0; i < symbols.Length; i++)
        {
            // Negative indices count from the end, as Gather says.
            long row = symbols[i] < 0 ? symbols[i] + table.Rows : symbols[i];
            if (row < 0 || row >= table.Rows)
            {
                throw new ArgumentException($"the symbol {symbols[i]} is outside the {table.Rows} rows of the embedding", nameof(embedded));
            }

            table.Values.Slice((int)row * table.Columns, table.Columns).CopyTo(rows.AsSpan(i * table.Columns));
        }

        return rows;
    }

    private static float[] Columns(float[] values, int width, int part)
    {
        float[] columns = new float[values.Length / 2];
        for (int row = 0; row < columns.Length / width; row++)
        {
            values.AsSpan((row * 2 * width) + (part * width), width).CopyTo(columns.AsSpan(row * width));
        }

        return columns;
    }

    private float[] States(FinalSignal final)
    {
        float[][] states = [.. final.States.Select(state => finals[state.Layer][StateName(plan.Layers[state.Layer], state.Direction, state.State)].ToArray())];
        if (!final.IsJoined)
        {
            return [.. states.SelectMany(state => state)];
        }

        int width = (int)final.Axes[^1].Size!.Value;
        return [.. Enumerable.Range(0, states[0].Length / width).SelectMany(row => states.SelectMany(state => state.Skip(row * width).Take(width)))];
    }

    private float[] Last(LastStepSignal last)
    {
        AxisFactor time = last.Of.Axes.Single(length => !last.Axes.Contains(length));
        float[] values = Arrange(Evaluate(last.Of), last.Of.Axes, [time, .. last.Axes]);
        return values[^(values.Length / SizeOf(time))..];
    }

    private float[] Apply(HeadSignal head)
    {
        (SequenceLayer layer, NetworkSignal input) = heads[head];
        float[] x = Evaluate(input);
        int rows = x.Length / layer.InputWidth;
        float[] y = new float[rows * layer.OutputWidth];
        layer.Forward(x, steps: 1, rows, lengths: [], initial: null, y, final: null);
        return y;
    }

    private int SizeOf(AxisFactor length) => sizes.FirstOrDefault(each => each.Length.Counts(length)) is { Length: not null } bound ? bound.Size : (int)length.Size!.Value;

    private float[] Arrange(float[] values, IReadOnlyList<AxisFactor> from, IReadOnlyList<AxisFactor> to)
    {
        int[] places = [.. to.Select(length => Enumerable.Range(0, from.Count).First(i => from[i].Counts(length)))];
        if (places.SequenceEqual(Enumerable.Range(0, from.Count)))
        {
            return values;
        }

        int[] strides = new int[from.Count];
        for (int i = from.Count - 1, stride = 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= SizeOf(from[i]);
        }

        int[] shape = [.. to.Select(SizeOf)];
        int[] place = new int[to.Count];
        float[] arranged = new float[values.Length];
        for (int next = 0, index = 0; next < arranged.Length; next++)
        {
            arranged[next] = values[index];
            for (int axis = to.Count - 1; axis >= 0; axis--)
            {
                index += strides[places[axis]];
                if (++place[axis] < shape[axis])
                {
                    break;
                }

                index -= strides[places[axis]] * shape[axis];
                place[axis] = 0;
            }
        }

        return arranged;
    }
}
