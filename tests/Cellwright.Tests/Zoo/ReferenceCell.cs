namespace Cellwright.Tests.Zoo;

/// <summary>One step of a cell, written by hand: the values of all its signals.</summary>
/// <param name="weights">The parameters.</param>
/// <param name="x">The input at t, [input]; several inputs one behind the other.</param>
/// <param name="before">Each state at t−1.</param>
internal delegate Dictionary<string, double[]> ReferenceStep(
    ReferenceWeights weights, double[] x, IReadOnlyDictionary<string, double[]> before);

/// <summary>What a hand-written cell has, and its step; independent of the equation language.</summary>
/// <param name="Name">The name of the cell in the zoo.</param>
/// <param name="States">The names of its states.</param>
/// <param name="Output">The signal it gives out.</param>
/// <param name="Layout">
/// Its parameters, as in <c>"W_f:hx b_f:."</c>: a name, then what a matrix multiplies: <c>x</c> the input, <c>k</c> a
/// vector of <see cref="Thin"/>, <c>q</c> a quarter of hidden, <c>1</c> a number, any other letter a vector as wide as the
/// state; <c>.</c> for a vector, not a matrix. Behind <c>&gt;</c> stands the number of rows in the same letters, where that is not
/// hidden.
/// </param>
/// <param name="Step">One step.</param>
internal sealed record ReferenceCell(string Name, string[] States, string Output, string Layout, ReferenceStep Step)
{
    /// <summary>The width of what a cell gives a size of its own, such as a rank.</summary>
    public const int Thin = 3;

    /// <summary>The parameters with their shapes; no columns means a vector.</summary>
    public IEnumerable<(string Name, int Rows, int Columns)> Parameters(int input, int hidden)
    {
        int Width(string letters) => letters.Sum(letter => letter switch { 'x' => input, 'k' => Thin, 'q' => hidden / 4, '1' => 1, _ => hidden });
        return from entry in Layout.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               let parts = entry.Split(':', '>')
               select (parts[0], parts.Length > 2 ? Width(parts[2]) : hidden, parts[1] == "." ? 0 : Width(parts[1]));
    }

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
