using System.Diagnostics;
using System.Globalization;
using Cellwright.Equations;
using Cellwright.Graphs;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Graphs;

/// <summary>No text, however broken, does more than give a cell or an <see cref="EquationException"/>.</summary>
public class CellFuzzTests
{
    private static readonly string[] Pieces =
    [
        "h", "x", "c", "W", "U_f", "b", "β", "Γ_u", "c̃", "t", "h[t-1]", "x_t", "h_{t-1}", "c^{<t-1>}", "h(t-1)", "h_0", "h'", "\\tilde{c}_t", "\\sigma",
        "tanh", "σ", "norm", "softmax", "clip", "min", "I", "e", "e^", "_", "^", "^T", "^2", "^{", "}", "{", "(", ")", "[", "]", ",", ";", "=", "+", "-", "*", "/", "·", "⊙",
        " ", " ", "   ", "\n", "\n", "1", "0.5", "1e9", "12345678901234567890", "input ", "output ", "width ", "param ", "matrix ", "state ", "init ", "cell ", "learned", "\"", "#", "%",
        "\\", "\\\\", "<", ">", "⟨", "⟩", ".", "?", "а", "\u0303", "₁", "ₜ", "²", "⁽", "\0", "\ud800", "hidden", "g(u)", "orthogonal", "$", "&", "'", "@", "|",
    ];

    [Fact]
    public void Random_pieces_give_a_cell_or_an_error()
    {
        Random random = new(1);
        for (int i = 0; i < 4_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            Try(text);
            Try("h = " + text);
        }
    }

    [Theory]
    [MemberData(nameof(NoteCells.Names), MemberType = typeof(NoteCells))]
    public void A_cell_with_pieces_changed_gives_a_cell_or_an_error(string name)
    {
        Random random = new(name.Length);
        for (int i = 0; i < 400; i++)
        {
            string text = NoteCells.All[name];
            for (int edits = random.Next(1, 5); edits > 0; edits--)
            {
                int at = random.Next(text.Length);
                int length = Math.Min(random.Next(0, 4), text.Length - at);
                string piece = random.Next(3) == 0 ? string.Empty : Pieces[random.Next(Pieces.Length)];
                text = text.Remove(at, length).Insert(at, piece);
            }

            if (Try(text) is { } cell)
            {
                string printed = string.Join('\n', cell.Equations);
                ShouldParseToTheSame(printed, cell);
            }
        }
    }

    [Theory]
    [InlineData("(", "x", ")")]
    [InlineData("[", "x", "]")]
    [InlineData("tanh ", "x", "")]
    [InlineData("tanh(", "x", ")")]
    [InlineData("W ", "x", "")]
    [InlineData("- ", "x", "")]
    [InlineData("x + ", "x", "")]
    [InlineData("x * ", "x", "")]
    [InlineData("x^", "x", "")]
    [InlineData("x^{", "x", "}")]
    [InlineData("", "x", "^2")]
    [InlineData("", "x", "^T")]
    [InlineData("\\tilde{", "x", "}")]
    [InlineData("W_{", "x", "}")]
    [InlineData("x", "=", "x\nx")]
    public void Repetition_without_end_is_an_error_and_not_a_crash(string before, string middle, string after)
    {
        foreach (int count in (int[])[60, 450, 20_000])
        {
            string repeated = string.Concat(Enumerable.Repeat(before, count)) + middle + string.Concat(Enumerable.Repeat(after, count));
            Try("h = " + repeated + " + W x");
        }
    }

    [Fact]
    public void A_long_chain_of_definitions_is_read_or_refused()
    {
        foreach (int count in (int[])[100, 3_000])
        {
            Try(string.Concat(Enumerable.Range(0, count).Select(i => $"a{i} = a{i + 1}\n")) + $"a{count} = 2\nh = a0 x + h[t-1]\nwidth h = input");
            Try(string.Concat(Enumerable.Range(0, count).Select(i => $"a{i}=a{i + 1}\n")) + $"a{count}=W x\nh=a0");
            Try(string.Concat(Enumerable.Range(0, count).Select(i => $"f{i}(u)=f{i + 1}(u)\n")) + $"f{count}(u)=u\nh=f0(W x)");
        }
    }

    [Fact]
    public void Functions_that_would_grow_without_end_are_refused_quickly()
    {
        string text = "f0(u) = u + u\n" + string.Concat(Enumerable.Range(1, 60).Select(i => $"f{i}(u) = f{i - 1}(u) + f{i - 1}(2 u)\n")) + "h = f60(W x)";
        Stopwatch watch = Stopwatch.StartNew();
        Should.Throw<EquationException>(() => Cell.Parse(text)).Problem.ShouldBe("with all its functions written out this cell is too large");
        watch.ElapsedMilliseconds.ShouldBeLessThan(2_000);
    }

    [Fact]
    public void Random_cells_print_and_parse_to_the_same_graph()
    {
        Random random = new(7);
        int parsed = 0;
        for (int i = 0; i < 2_000; i++)
        {
            string text = RandomCell(random);
            if (Try(text) is not { } cell)
            {
                continue;
            }

            parsed++;
            string printed = string.Join('\n', cell.Equations);
            ShouldParseToTheSame(printed, cell);
        }

        parsed.ShouldBeGreaterThan(1_500);
    }

    [Fact]
    public void A_cell_is_read_within_five_milliseconds()
    {
        foreach (string text in NoteCells.All.Values)
        {
            Cell.Parse(text);
        }

        double fastest = Enumerable.Range(0, 5).Min(_ =>
        {
            Stopwatch watch = Stopwatch.StartNew();
            foreach (string text in NoteCells.All.Values)
            {
                Cell.Parse(text);
            }

            return watch.Elapsed.TotalMilliseconds / NoteCells.All.Count;
        });
        fastest.ShouldBeLessThan(5);
    }

    private static void ShouldParseToTheSame(string printed, Cell cell)
    {
        string reason = $"{cell.Text}\nwas printed as\n{printed}";
        Cell again = Should.NotThrow(() => Cell.Parse(printed), reason);
        (GraphSignature.Of(again.Graph) == GraphSignature.Of(cell.Graph)).ShouldBeTrue(reason);
        again.Equations.ShouldBe(cell.Equations, reason);
    }

    private static Cell? Try(string text)
    {
        try
        {
            return Cell.Parse(text);
        }
        catch (EquationException error)
        {
            error.Message.ShouldNotBeNullOrWhiteSpace();
            return null;
        }
    }

    /// <summary>Some signals, each of matrices over vectors, products, functions and sums of those before it.</summary>
    private static string RandomCell(Random random)
    {
        int count = random.Next(1, 6);
        int matrices = 0;
        string[] names = ["h", "r", "z", "Γ_u", "c̃", "STM"];
        List<string> vectors = ["h[t-1]", "x[t-1]"];
        List<string> lines = ["dt = 0.25", "lam = sigmoid(a)", "width x = hidden", "g(u) = 0.5 (1 + tanh(u/2))"];
        for (int i = count - 1; i >= 0; i--)
        {
            lines.Add($"{names[i]} = {Random(3)}");
            vectors.Add(names[i]);
            if (random.Next(3) == 0)
            {
                vectors.Add(names[i] + "[t-1]");
            }
        }

        if (random.Next(3) == 0)
        {
            lines.Add("state h = " + (random.Next(2) == 0 ? "learned" : "0.5"));
        }

        return string.Join('\n', lines) + "\nq = lam * h + x";

        string Vector() => vectors[random.Next(vectors.Count)];

        string Random(int depth)
        {
            if (depth == 0)
            {
                return random.Next(4) == 0 ? "x" : Vector();
            }

            string Next() => Random(depth - 1);
            string matrix = string.Create(CultureInfo.InvariantCulture, $"W_{++matrices}");
            return random.Next(16) switch
            {
                0 => $"{matrix} [{Vector()}, x, {Vector()}]",
                1 or 2 => $"{matrix} {Vector()}",
                3 => $"{matrix} ({Next()})",
                4 => $"({Next()}) ⊙ ({Next()})",
                5 => $"({Next()}) + ({Next()}) - b_{matrices}",
                6 => $"1 - ({Next()})",
                7 => $"tanh({Next()})",
                8 => $"σ {matrix} · {Vector()} {Vector()}".Replace("σ ", string.Empty, StringComparison.Ordinal),
                9 => $"g({Next()})",
                10 => $"dt ({Next()}) / 3",
                11 => $"-({Next()})^2",
                12 => $"softmax({Next()})",
                13 => $"p_{matrices} ⊙ ({Next()})",
                14 => $"({Next()}) ({matrix} - {matrix}^T - 0.1 I)",
                _ => $"lam * ({Next()}) + norm({Next()})",
            };
        }
    }
}
