using Cellwright.Interchange;
using Cellwright.Layers;

namespace Cellwright.Onnx.Import;

/// <summary>The tensors of a recurrent node, checked, and what they are in the parameters of its cell.</summary>
internal sealed class NodeWeights
{
    // Where our gates stand in the operator's matrices: i, o, f, c and z, r, h.
    private static readonly string[][] Gates = [[""], ["_z", "_r", "_n"], ["_i", "_o", "_f", "_g"]];
    private static readonly string[] Peepholes = ["p_i", "p_o", "p_f"];

    private readonly RecurrentOperator kind;
    private readonly ConstantTensor w;
    private readonly ConstantTensor r;
    private readonly ConstantTensor? b;
    private readonly ConstantTensor? p;

    private NodeWeights(RecurrentOperator kind, ConstantTensor w, ConstantTensor r, ConstantTensor? b, ConstantTensor? p)
    {
        this.kind = kind;
        this.w = w;
        this.r = r;
        this.b = b;
        this.p = p;
    }

    /// <summary>H.</summary>
    public int Hidden => r.Shape[2];

    /// <summary>The width of the input.</summary>
    public int Input => w.Shape[2];

    /// <summary>1 or 2.</summary>
    public int Directions => w.Shape[0];

    /// <summary>How many numbers they are together.</summary>
    public long Count => (long)w.Count + r.Count + (b?.Count ?? 0) + (p?.Count ?? 0);

    /// <summary>Whether there are peephole weights.</summary>
    public bool HasPeepholes => p is not null;

    /// <summary>Takes the tensors of a node.</summary>
    /// <exception cref="Files.InvalidFileException">One is missing, computed or of a shape that does not fit the others.</exception>
    public static NodeWeights Read(GraphNode node, RecurrentOperator kind)
    {
        ConstantTensor w = node.Constant(1, "weight W");
        ConstantTensor r = node.Constant(2, "recurrence weight R");
        int gates = RecurrentNode.GatesOf(kind);
        if (r.Rank != 3 || r.Count == 0 || r.Shape[1] != (long)gates * r.Shape[2] || r.Shape[0] > 2)
        {
            throw node.Error($"its R is {Text(r)} where [directions, {gates}·hidden, hidden] was expected");
        }

        int directions = r.Shape[0];
        int hidden = r.Shape[2];
        if (w.Rank != 3 || w.Count == 0 || w.Shape[0] != directions || w.Shape[1] != r.Shape[1])
        {
            throw node.Error($"its W is {Text(w)} where [{directions}, {r.Shape[1]}, input] was expected, as R is {Text(r)}");
        }

        ConstantTensor? b = Row(3, "bias B", 2L * gates * hidden);
        ConstantTensor? p = kind == RecurrentOperator.Lstm ? Row(7, "peepholes P", 3L * hidden) : null;
        if (w.IsWhole || r.IsWhole || b is { IsWhole: true } || p is { IsWhole: true })
        {
            throw node.Error("its weights are whole numbers, where fractions were expected");
        }

        return new NodeWeights(kind, w, r, b, p);

        ConstantTensor? Row(int input, string what, long width)
        {
            if (node.Optional(input) is null)
            {
                return null;
            }

            ConstantTensor row = node.Constant(input, what);
            return row.Rank == 2 && row.Shape[0] == directions && row.Shape[1] == width
                ? row
                : throw node.Error($"its {what} is {Text(row)} where [{directions}, {width}] was expected");
        }
    }

    /// <summary>Writes the values of one direction into a layer of its cell.</summary>
    public void Fill(Layer layer, int direction)
    {
        Dictionary<string, Parameter> parameters = layer.Parameters.ToDictionary(parameter => parameter.Name);
        string[] gates = Gates[(int)kind];
        for (int gate = 0; gate < gates.Length; gate++)
        {
            if (!parameters.TryGetValue("W" + gates[gate], out Parameter? matrix))
            {
                // The forget gate of coupled gates: the file has one, and nothing reads it.
                continue;
            }

            Rows(w, direction, gate).CopyTo(matrix.Values);
            Rows(r, direction, gate).CopyTo(parameters["U" + gates[gate]].Values);
            if (b is not null)
            {
                AddBias(parameters["b" + gates[gate]].Values, b, direction, gate);
                AddBias(parameters.GetValueOrDefault("c" + gates[gate], parameters["b" + gates[gate]]).Values, b, direction, gates.Length + gate);
            }
        }

        for (int gate = 0; p is not null && gate < Peepholes.Length; gate++)
        {
            if (parameters.TryGetValue(Peepholes[gate], out Parameter? vector))
            {
                p.At(0, direction).Slice(0, gate * Hidden, Hidden).CopyTo(vector.Values);
            }
        }
    }

    private static string Text(ConstantTensor tensor) => $"[{string.Join(", ", tensor.Shape)}]";

    private ConstantTensor Rows(ConstantTensor stacked, int direction, int gate) => stacked.At(0, direction).Slice(0, gate * Hidden, Hidden);

    private void AddBias(Span<float> values, ConstantTensor biases, int direction, int part)
    {
        float[] read = new float[Hidden];
        biases.At(0, direction).Slice(0, part * Hidden, Hidden).CopyTo(read);
        for (int i = 0; i < read.Length; i++)
        {
            values[i] += read[i];
        }
    }
}
