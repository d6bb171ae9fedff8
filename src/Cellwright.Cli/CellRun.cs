using Cellwright.Files;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Cli;

/// <summary>Runs a cell's compiled kernels on given tensors; everything that comes out is a tensor too.</summary>
internal static class CellRun
{
    /// <summary>Runs a batch forward and, where asked for, backward.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="tensors">What goes in.</param>
    /// <param name="backward">Whether to add the gradients of every parameter, input and initial state.</param>
    /// <param name="trace">Whether to add every signal of every step.</param>
    /// <param name="threads">How many threads share the batch.</param>
    public static SafetensorsWriter Run(Cell cell, CellTensors tensors, bool backward, bool trace, int threads)
    {
        using Layer layer = new(cell, tensors.Sizes, threads, trace);
        foreach (Parameter parameter in layer.Parameters)
        {
            tensors[parameter.Name].CopyTo(parameter.Values);
        }

        layer.Load();
        SafetensorsWriter results = new();
        Forward(layer, tensors, results);
        if (trace)
        {
            AddTrace(layer, tensors, results);
        }

        if (backward)
        {
            Backward(layer, tensors, results);
        }

        return results;
    }

    private static void Forward(Layer layer, CellTensors tensors, SafetensorsWriter results)
    {
        CellGraph graph = layer.Cell.Graph;
        LayerState? initial = GivenStates(layer, tensors);
        LayerState final = layer.CreateState(tensors.Batch);
        layer.Begin(tensors.Steps, tensors.Batch, tensors.Lengths, initial);
        for (int input = 0; input < graph.Inputs.Count; input++)
        {
            layer.SetInput(input, tensors[graph.Inputs[input].Name]);
        }

        float[] y = new float[tensors.Steps * tensors.Batch * layer.OutputWidth];
        layer.Run(y, final);
        results.Add("y", [tensors.Steps, tensors.Batch, layer.OutputWidth], y);
        AddStates(results, "state.", final);
    }

    private static void Backward(Layer layer, CellTensors tensors, SafetensorsWriter results)
    {
        LayerState dFinal = layer.CreateState(tensors.Batch);
        dFinal.Clear();
        foreach (string name in dFinal.Names.Where(name => tensors.Has("dstate." + name)))
        {
            tensors["dstate." + name].CopyTo(dFinal[name]);
        }

        LayerState dInitial = layer.CreateState(tensors.Batch);
        float[] dy = tensors.Has("dy") ? tensors["dy"] : new float[tensors.Steps * tensors.Batch * layer.OutputWidth];
        layer.Backward(dy, dFinal, [], dInitial);
        CellGraph graph = layer.Cell.Graph;
        for (int input = 0; input < graph.Inputs.Count; input++)
        {
            float[] gradient = new float[tensors.Steps * tensors.Batch * layer.InputWidths[input]];
            layer.GetInputGradient(input, gradient);
            results.Add("grad." + graph.Inputs[input].Name, [tensors.Steps, tensors.Batch, layer.InputWidths[input]], gradient);
        }

        foreach ((Parameter parameter, CellParameter named) in layer.Parameters.Zip(graph.Parameters))
        {
            int[] shape = named.Node.Shape.Rank switch { 0 => [], 1 => [parameter.Rows], _ => [parameter.Rows, parameter.Columns] };
            results.Add("grad." + parameter.Name, shape, parameter.Gradient.ToArray());
        }

        AddStates(results, "grad.state.", dInitial);
    }

    private static LayerState? GivenStates(Layer layer, CellTensors tensors)
    {
        LayerState states = layer.CreateState(tensors.Batch);
        string[] given = [.. states.Names.Where(name => tensors.Has("state." + name))];
        foreach (string name in given)
        {
            tensors["state." + name].CopyTo(states[name]);
        }

        return given.Length > 0 ? states : null;
    }

    private static void AddTrace(Layer layer, CellTensors tensors, SafetensorsWriter results)
    {
        IReadOnlyList<NamedNode> signals = layer.Cell.Graph.Signals;
        for (int signal = 0; signal < signals.Count; signal++)
        {
            int width = signals[signal].Node.Shape.Rows.Evaluate(tensors.Sizes);
            float[] values = new float[tensors.Steps * tensors.Batch * width];
            layer.GetTrace(signal, values);
            results.Add("trace." + signals[signal].Name, [tensors.Steps, tensors.Batch, width], values);
        }
    }

    /// <summary>Adds states, [batch, width] each.</summary>
    public static void AddStates(SafetensorsWriter results, string prefix, LayerState states)
    {
        foreach (string name in states.Names)
        {
            float[] values = states[name].ToArray();
            results.Add(prefix + name, [states.Batch, values.Length / states.Batch], values);
        }
    }
}
