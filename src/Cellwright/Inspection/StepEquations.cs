using System.Globalization;
using Cellwright.Equations;
using Cellwright.Graphs;

namespace Cellwright.Inspection;

/// <summary>
/// The equations of a traced step with numbers in place of names: what was forgotten, what was written, what was let
/// out. Every name stands for the value of one unit; a matrix product is one number, its value at that unit.
/// </summary>
public sealed class StepEquations
{
    private readonly Trace trace;
    private readonly CellGraph cell;
    private readonly NodeEvaluator evaluator;
    private readonly Dictionary<Node, double[]> once = [];
    private readonly Node[] perStep;
    private readonly Dictionary<string, WrittenOrder> orders = [];
    private readonly MathmlPrinter mathml;
    private readonly TextPrinter text;

    /// <summary>Prepares the equations of a trace.</summary>
    public StepEquations(Trace trace)
    {
        ArgumentNullException.ThrowIfNull(trace);
        this.trace = trace;
        cell = trace.Cell.Graph;
        evaluator = new NodeEvaluator(trace.Sizes);
        mathml = new MathmlPrinter(trace.Cell.Reading.TimeLetter, Brackets.Few);
        text = new TextPrinter(trace.Cell.Reading.TimeLetter, Brackets.Few);
        SortedDictionary<int, Node> reached = [];
        foreach (NamedNode signal in cell.Signals)
        {
            Reach(signal.Node, reached);
        }

        Dictionary<Node, string> names = [];
        foreach (NamedNode signal in cell.Signals)
        {
            names.TryAdd(signal.Node, signal.Name);
        }

        foreach (NamedNode signal in cell.Signals)
        {
            orders.Add(signal.Name, new WrittenOrder(trace.Cell.Reading.Equations.FirstOrDefault(equation => equation.Targets.Any(target => target.Name == signal.Name)), names));
        }

        foreach (CellParameter parameter in cell.Parameters)
        {
            once[parameter.Node] = [.. trace.Parameters[parameter.Name].Select(value => (double)value)];
        }

        evaluator.Evaluate(reached.Values.Where(node => !node.IsPerStep), once);
        perStep = [.. reached.Values.Where(node => node.IsPerStep)];
    }

    /// <summary>The equations of one step.</summary>
    /// <param name="step">The step, counted from 0.</param>
    /// <param name="unit">The unit; a signal that is narrower has no equation.</param>
    /// <param name="sequence">The sequence.</param>
    public IReadOnlyList<StepEquation> At(int step, int unit, int sequence = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(unit);
        Dictionary<Node, double[]> values = new(once);
        values[cell.Inputs[0].Node] = Doubles(trace.InputAt(step, sequence));
        foreach (CellState state in cell.States)
        {
            values[state.Previous] = Doubles(trace.Before(state.Name, step, sequence));
        }

        Dictionary<Node, double[]> signals = [];
        foreach (NamedNode signal in cell.Signals)
        {
            signals.TryAdd(signal.Node, Doubles(trace.At(signal.Name, step, sequence)));
        }

        foreach (Node node in perStep)
        {
            if (signals.TryGetValue(node, out double[]? traced))
            {
                values[node] = traced;
            }
            else
            {
                evaluator.Evaluate([node], values);
            }
        }

        HashSet<Node> named = [.. signals.Keys];
        List<StepEquation> equations = [];
        foreach (NamedNode signal in cell.Signals.Where(signal => unit < signals[signal.Node].Length))
        {
            StepFormulas formulas = new(values, named, evaluator, orders[signal.Name]);
            Formula right = Bracketing.Put(formulas.Of(signal.Node, unit), Brackets.Few);
            equations.Add(new StepEquation(signal.Name, (float)signals[signal.Node][unit], MathmlPrinter.Element(mathml.Print(right)), text.Print(right)));
        }

        return equations;
    }

    /// <summary>A number as the equations have it.</summary>
    internal static double Rounded(double value) =>
        double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static double[] Doubles(ReadOnlySpan<float> values)
    {
        double[] doubles = new double[values.Length];
        for (int i = 0; i < doubles.Length; i++)
        {
            doubles[i] = values[i];
        }

        return doubles;
    }

    private static void Reach(Node node, SortedDictionary<int, Node> reached)
    {
        if (reached.TryAdd(node.Id, node))
        {
            foreach (Node operand in node.Operands)
            {
                Reach(operand, reached);
            }
        }
    }
}
