using System.Globalization;
using Cellwright.Files;
using Cellwright.Layers;

namespace Cellwright.Cli;

/// <summary>Runs the layers of a model file on given tensors, as <see cref="CellRun"/> runs a cell whose parameters are given too.</summary>
internal static class StackRun
{
    private const string Input = "x";
    private const string Output = "y";
    private const string OutputGradient = "dy";
    private const string LengthsName = "lengths";
    private const string StatePrefix = "state.";
    private const string StateGradientPrefix = "dstate.";
    private const string GradientPrefix = "grad.";

    /// <summary>Whether the CELL of a command is a file of layers.</summary>
    public static bool IsModel(string cell) => cell.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);

    /// <summary>Runs a batch forward and, where asked for, backward.</summary>
    /// <param name="path">The file of layers.</param>
    /// <param name="file">x, and where wanted lengths, state.NAME, dy and dstate.NAME.</param>
    /// <param name="backward">Whether to add the gradients of every parameter, the input and the initial states.</param>
    /// <param name="threads">How many threads share the batch.</param>
    /// <exception cref="UsageException">A tensor is missing, unknown or of a wrong shape.</exception>
    public static SafetensorsWriter Run(string path, SafetensorsFile file, bool backward, int threads)
    {
        using LayerStack stack = LayerStack.Open(path, threads);
        CheckNames(stack, file, backward);
        int[] shape = [.. Shaped(file, Input, [-1, -1, stack.InputWidth])];
        (int steps, int batch) = (shape[0], shape[1]);
        if (batch == 0)
        {
            throw new UsageException($"the tensor '{Input}' has no sequence: its batch is 0");
        }

        LayerState? initial = null;
        LayerState final = stack.CreateState(batch);
        if (file.Tensors.Any(tensor => tensor.Name.StartsWith(StatePrefix, StringComparison.Ordinal)))
        {
            initial = stack.CreateState(batch);
            Fill(initial, file, StatePrefix);
        }

        SafetensorsWriter results = new();
        float[] y = new float[steps * batch * stack.OutputWidth];
        stack.Forward(file.ReadSingles(Input), steps, batch, Lengths(file, steps, batch), initial, y, final);
        results.Add(Output, [steps, batch, stack.OutputWidth], y);
        CellRun.AddStates(results, StatePrefix, final);
        if (backward)
        {
            AddGradients(stack, path, file, steps, batch, results);
        }

        return results;
    }

    private static void AddGradients(LayerStack stack, string path, SafetensorsFile file, int steps, int batch, SafetensorsWriter results)
    {
        LayerState dFinal = stack.CreateState(batch);
        dFinal.Clear();
        Fill(dFinal, file, StateGradientPrefix);
        LayerState dInitial = stack.CreateState(batch);
        float[] dy = new float[steps * batch * stack.OutputWidth];
        if (file.Contains(OutputGradient))
        {
            _ = Shaped(file, OutputGradient, [steps, batch, stack.OutputWidth]);
            file.ReadSingles(OutputGradient, dy);
        }

        float[] dx = new float[steps * batch * stack.InputWidth];
        stack.Backward(dy, dFinal, dx, dInitial);
        results.Add(GradientPrefix + Input, [steps, batch, stack.InputWidth], dx);
        using SafetensorsFile model = SafetensorsFile.Open(path);
        foreach (Parameter parameter in stack.Parameters)
        {
            results.Add(GradientPrefix + parameter.Name, model[parameter.Name].Shape.AsSpan(), parameter.Gradient.ToArray());
        }

        CellRun.AddStates(results, GradientPrefix + StatePrefix, dInitial);
    }

    private static void CheckNames(LayerStack stack, SafetensorsFile file, bool backward)
    {
        IReadOnlyList<string> states = stack.CreateState(1).Names;
        string[] known = [Input, LengthsName, .. states.Select(name => StatePrefix + name)];
        string[] gradients = [OutputGradient, .. states.Select(name => StateGradientPrefix + name)];
        foreach (string name in file.Tensors.Select(tensor => tensor.Name))
        {
            if (!backward && gradients.Contains(name))
            {
                throw new UsageException($"the tensor '{name}' is for a backward pass; add --backward, or leave it out");
            }

            if (!known.Contains(name) && !gradients.Contains(name))
            {
                throw new UsageException($"the layers have no use for a tensor '{name}'; they know {string.Join(", ", backward ? [.. known, .. gradients] : known)}");
            }
        }

        if (!file.Contains(Input))
        {
            throw new UsageException($"there is no tensor '{Input}' in {file.Name}, which the layers need");
        }
    }

    private static IReadOnlyList<int> Shaped(SafetensorsFile file, string name, int[] expected)
    {
        IReadOnlyList<int> shape = file[name].Shape;
        return shape.Count == expected.Length && shape.Zip(expected).All(pair => pair.Second < 0 || pair.First == pair.Second)
            ? shape
            : throw new UsageException($"the tensor '{name}' is [{string.Join(", ", shape)}] where [{string.Join(", ", expected.Select((size, i) => size >= 0 ? size.ToString(CultureInfo.InvariantCulture) : i == 0 ? "steps" : "batch"))}] was expected");
    }

    private static void Fill(LayerState states, SafetensorsFile file, string prefix)
    {
        foreach (string name in states.Names.Where(name => file.Contains(prefix + name)))
        {
            Span<float> values = states[name];
            _ = Shaped(file, prefix + name, [states.Batch, values.Length / states.Batch]);
            file.ReadSingles(prefix + name, values);
        }
    }

    private static int[] Lengths(SafetensorsFile file, int steps, int batch)
    {
        if (!file.Contains(LengthsName))
        {
            return [];
        }

        _ = Shaped(file, LengthsName, [batch]);
        double[] lengths = file.ReadDoubles(LengthsName);
        return Array.TrueForAll(lengths, length => length >= 0 && length <= steps && length == Math.Floor(length))
            ? [.. lengths.Select(length => (int)length)]
            : throw new UsageException(FormattableString.Invariant($"the tensor '{LengthsName}' has a number that is no whole number from 0 to the {steps} steps there are"));
    }
}
