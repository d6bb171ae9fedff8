using System.Runtime.InteropServices;
using Cellwright.Layers;

namespace Cellwright.Cli.Benchmarks;

/// <summary>
/// The files through which a peer gets a case and shows what it computed: float32 in the machine's order, one tensor
/// behind the other.
/// </summary>
/// <param name="folder">Where the peers run.</param>
/// <param name="known">What peers call the cell.</param>
/// <param name="mode">What is measured.</param>
/// <param name="ours">Our side.</param>
internal sealed class PeerExchange(string folder, PeerCell known, BenchmarkMode mode, LayerMeasurement ours)
{
    /// <summary>How far a peer's tensors may lie from ours.</summary>
    public const double Tolerance = 1e-4;

    private string ResultPath => Path.Combine(folder, "result.bin");

    /// <summary>Writes the parameters, the input, the initial states and the output's gradient, also as an ONNX model.</summary>
    public void Write(BenchmarkCase what)
    {
        using (FileStream file = File.Create(Path.Combine(folder, "case.bin")))
        {
            foreach (string name in known.Inputs.Concat(known.States).Concat(known.Biases))
            {
                Put(file, ParameterOf(name).Values);
            }

            Put(file, ours.X);
            foreach (string state in known.StateNames)
            {
                Put(file, ours.Initial[state]);
            }

            Put(file, ours.DY);
        }

        if (mode != BenchmarkMode.Train)
        {
            File.WriteAllBytes(Path.Combine(folder, "case.onnx"), RecurrentOnnxModel.Write(known, what, name => ParameterOf(name).Values.ToArray()));
        }
    }

    /// <summary>Removes what the peer before left.</summary>
    public void Clear() => File.Delete(ResultPath);

    /// <summary>Holds what a peer computed against ours.</summary>
    /// <returns>What differs, in words; null where nothing does.</returns>
    public string? Compare()
    {
        if (!File.Exists(ResultPath))
        {
            return "it left no result";
        }

        ReadOnlySpan<float> rest = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(ResultPath));
        foreach ((string name, float[] expected) in Expected())
        {
            if (rest.Length < expected.Length)
            {
                return $"its result ends before {name}";
            }

            double error = TensorError.Of(rest[..expected.Length], expected);
            if (!(error <= Tolerance))
            {
                return FormattableString.Invariant($"its {name} differs from ours by {error:0.0e+00}");
            }

            rest = rest[expected.Length..];
        }

        return rest.IsEmpty ? null : "its result is too long";
    }

    private static void Put(FileStream file, ReadOnlySpan<float> values) => file.Write(MemoryMarshal.AsBytes(values));

    private Parameter ParameterOf(string name) => ours.Layer.Parameters.Single(parameter => parameter.Name == name);

    private IEnumerable<(string Name, float[] Values)> Expected()
    {
        yield return ("output", ours.FirstOutput);
        foreach (string state in known.StateNames)
        {
            yield return ($"final {state}", ours.Final[state].ToArray());
        }

        if (mode != BenchmarkMode.Train)
        {
            yield break;
        }

        yield return ("gradient by the input", ours.DX);
        foreach (string name in known.Inputs.Concat(known.States).Concat(known.Biases))
        {
            yield return ($"gradient by {name}", ParameterOf(name).Gradient.ToArray());
        }

        foreach (string state in known.StateNames)
        {
            yield return ($"gradient by the initial {state}", ours.InitialGradient[state].ToArray());
        }
    }
}
