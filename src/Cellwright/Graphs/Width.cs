using System.Globalization;
using System.Text;

namespace Cellwright.Graphs;

/// <summary>
/// A symbolic size: a sum of named sizes with rational factors and a number, such as
/// <c>hidden</c>, <c>hidden/2</c>, <c>hidden + input</c> or <c>64</c>.
/// </summary>
/// <remarks>
/// Shapes are checked symbolically, so <c>input</c> and <c>hidden</c> differ even when a layer makes them equal.
/// </remarks>
public sealed class Width : IEquatable<Width>
{
    private readonly (string Name, Rational Factor)[] terms;
    private readonly Rational constant;

    private Width(IEnumerable<(string Name, Rational Factor)> terms, Rational constant)
    {
        this.terms = [.. terms.GroupBy(term => term.Name)
            .Select(group => (group.Key, group.Aggregate(Rational.Zero, (sum, term) => sum + term.Factor)))
            .Where(term => term.Item2 != Rational.Zero)
            .OrderBy(term => term.Key, StringComparer.Ordinal)];
        this.constant = constant;
    }

    /// <summary>The width of the input <c>x</c>, unless the cell binds it to something else.</summary>
    public static Width Input { get; } = Named("input");

    /// <summary>The width of every signal that no directive gives another.</summary>
    public static Width Hidden { get; } = Named("hidden");

    /// <summary>A width of one: a signal that scales another.</summary>
    public static Width One { get; } = Of(1);

    /// <summary>The width of no element: where a slice begins.</summary>
    public static Width Zero { get; } = Of(0);

    /// <summary>Whether this is the number 1.</summary>
    public bool IsOne => terms.Length == 0 && constant == new Rational(1, 1);

    /// <summary>Whether this is the number 0.</summary>
    public bool IsZero => terms.Length == 0 && constant == Rational.Zero;

    /// <summary>Whether any sizes make this a number above 0.</summary>
    internal bool CanBePositive => constant.Numerator > 0 || terms.Any(term => term.Factor.Numerator > 0);

    /// <summary>The named sizes that this width needs before it is a number.</summary>
    public IEnumerable<string> Names => terms.Select(term => term.Name);

    /// <summary>A fixed width.</summary>
    public static Width Of(int value) => new([], new Rational(value, 1));

    /// <summary>A width given by name when a layer is built.</summary>
    public static Width Named(string name) => new([(name, new Rational(1, 1))], Rational.Zero);

    /// <summary>The sum of two widths, as in a concatenation.</summary>
    public static Width operator +(Width left, Width right) =>
        new(left.terms.Concat(right.terms), left.constant + right.constant);

    /// <summary>A multiple of a width.</summary>
    public static Width operator *(Width width, int factor) =>
        new(width.terms.Select(term => (term.Name, term.Factor * new Rational(factor, 1))), width.constant * new Rational(factor, 1));

    /// <summary>An equal part of a width.</summary>
    public static Width operator /(Width width, int divisor) =>
        new(width.terms.Select(term => (term.Name, term.Factor * new Rational(1, divisor))), width.constant * new Rational(1, divisor));

    /// <summary>The number this width stands for.</summary>
    /// <param name="sizes">A value for each of <see cref="Names"/>.</param>
    /// <exception cref="ArgumentException">A size is missing, or the result is not a whole number.</exception>
    public int Evaluate(IReadOnlyDictionary<string, int> sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        Rational sum = constant;
        foreach ((string name, Rational factor) in terms)
        {
            if (!sizes.TryGetValue(name, out int size))
            {
                throw new ArgumentException($"the size '{name}' is not given; it is needed for the width {this}", nameof(sizes));
            }

            sum += factor * new Rational(size, 1);
        }

        return sum.Denominator == 1
            ? checked((int)sum.Numerator)
            : throw new ArgumentException($"the width {this} is not a whole number for the given sizes", nameof(sizes));
    }

    /// <inheritdoc/>
    public bool Equals(Width? other) => other is not null && constant == other.constant && terms.AsSpan().SequenceEqual(other.terms);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Width);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(constant);
        foreach ((string name, Rational factor) in terms)
        {
            hash.Add(name);
            hash.Add(factor);
        }

        return hash.ToHashCode();
    }

    /// <summary>The width as the language writes it: <c>hidden/2</c>, <c>hidden + input</c>, <c>64</c>.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        foreach ((string name, Rational factor) in terms)
        {
            text.Append(text.Length == 0 ? string.Empty : " + ");
            text.Append(factor.Numerator == 1 ? name : string.Create(CultureInfo.InvariantCulture, $"{factor.Numerator}*{name}"));
            text.Append(factor.Denominator == 1 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"/{factor.Denominator}"));
        }

        if (text.Length == 0 || constant != Rational.Zero)
        {
            text.Append(text.Length == 0 ? string.Empty : " + ");
            text.Append(constant);
        }

        return text.ToString();
    }
}
