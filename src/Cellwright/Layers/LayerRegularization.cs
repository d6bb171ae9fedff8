using System.Collections.ObjectModel;
using Cellwright.Equations;
using Cellwright.Graphs;

namespace Cellwright.Layers;

/// <summary>Noise inside a <see cref="Layer"/> while it is trained, see <see cref="SequenceLayer.TrainingStep"/>. The default is none.</summary>
public sealed record LayerRegularization
{
    /// <summary>
    /// For each state that is zoned out, the probability that an element keeps the value of the step before (Krueger et
    /// al., 2017), from 0 to less than 1, rounded to a multiple of 2⁻¹⁶. In use a state is the expectation of both values, so a model is used
    /// with the rates it was trained with. Default: none.
    /// </summary>
    /// <remarks>
    /// s[t] = m * s[t-1] + (1 - m) * s̃[t], where s̃ is what the cell's equation gives. Other equations of the same step read s̃; the output, where it is this state, is s.
    /// </remarks>
    public IReadOnlyDictionary<string, double> Zoneout { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>
    /// For each parameter with weight drop, the probability that an element is 0 for a whole window (DropConnect, as Merity
    /// et al., 2018 use it on recurrent matrices), from 0 to less than 1, rounded to a multiple of 2⁻¹⁶; the others are scaled so that the expectation stays. In use
    /// all elements are there. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, double> WeightDrop { get; init; } = ReadOnlyDictionary<string, double>.Empty;

    /// <summary>The seed of the draws, beside the layer's place in a stack. Default: 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The same under the cell's own names, where they are spelt otherwise.</summary>
    internal LayerRegularization In(Cell cell) => this with { Zoneout = Named(Zoneout, cell), WeightDrop = Named(WeightDrop, cell) };

    /// <summary>The same with rates as they are used, without those that are 0.</summary>
    /// <exception cref="ArgumentException">The cell has no such state or parameter, or a rate is not from 0 to less than 1.</exception>
    internal LayerRegularization Of(CellGraph cell) => this with
    {
        Zoneout = Checked(Zoneout, "state", "zone out", [.. cell.States.Select(state => state.Name)]),
        WeightDrop = Checked(WeightDrop, "parameter", "drop weights of", [.. cell.Parameters.Select(parameter => parameter.Name)]),
    };

    private static Dictionary<string, double> Named(IReadOnlyDictionary<string, double> rates, Cell cell)
    {
        Dictionary<string, double> named = [];
        foreach ((string name, double rate) in rates)
        {
            if (!named.TryAdd(cell.Canonical(name) ?? name, rate))
            {
                throw new ArgumentException($"'{cell.Canonical(name)}' is given two rates, under different spellings");
            }
        }

        return named;
    }

    private static Dictionary<string, double> Checked(IReadOnlyDictionary<string, double> rates, string kind, string what, string[] known)
    {
        foreach ((string name, double rate) in rates)
        {
            if (!known.Contains(name))
            {
                string hint = Spelling.Nearest(name, known) is { } nearest ? $"; did you mean '{nearest}'?" : string.Empty;
                throw new ArgumentException($"the cell has no {kind} '{name}' to {what}: it has {string.Join(", ", known)}{hint}");
            }

            if (!(rate >= 0.0 && rate < 1.0))
            {
                throw new ArgumentException($"the rate {rate} of the {kind} '{name}' is not from 0 to less than 1");
            }
        }

        return rates.Where(pair => BernoulliMask.Rounded(pair.Value) > 0).ToDictionary(pair => pair.Key, pair => BernoulliMask.Rounded(pair.Value));
    }
}
