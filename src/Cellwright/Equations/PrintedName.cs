namespace Cellwright.Equations;

/// <summary>A name in canonical text form taken apart, such as <c>c_tilde_u^z</c>.</summary>
/// <param name="Base">A letter, a Greek word or a word.</param>
/// <param name="Dresses">What stands over it, the outermost first.</param>
/// <param name="IsPrimed">Whether a prime follows the base.</param>
/// <param name="Subscripts">The subscripts from left to right.</param>
/// <param name="Superscript">The superscript; null where there is none.</param>
internal sealed record PrintedName(string Base, IReadOnlyList<string> Dresses, bool IsPrimed, IReadOnlyList<string> Subscripts, string? Superscript)
{
    private static readonly string[] Accents = ["tilde", "hat", "bar", "dot", "cal"];

    public static PrintedName Of(string name)
    {
        int end = name.IndexOf('^', StringComparison.Ordinal);
        string[] parts = (end < 0 ? name : name[..end]).Split('_', StringSplitOptions.RemoveEmptyEntries);
        string[] dresses = [.. parts.Skip(1).TakeWhile(part => Accents.Contains(part))];
        string[] rest = [.. parts.Skip(1 + dresses.Length)];
        bool isPrimed = rest is ["prime", ..];
        return new PrintedName(parts[0], dresses, isPrimed, isPrimed ? rest[1..] : rest, end < 0 ? null : name[(end + 1)..]);
    }
}
