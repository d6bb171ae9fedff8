using System.Text;

namespace Cellwright.Tests.Equations;

/// <summary>
/// Inputs to the parser, each drawn from a seed and a number alone: soup of tokens, cells and snippets with pieces changed
/// or spliced, deep nesting, and texts of 100 kB. The tests try a few thousand, the command <c>fuzz</c> in <c>bench</c> a million.
/// </summary>
/// <param name="samples">Texts of cells to mutate.</param>
internal sealed class FuzzInputs(IReadOnlyList<string> samples)
{
    private const int Large = 100_000;

    private static readonly string[] Pieces =
    [
        "h", "x", "c", "W", "U_f", "b", "β", "Γ_u", "c̃", "t", "h[t-1]", "x_t", "h_{t-1}", "c^{<t-1>}", "h(t-1)", "h_0", "h'", "\\tilde{c}_t", "\\sigma", "\\tanh",
        "tanh", "σ", "norm", "softmax", "clip", "min", "I", "e", "e^", "_", "^", "^T", "^\\top", "^2", "^{", "}", "{", "(", ")", "[", "]", ",", ";", "=", "&=", "+", "-", "*", "/", "·", "⊙", "\\odot",
        " ", " ", " ", "   ", "\n", "\n", "\n\n", "1", "0.5", "1e9", "12345678901234567890", "input ", "output ", "width ", "param ", "matrix ", "state ", "init ", "cell ", "source ", "blocks ", "learned",
        "\"", "#", "%", "\\", "\\\\", "\\\\[4pt]", "<", ">", "⟨", "⟩", ".", "...", "…", "?", "а", "\u0303", "₁", "ₜ", "ₜ₋₁", "²", "⁽", "\0", "\ud800", "𝑊", "𝟏", "hidden", "g(u)", "orthogonal", "uniform(", "$", "$$", "&", "'", "@", "|",
        "\\begin{align}", "\\end{align}", "\\begin{pmatrix}", "\\end{pmatrix}", "\\begin{array}{c}", "\\end{array}", "\\begin{cases}", "\\end{cases}", "\\frac", "\\frac12", "\\left(", "\\right)", "\\left\\{", "\\right.",
        "\\mathbf{", "\\mathrm{", "\\text{where}", "\\text{(gate)}", "\\operatorname{", "\\quad", "\\label{a}", "\\tag{1}", "(1)", "where ", "and ", "for ", "\\[", "\\]", "\\(", "\\)", "\\ldots", "\\in", "Wx_t", "W_fh_{t-1}", "UV", "[l]", "{l-1}", "~", "\\,",
    ];

    private static readonly (string Before, string Middle, string After)[] Nests =
    [
        ("(", "x", ")"), ("[", "x", "]"), ("{", "x", "}"), ("tanh(", "x", ")"), ("tanh ", "x", ""), ("W ", "x", ""), ("- ", "x", ""), ("x + ", "x", ""), ("x * ", "x", ""), ("x^", "x", ""), ("x^{", "x", "}"),
        ("", "x", "^2"), ("", "x", "^T"), ("\\tilde{", "x", "}"), ("\\mathbf ", "x", ""), ("W_{", "x", "}"), ("\\frac{", "x", "}{2}"), ("\\frac", "x", ""), ("\\left(", "x", "\\right)"), ("\\begin{pmatrix}", "x", "\\end{pmatrix}"),
        ("\\begin{align}", "h = x", "\\end{align}"), ("\\text{where}", "x", ""), (",for ", "x = 1", ""), ("a = b; ", "x = 1", ""), ("a=", "x", ""), ("$a=b$ ", "", ""), ("{{", "x", "}}_t"), ("[x, ", "x", "]"), ("\n+", "x", ""), ("\\\\", "x", ""), ("W_{a,", "b", "}"), ("x'", "", ""), ("\\sqrt{", "x", "}"), ("f(", "x", ")^T"), ("Wx", "_t", ""),
    ];

    /// <summary>The input of a number.</summary>
    public string Draw(int seed, int number)
    {
        Random random = new(unchecked((seed * 1_000_003) + number));
        return random.Next(1000) switch
        {
            < 300 => Soup(random, random.Next(1, 40)),
            < 880 => Mutated(random),
            < 960 => Spliced(random),
            < 995 => Nested(random, random.Next(1, 400)),
            _ => Long(random),
        };
    }

    private static string Piece(Random random) => Pieces[random.Next(Pieces.Length)];

    private static string Soup(Random random, int count)
    {
        StringBuilder text = new(random.Next(2) == 0 ? "h = " : string.Empty);
        for (int i = 0; i < count; i++)
        {
            text.Append(Piece(random)).Append(random.Next(3) == 0 ? " " : string.Empty);
        }

        return text.ToString();
    }

    private string Sample(Random random) => samples[random.Next(samples.Count)];

    private string Mutated(Random random)
    {
        StringBuilder text = new(Sample(random));
        for (int edits = random.Next(1, 6); edits > 0 && text.Length > 0; edits--)
        {
            int at = random.Next(text.Length);
            int length = Math.Min(random.Next(0, 5), text.Length - at);
            string cut = text.ToString(at, length);
            text.Remove(at, length);
            switch (random.Next(5))
            {
                case 0:
                    break;
                case 1:
                    text.Insert(random.Next(text.Length + 1), cut);
                    break;
                case 2:
                    text.Insert(at, (char)random.Next(32, 0x2300));
                    break;
                default:
                    text.Insert(at, Piece(random));
                    break;
            }
        }

        return text.ToString();
    }

    /// <summary>Lines of two cells, one behind the other or mixed.</summary>
    private string Spliced(Random random)
    {
        string[] lines = [.. Sample(random).Split('\n'), .. Sample(random).Split('\n')];
        if (random.Next(2) == 0)
        {
            random.Shuffle(lines);
        }

        return string.Join('\n', lines.Take(random.Next(1, lines.Length + 1)));
    }

    private static string Nested(Random random, int depth)
    {
        (string before, string middle, string after) = Nests[random.Next(Nests.Length)];
        StringBuilder text = new(random.Next(3) == 0 ? string.Empty : "h = ");
        text.Insert(text.Length, before, depth).Append(middle).Insert(text.Length, after, random.Next(4) == 0 ? random.Next(depth + 1) : depth);
        return text.Append(random.Next(2) == 0 ? " + W x" : "\nh_t = W x_t").ToString();
    }

    /// <summary>Texts about as long as is allowed, and longer: one nest, one sample again and again, many equations, or soup.</summary>
    private string Long(Random random)
    {
        int length = random.Next(3) == 0 ? Large : random.Next(4_000, 1 << 14);
        StringBuilder text = new();
        switch (random.Next(5))
        {
            case 0:
                (string before, string middle, string after) = Nests[random.Next(Nests.Length)];
                int depth = length / Math.Max(1, before.Length + after.Length);
                text.Append("h = ").Insert(text.Length, before, depth).Append(middle).Insert(text.Length, after, depth);
                break;
            case 1:
                string sample = Sample(random);
                text.Insert(0, sample + "\n", (length / (sample.Length + 1)) + 1);
                break;
            case 2:
                for (int i = 0; text.Length < length; i++)
                {
                    text.Append("a").Append(i).Append(" = tanh(W").Append(i).Append(" a").Append(random.Next(i + 1)).Append("[t-1] + V x + b").Append(random.Next(i + 1)).Append(")\n");
                }

                break;
            case 3:
                for (int i = 0; text.Length < length; i++)
                {
                    text.Append(random.Next(2) == 0 ? "f" : "gate").Append(i).Append("(u) = ").Append(i == 0 ? "tanh" : "f" + random.Next(i)).Append("(u)\n");
                }

                text.Append("h = f0(W x)");
                break;
            default:
                while (text.Length < length)
                {
                    text.Append(Piece(random));
                }

                break;
        }

        return text.ToString();
    }
}
