using System.Runtime.InteropServices;

namespace Cellwright.Cli.Benchmarks;

/// <summary>
/// An ONNX model of one LSTM, GRU or RNN operator with its weights inside, for ONNX Runtime to be timed with.
/// </summary>
/// <remarks>The field numbers are those of onnx.proto3, the tensors' layouts those of the operators since version 14.</remarks>
internal static class RecurrentOnnxModel
{
    private const int Float32 = 1;
    private const int AttributeInt = 2;
    private const int AttributeStrings = 8;

    /// <summary>Writes the model: inputs <c>X</c> [T, B, I], <c>initial_h</c> and, for an LSTM, <c>initial_c</c> [1, B, H]; outputs <c>Y</c>, <c>Y_h</c>, <c>Y_c</c>.</summary>
    /// <param name="known">What peers call the cell.</param>
    /// <param name="what">The sizes.</param>
    /// <param name="valuesOf">A parameter's values by name.</param>
    public static byte[] Write(PeerCell known, BenchmarkCase what, Func<string, float[]> valuesOf)
    {
        // PyTorch's gates i, f, g, o and r, z, n in ONNX's order.
        (string operation, int[] gates) = known.Kind switch { "lstm" => ("LSTM", [0, 3, 1, 2]), "gru" => ("GRU", new[] { 1, 0, 2 }), _ => ("RNN", [0]) };
        bool hasCell = known.StateNames.Count > 1;
        float[] Joined(IReadOnlyList<string> names) => [.. gates.SelectMany(gate => valuesOf(names[gate]))];
        float[] inner = new float[gates.Length * what.Hidden];
        foreach (string name in known.Biases.Skip(gates.Length))
        {
            valuesOf(name).CopyTo(inner, inner.Length - what.Hidden);
        }

        ProtobufMessage node = new();
        string[] inputs = ["X", "W", "R", "B", "", "initial_h", .. hasCell ? ["initial_c"] : Array.Empty<string>()];
        string[] outputs = ["Y", "Y_h", .. hasCell ? ["Y_c"] : Array.Empty<string>()];
        foreach (string input in inputs)
        {
            node.Add(1, input);
        }

        foreach (string output in outputs)
        {
            node.Add(2, output);
        }

        node.Add(4, operation).Add(5, Attribute("hidden_size", what.Hidden));
        if (operation == "GRU")
        {
            node.Add(5, Attribute("linear_before_reset", 1));
        }
        else if (known.Kind == "rnn-relu")
        {
            node.Add(5, new ProtobufMessage().Add(1, "activations").Add(9, "Relu").Add(20, AttributeStrings));
        }

        ProtobufMessage graph = new ProtobufMessage().Add(1, node).Add(2, "cell")
            .Add(5, Tensor("W", [1, gates.Length * what.Hidden, what.Input], Joined(known.Inputs)))
            .Add(5, Tensor("R", [1, gates.Length * what.Hidden, what.Hidden], Joined(known.States)))
            .Add(5, Tensor("B", [1, 2 * gates.Length * what.Hidden], [.. Joined(known.Biases), .. inner]))
            .Add(11, Value("X", what.Steps, what.Batch, what.Input));
        foreach (string input in inputs[5..])
        {
            graph.Add(11, Value(input, 1, what.Batch, what.Hidden));
        }

        graph.Add(12, Value("Y", what.Steps, 1, what.Batch, what.Hidden));
        foreach (string output in outputs[1..])
        {
            graph.Add(12, Value(output, 1, what.Batch, what.Hidden));
        }

        return new ProtobufMessage().Add(1, 8).Add(7, graph).Add(8, new ProtobufMessage().Add(2, 14)).ToArray();
    }

    private static ProtobufMessage Attribute(string name, int value) => new ProtobufMessage().Add(1, name).Add(3, value).Add(20, AttributeInt);

    private static ProtobufMessage Tensor(string name, int[] shape, float[] values)
    {
        ProtobufMessage tensor = new();
        foreach (int size in shape)
        {
            tensor.Add(1, size);
        }

        return tensor.Add(2, Float32).Add(8, name).Add(9, MemoryMarshal.AsBytes(values.AsSpan()));
    }

    private static ProtobufMessage Value(string name, params int[] shape)
    {
        ProtobufMessage sizes = new();
        foreach (int size in shape)
        {
            sizes.Add(1, new ProtobufMessage().Add(1, size));
        }

        return new ProtobufMessage().Add(1, name).Add(2, new ProtobufMessage().Add(1, new ProtobufMessage().Add(1, Float32).Add(2, sizes)));
    }
}
