using Cellwright.Inspection;

namespace Cellwright.Studio.Gradients;

/// <summary>One state's gradient as the page draws it.</summary>
/// <param name="Name">The state.</param>
/// <param name="Log10">The decimal logarithm of the norm by lag, from lag 1 on, as a share of the first; null where it is 0.</param>
/// <param name="MeanFactor">The geometric mean of the steps' factors.</param>
internal sealed record StateFlow(string Name, IReadOnlyList<double?> Log10, double MeanFactor)
{
    /// <summary>The states of a flow; what stands before the names of a single layer is left out.</summary>
    public static IReadOnlyList<StateFlow> Of(GradientFlow flow)
    {
        const string Lowest = "layer0.";
        bool isOneLayer = flow.States.All(state => state.Name.StartsWith(Lowest, StringComparison.Ordinal));
        return [.. flow.States.Select(Of).Select(state => isOneLayer ? state with { Name = state.Name[Lowest.Length..] } : state)];
    }

    private static StateFlow Of(StateGradient state)
    {
        double first = state.FirstLag == 0 ? 0 : state.Log10Norm(state.FirstLag);
        return new StateFlow(
            state.Name,
            [.. Enumerable.Range(1, state.Length).Select(lag => double.IsFinite(state.Log10Norm(lag)) ? (double?)(state.Log10Norm(lag) - first) : null)],
            double.IsFinite(state.MeanFactor) ? state.MeanFactor : 0);
    }
}
