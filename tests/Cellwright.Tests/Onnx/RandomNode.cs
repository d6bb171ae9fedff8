using System.Runtime.InteropServices;
using Cellwright.Onnx.Format;
using Cellwright.Onnx.Import;
using Google.Protobuf;

namespace Cellwright.Tests.Onnx;

/// <summary>A model of one RNN, GRU or LSTM node, drawn from all that the specification allows, with a batch for it.</summary>
internal sealed class RandomNode
{
    private static readonly (string Name, bool Alpha, bool Beta)[] Functions =
    [
        ("Relu", false, false), ("Tanh", false, false), ("Sigmoid", false, false), ("Affine", true, true), ("LeakyRelu", true, false), ("ThresholdedRelu", true, false),
        ("ScaledTanh", true, true), ("HardSigmoid", true, true), ("Elu", true, false), ("Softsign", false, false), ("Softplus", false, false),
    ];

    private readonly Random random;
    private readonly NodeProto node = new() { Name = "node" };
    private readonly GraphProto graph = new() { Name = "graph" };
    private readonly List<string> said = [];

    private RandomNode(int seed, bool isBatchFirst)
    {
        random = new Random(seed);
        int kind = random.Next(3);
        node.OpType = (string[])["RNN", "GRU", "LSTM"] is var kinds ? kinds[kind] : "";
        int gates = ((int[])[1, 3, 4])[kind];
        int hidden = random.Next(1, 10);
        int input = random.Next(1, 7);
        Steps = random.Next(1, 9);
        Batch = random.Next(1, 5);
        string direction = ((string[])["forward", "reverse", "bidirectional"])[random.Next(3)];
        int directions = direction == "bidirectional" ? 2 : 1;
        Set(new AttributeProto { Name = "hidden_size", Type = AttributeProto.Types.AttributeType.Int, I = hidden });
        if (direction != "forward" || random.Next(2) == 0)
        {
            Set(new AttributeProto { Name = "direction", Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(direction) });
        }

        if (random.Next(3) == 0)
        {
            Set(new AttributeProto { Name = "clip", Type = AttributeProto.Types.AttributeType.Float, F = Number(0.1f, 1.5f) });
        }

        if (isBatchFirst)
        {
            Set(new AttributeProto { Name = "layout", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        }

        if (kind == 1 && random.Next(2) == 0)
        {
            Set(new AttributeProto { Name = "linear_before_reset", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        }

        if (kind == 2 && random.Next(3) == 0)
        {
            Set(new AttributeProto { Name = "input_forget", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        }

        if (random.Next(4) != 0)
        {
            SetActivations(kind, directions * (kind + 1));
        }

        Sequences("X", ValuesOf(Steps * Batch * input), isBatchFirst ? [Batch, Steps, input] : [Steps, Batch, input], isOptional: false);
        Weights("W", directions, gates * hidden, input);
        Weights("R", directions, gates * hidden, hidden);
        Optional(random.Next(4) != 0, () => Weights("B", directions, 2 * gates * hidden));
        Optional(random.Next(2) == 0, SetLengths);
        int[] state = isBatchFirst ? [Batch, directions, hidden] : [directions, Batch, hidden];
        Optional(random.Next(2) == 0, () => Sequences("initial_h", ValuesOf(directions * Batch * hidden), state, isOptional: true));
        if (kind == 2)
        {
            Optional(random.Next(2) == 0, () => Sequences("initial_c", ValuesOf(directions * Batch * hidden), state, isOptional: true));
            Optional(random.Next(2) == 0, () => Weights("P", directions, 3 * hidden));
        }

        foreach (string output in (string[])["Y", "Y_h", "Y_c"] is var all && kind == 2 ? all : all[..2])
        {
            node.Output.Add(output);
            graph.Output.Add(Info(output, TensorProto.Types.DataType.Float, []));
        }

        graph.Node.Add(node);
        Model = new ModelProto { IrVersion = 8, Graph = graph };
        Model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = isBatchFirst ? 17 : ((int[])[7, 13, 17, 21])[random.Next(4)] });
    }

    public ModelProto Model { get; }

    public int Steps { get; }

    public int Batch { get; }

    public List<OnnxTensor> Feeds { get; } = [];

    public Dictionary<string, OnnxValue> Inputs { get; } = [];

    public string Description => $"{node.OpType} {string.Join(", ", said)}, T {Steps}, B {Batch}";

    /// <summary>The model of a seed. Batch first or not, the numbers are the same.</summary>
    public static RandomNode Draw(int seed, bool isBatchFirst = false) => new(seed, isBatchFirst);

    private void SetActivations(int kind, int count)
    {
        (string Name, bool Alpha, bool Beta)[] drawn = [.. Enumerable.Range(0, count).Select(_ => Functions[random.Next(Functions.Length)])];
        AttributeProto names = new() { Name = "activations", Type = AttributeProto.Types.AttributeType.Strings };
        AttributeProto alphas = new() { Name = "activation_alpha", Type = AttributeProto.Types.AttributeType.Floats };
        AttributeProto betas = new() { Name = "activation_beta", Type = AttributeProto.Types.AttributeType.Floats };

        foreach ((string name, bool alpha, bool beta) in drawn)
        {
            names.Strings.Add(ByteString.CopyFromUtf8(random.Next(8) == 0 && kind > 0 ? name.ToLowerInvariant() : name));
            if (alpha)
            {
                alphas.Floats.Add(Number(0.1f, 0.9f));
            }

            if (beta)
            {
                // ONNX Runtime computes tanh as 2σ(2x) − 1, which has few digits for small arguments.
                betas.Floats.Add(name == "ScaledTanh" ? Number(0.6f, 1.2f) : Number(-0.4f, 0.9f));
            }
        }

        // Values at the end may be left out where both have one default: the others have to be said.
        while (alphas.Floats.Count > 0 && random.Next(3) == 0 && drawn.Last(function => function.Alpha).Name is "LeakyRelu" or "Elu" && drawn.Count(function => function.Alpha) == alphas.Floats.Count)
        {
            alphas.Floats.RemoveAt(alphas.Floats.Count - 1);
        }

        Set(names);
        Set(alphas);
        Set(betas);
    }

    private void SetLengths()
    {
        int[] lengths = [.. Enumerable.Range(0, Batch).Select(_ => random.Next(1, Steps + 1))];
        said.Add($"lengths {string.Join(' ', lengths)}");
        node.Input.Add("sequence_lens");
        if (random.Next(4) == 0)
        {
            TensorProto stored = new() { Name = "sequence_lens", DataType = (int)TensorProto.Types.DataType.Int32 };
            stored.Dims.Add(Batch);
            stored.Int32Data.Add(lengths);
            graph.Initializer.Add(stored);
            return;
        }

        graph.Input.Add(Info("sequence_lens", TensorProto.Types.DataType.Int32, [Batch]));
        Feeds.Add(OnnxTensor.Of("sequence_lens", lengths, Batch));
        Inputs["sequence_lens"] = OnnxValue.Of([.. lengths.Select(length => (long)length)], Batch);
    }

    private void Optional(bool isThere, Action add)
    {
        if (isThere)
        {
            add();
        }
        else
        {
            node.Input.Add(string.Empty);
        }
    }

    private void Weights(string name, params int[] shape)
    {
        node.Input.Add(name);
        if (name is not ("W" or "R"))
        {
            said.Add(name);
        }

        float scale = 0.8f / MathF.Sqrt(shape[^1] > 8 ? 1 : shape[^1]);
        Store(name, [.. ValuesOf(shape.Aggregate(1, (product, size) => product * size)).Select(value => scale * value)], shape);
    }

    // What the file lists batch first is drawn time first, so that both orders hold the same numbers.
    private void Sequences(string name, float[] timeFirst, int[] shape, bool isOptional)
    {
        bool isTurned = node.Attribute.Any(attribute => attribute.Name == "layout");
        float[] values = isTurned ? Turned(timeFirst, shape) : timeFirst;
        node.Input.Add(name);
        if (isOptional && random.Next(4) == 0)
        {
            said.Add(name + " in the file");
            Store(name, values, shape);
            return;
        }

        said.Add(name);
        graph.Input.Add(Info(name, TensorProto.Types.DataType.Float, shape));
        Feeds.Add(OnnxTensor.Of(name, values, shape));
        Inputs[name] = OnnxValue.Of(values, shape);
    }

    /// <summary>[B, A, …] from [A, B, …].</summary>
    private static float[] Turned(float[] values, int[] shape)
    {
        int width = values.Length / shape[0] / shape[1];
        float[] turned = new float[values.Length];
        for (int first = 0; first < shape[0]; first++)
        {
            for (int second = 0; second < shape[1]; second++)
            {
                values.AsSpan(((second * shape[0]) + first) * width, width).CopyTo(turned.AsSpan(((first * shape[1]) + second) * width));
            }
        }

        return turned;
    }

    private void Store(string name, float[] values, int[] shape)
    {
        TensorProto stored = new() { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        stored.Dims.Add(shape.Select(size => (long)size));
        if (random.Next(2) == 0)
        {
            stored.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        }
        else
        {
            stored.FloatData.Add(values);
        }

        graph.Initializer.Add(stored);
    }

    private void Set(AttributeProto attribute)
    {
        string value = attribute.Type switch
        {
            AttributeProto.Types.AttributeType.Floats => string.Join(' ', attribute.Floats),
            AttributeProto.Types.AttributeType.Strings => string.Join(' ', attribute.Strings.Select(text => text.ToStringUtf8())),
            AttributeProto.Types.AttributeType.String => attribute.S.ToStringUtf8(),
            AttributeProto.Types.AttributeType.Float => FormattableString.Invariant($"{attribute.F}"),
            _ => FormattableString.Invariant($"{attribute.I}"),
        };
        said.Add($"{attribute.Name} {value}");
        node.Attribute.Add(attribute);
    }

    private static ValueInfoProto Info(string name, TensorProto.Types.DataType type, int[] shape)
    {
        TypeProto.Types.Tensor tensor = new() { ElemType = (int)type };
        if (shape.Length > 0)
        {
            tensor.Shape = new TensorShapeProto();
            tensor.Shape.Dim.Add(shape.Select(size => new TensorShapeProto.Types.Dimension { DimValue = size }));
        }

        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }

    private float Number(float low, float high) => low + ((high - low) * random.NextSingle());

    private float[] ValuesOf(int count) => [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
}
