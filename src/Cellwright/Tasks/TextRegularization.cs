using System.Collections.ObjectModel;
using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Layers;

namespace Cellwright.Tasks;

/// <summary>
/// What is drawn while a text model is trained, against learning by heart. It is part of the model: a state that was zoned
/// out is used with its expectation. The default is none.
/// </summary>
public sealed record TextRegularization
{
    /// <summary>Stands for every state in <see cref="Zoneout"/> and for every recurrent matrix in <see cref="WeightDrop"/>.</summary>
    public const string All = "*";

    /// <summary>
    /// The share of elements that is dropped from the embedding, between layers and from the output (Srivastava et al.,
    /// 2014; the places: Zaremba, Sutskever and Vinyals, 2014), from 0 to less than 1.
    /// </summary>
    public double Dropout { get; init; }

    /// <summary>Whether what is dropped is the same for all steps of a window (Gal and Ghahramani, 2016).</summary>
    public bool Variational { get; init; }

    /// <summary>
    /// The probability that an element of a state keeps its value for a step (Krueger et al., 2017), by the state's name in
    /// the equations of whichever layers have it, or <see cref="All"/>.
    /// </summary>
    public IReadOnlyDictionary<string, double> Zoneout { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>
    /// The share of a matrix that is 0 for a window (Merity, Keskar and Socher, 2018), by the name of the matrix in the
    /// equations of whichever layers have it, or <see cref="All"/> for every recurrent matrix.
    /// </summary>
    public IReadOnlyDictionary<string, double> WeightDrop { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The seed of the draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is meant for one layer.</summary>
    internal LayerRegularization Of(Cell cell) => new()
    {
        Zoneout = Own(Zoneout, cell, [.. cell.Graph.States.Where(state => state.Next.Operation != Operation.Input).Select(state => state.Name)]),
        WeightDrop = Own(WeightDrop, cell, RecurrentMatrices.Of(cell.Graph), [.. cell.Graph.Parameters.Select(parameter => parameter.Name)]),
        Seed = Seed,
    };

    /// <summary>What is wrong for these layers, as a sentence; null where nothing is.</summary>
    public string? Problem(IReadOnlyList<Cell> cells)
    {
        if (!(Dropout >= 0 && Dropout < 1))
        {
            return "a share to drop is from 0 to less than 1";
        }

        return Problem(Zoneout, cells, "state", "zone out", cell => cell.Graph.States.Select(state => state.Name))
            ?? Problem(WeightDrop, cells, "parameter", "drop weights of", cell => cell.Graph.Parameters.Select(parameter => parameter.Name));
    }

    private static Dictionary<string, double> Own(IReadOnlyDictionary<string, double> rates, Cell cell, IReadOnlyList<string> all, string[]? known = null)
    {
        Dictionary<string, double> own = [];
        if (rates.TryGetValue(All, out double every))
        {
            own = all.ToDictionary(name => name, _ => every);
        }

        foreach ((string name, double rate) in rates)
        {
            string canonical = cell.Canonical(name) ?? name;
            if (name != All && (known ?? all).Contains(canonical))
            {
                own[canonical] = rate;
            }
        }

        return own;
    }

    private static string? Problem(IReadOnlyDictionary<string, double> rates, IReadOnlyList<Cell> cells, string kind, string what, Func<Cell, IEnumerable<string>> names)
    {
        foreach ((string name, double rate) in rates)
        {
            if (!(rate >= 0 && rate < 1))
            {
                return FormattableString.Invariant($"the rate {rate} of the {kind} '{name}' is not from 0 to less than 1");
            }

            if (name != All && !cells.Any(cell => names(cell).Contains(cell.Canonical(name) ?? name)))
            {
                string[] known = [.. cells.SelectMany(names).Distinct()];
                string hint = Spelling.Nearest(name, known) is { } nearest ? $"; did you mean '{nearest}'?" : string.Empty;
                return $"no layer has a {kind} '{name}' to {what}: there are {string.Join(", ", known)}{hint}";
            }
        }

        return null;
    }
}
