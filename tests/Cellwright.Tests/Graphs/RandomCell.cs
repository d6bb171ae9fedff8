using System.Globalization;
using FsCheck;
using FsCheck.Fluent;

namespace Cellwright.Tests.Graphs;

/// <summary>
/// The text of a cell that follows from a list of numbers: states, inputs, split vectors, derived parameters, constants,
/// functions, initial values, widths and directives, in names of every dress. Fewer and smaller numbers make a smaller
/// cell, so that a failing one shrinks.
/// </summary>
internal sealed class RandomCell
{
    private static readonly string[] Signals = ["h", "c_tilde", "Γ_u", "STM", "z^(1)", "s_1", "q_hat_u", "gate", "y_bar", "LTM", "v^r", "ρ", "h1", "m_cal", "k_prime"];
    private static readonly string[] Matrices = ["W_", "V_ih", "Θ_", "M_x^z", "K_tilde_", "Omega_new_"];
    private static readonly string[] Vectors = ["b_", "p_c_", "w_hat_", "bias_"];
    private static readonly string[] Functions = ["sigmoid", "tanh", "relu", "leaky_relu", "exp", "sqrt", "abs", "softplus", "hard_tanh", "sin", "softmax", "norm", "g", "act"];

    private readonly int[] choices;
    private readonly string time;
    private readonly Dictionary<string, List<string>> known = new() { ["hidden"] = [], ["input"] = [], ["8"] = [] };
    private int next;
    private int parameters;

    private RandomCell(int[] choices)
    {
        this.choices = choices;
        time = Choose(4) == 1 ? "k" : "t";
    }

    /// <summary>Lists of numbers that make cells.</summary>
    public static Arbitrary<int[]> Arbitrary { get; } = Arb.From(
        Gen.Choose(0, 9999).ListOf(120).Select(list => list.ToArray()), numbers => ArbMap.Default.ArbFor<int[]>().Shrinker(numbers).Select(each => each.Select(Math.Abs).ToArray()));

    /// <summary>The text.</summary>
    /// <param name="choices">What decides it.</param>
    public static string Of(int[] choices) => new RandomCell(choices).Text();

    private int Choose(int count) => next < choices.Length ? (int)((uint)choices[next++] % (uint)count) : 0;

    private string Pick(IReadOnlyList<string> from) => from[Choose(from.Count)];

    private string Fresh(string[] names) => string.Create(CultureInfo.InvariantCulture, $"{Pick(names)}{++parameters}");

    private string Text()
    {
        List<string> lines = ["dt = 0.25", "A = U_a - U_a^T - 0.1 I", "g(u) = 0.5 (1 + tanh(2 u))", "mix(u, v) = u ⊙ v - dt v", "act = gelu"];
        string second = Choose(3) == 1 ? "a_in" : string.Empty;
        lines.Add(second.Length > 0 ? "input x, a_in" : "input x");
        if (second.Length > 0)
        {
            lines.Add("width a_in = input");
            known["input"].Add("a_in");
        }

        known["input"].Add("x");
        int count = 1 + Choose(5);
        string[] names = [.. Signals.Skip(Choose(6)).Take(count + 2)];
        foreach (string name in names.Take(count))
        {
            string width = Choose(5) == 1 ? "8" : "hidden";
            if (width == "8")
            {
                lines.Add($"width {name} = 8");
            }

            lines.Add($"{name} = {Vector(width, 1 + Choose(3))} + {Fresh(Matrices)} {name}[{time}-1]");
            known[width].Add(name);
            known[width].Add($"{name}[{time}-1]");
            AddInitial(lines, name);
        }

        if (Choose(3) == 1 && names.Length >= count + 2)
        {
            lines.Add($"[{names[count]}, {names[count + 1]}] = {Fresh(Matrices)} [{Anchored("hidden", 1)}, {Vector("input", 0)}] + {Fresh(Vectors)}");
            known["hidden"].AddRange([names[count], names[count + 1]]);
        }

        lines.Add($"last = lam ⊙ ({Vector("hidden", 2)}) - A {Vector("hidden", 0)}");
        lines.Add(Choose(2) == 1 ? "lam = sigmoid(a_0)" : "lam = 1 - exp(-softplus(a_0))");
        if (Choose(3) == 1)
        {
            lines.Add($"output {names[0]}");
        }

        if (lines.Any(line => line.Contains("β (", StringComparison.Ordinal)))
        {
            lines.Add("param β");
        }

        AddDraws(lines);
        return string.Join('\n', lines);
    }

    private void AddInitial(List<string> lines, string name)
    {
        string? line = Choose(8) switch
        {
            1 => $"state {name} = learned",
            2 => $"state {name} = 0.5",
            3 => $"state {name} = tanh({Fresh(Vectors)}) - 1",
            _ => null,
        };
        if (line is not null)
        {
            lines.Insert(Choose(lines.Count), line);
        }
    }

    private void AddDraws(List<string> lines)
    {
        string[] draws = ["init U_a = orthogonal", "init a_0 = uniform(-1, 1/3)", "init U_* = identity", "init a_* = 1e-5", "init U* = normal(0.02)", "init a_0 = chrono(20)"];
        for (int i = Choose(3); i > 0; i--)
        {
            lines.Add(Pick(draws));
        }
    }

    // What a matrix multiplies has a width of its own only if a signal in it says so.
    private string Anchored(string width, int depth)
    {
        if (known[width].Count == 0)
        {
            width = "input";
        }

        string vector = Vector(width, depth);
        return depth == 0 ? vector : $"({vector}) + {Pick(known[width])}";
    }

    private string Vector(string width, int depth)
    {
        List<string> here = known[width];
        if (depth == 0)
        {
            return here.Count > 0 ? Pick(here) : $"{Fresh(Matrices)} x";
        }

        string Next() => Vector(width, depth - 1);
        string Any() => Anchored(Pick([.. known.Keys.Where(each => known[each].Count > 0)]), depth - 1);
        switch (Choose(26))
        {
            case 0:
                return Vector(width, 0);
            case 1:
                return $"{Fresh(Matrices)} · ({Any()})";
            case 2:
                return $"{Fresh(Matrices)} [{Any()}, {Any()}, x]";
            case 3:
                return $"{Fresh(Matrices)}^T ({Any()})";
            case 4:
                return $"({Any()}) {Fresh(Matrices)}";
            case 5:
                return $"({Next()}) ⊙ ({Next()})";
            case 6:
                return $"({Next()}) - ({Next()}) + {Fresh(Vectors)}";
            case 7:
                return $"1 - ({Next()})";
            case 8:
                return $"-({Next()})";
            case 9:
                return $"({Next()})^2";
            case 10:
                return $"(1 + exp({Next()}))^{{-1}}";
            case 11 or 12 or 13:
                return $"{Pick(Functions)}({Next()})";
            case 14:
                return $"mix({Next()}, {Next()})";
            case 15:
                return $"{Pick(["min", "max"])}({Next()}, 0.5)";
            case 16:
                return $"clip({Next()}, -1, 1e-3)";
            case 17:
                return $"{Fresh(Vectors)} ⊙ ({Next()})";
            case 18:
                return $"β ({Next()})";
            case 19:
                return $"dt ({Next()}) - 0.5 ({Next()})";
            case 20:
                return $"({Next()}) * 1e-5";
            case 21:
                return known["hidden"].Count == 0 ? $"{Fresh(Matrices)} x" : $"{Fresh(Matrices)} A · ({Pick(known["hidden"])})";
            case 22:
                return $"({Fresh(Matrices)} · ({Any()})) ⊙ ({Fresh(Matrices)} · ({Any()}))";
            case 23:
                return $"({Next()})^1.5";
            case 24:
                return $"({Next()}) / (1 + ({Next()})^2)";
            default:
                return $"({Next()}) / 3 ⊙ ({Next()})";
        }
    }
}
