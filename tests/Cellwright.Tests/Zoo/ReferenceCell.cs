namespace Cellwright.Tests.Zoo;

/// <summary>One step of a cell, written by hand: the values of all its signals.</summary>
/// <param name="weights">The parameters.</param>
/// <param name="x">The input at t, [input].</param>
/// <param name="before">Each state at t−1, [hidden].</param>
internal delegate Dictionary<string, double[]> ReferenceStep(
    ReferenceWeights weights, double[] x, IReadOnlyDictionary<string, double[]> before);

/// <summary>What a hand-written cell has, and its step; independent of the equation language.</summary>
/// <param name="Name">The name of the cell in the zoo.</param>
/// <param name="States">The names of its states.</param>
/// <param name="Output">The signal it gives out.</param>
/// <param name="Layout">
/// Its parameters, as in <c>"W_f:hx b_f:."</c>: a name, then what a matrix multiplies: <c>x</c> the input,
/// any other letter a vector as wide as the state; <c>.</c> for a vector, not a matrix.
/// </param>
/// <param name="Step">One step.</param>
internal sealed record ReferenceCell(string Name, string[] States, string Output, string Layout, ReferenceStep Step)
{
    /// <summary>The parameters with their shapes; no columns means a vector.</summary>
    public IEnumerable<(string Name, int Rows, int Columns)> Parameters(int input, int hidden) =>
        from entry in Layout.Split(' ', StringSplitOptions.RemoveEmptyEntries)
        let parts = entry.Split(':')
        let columns = parts[1] == "." ? 0 : parts[1].Sum(letter => letter == 'x' ? input : hidden)
        select (parts[0], hidden, columns);

    /// <summary>Runs one sequence.</summary>
    /// <param name="weights">The parameters.</param>
    /// <param name="x">The input, [T][input].</param>
    /// <param name="initial">Every state before the first step, [hidden].</param>
    /// <returns>The values of every signal at every step, [T]; a state's final value is the one at the last step.</returns>
    public IReadOnlyList<IReadOnlyDictionary<string, double[]>> Run(
        ReferenceWeights weights, double[][] x, IReadOnlyDictionary<string, double[]> initial)
    {
        List<IReadOnlyDictionary<string, double[]>> steps = [];
        IReadOnlyDictionary<string, double[]> before = initial;
        foreach (double[] input in x)
        {
            Dictionary<string, double[]> signals = Step(weights, input, before);
            steps.Add(signals);
            before = signals;
        }

        return steps;
    }
}
