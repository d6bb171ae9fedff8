using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <summary>What a name of a cell stands for.</summary>
public enum CellNameKind
{
    /// <summary>Given from outside in every step.</summary>
    Input,

    /// <summary>A signal (or input) whose value of the step before is read.</summary>
    State,

    /// <summary>Computed in every step.</summary>
    Signal,

    /// <summary>Trained.</summary>
    Parameter,

    /// <summary>Computed from parameters once per update.</summary>
    DerivedParameter,

    /// <summary>A number.</summary>
    Constant,

    /// <summary>A function that the cell defines.</summary>
    Function,
}

/// <summary>A name of a cell and what it is.</summary>
/// <param name="Name">The canonical name.</param>
/// <param name="Kind">What it stands for.</param>
/// <param name="Shape">Its shape; null for a function.</param>
/// <param name="Value">The value of a constant; null for everything else.</param>
public sealed record CellName(string Name, CellNameKind Kind, Shape? Shape, double? Value = null);

/// <summary>Lists the names of a cell.</summary>
internal static class CellNames
{
    public static IReadOnlyList<CellName> Describe(CellReading cell, CellGraph graph, IReadOnlyDictionary<string, double> constants)
    {
        List<CellName> names = [];
        foreach (NamedNode input in graph.Inputs)
        {
            names.Add(new CellName(input.Name, CellNameKind.Input, input.Node.Shape));
        }

        foreach (CellState state in graph.States)
        {
            names.Add(new CellName(state.Name, CellNameKind.State, state.Previous.Shape));
        }

        HashSet<string> states = [.. graph.States.Select(state => state.Name)];
        foreach (NamedNode signal in graph.Signals.Where(signal => !states.Contains(signal.Name)))
        {
            names.Add(new CellName(signal.Name, CellNameKind.Signal, signal.Node.Shape));
        }

        foreach (CellParameter parameter in graph.Parameters)
        {
            names.Add(new CellName(parameter.Name, CellNameKind.Parameter, parameter.Node.Shape));
        }

        foreach (NamedNode derived in graph.DerivedParameters)
        {
            names.Add(new CellName(derived.Name, CellNameKind.DerivedParameter, derived.Node.Shape));
        }

        foreach (Definition target in cell.Equations.SelectMany(equation => equation.Targets))
        {
            if (target.Kind == DefinitionKind.Constant)
            {
                names.Add(new CellName(target.Name, CellNameKind.Constant, Shape.Scalar, constants[target.Name]));
            }
            else if (target.Kind == DefinitionKind.Function)
            {
                names.Add(new CellName(target.Name, CellNameKind.Function, null));
            }
        }

        return names;
    }
}
