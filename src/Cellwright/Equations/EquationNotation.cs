namespace Cellwright.Equations;

/// <summary>How equations are printed.</summary>
public enum EquationNotation
{
    /// <summary>Plain text, as in a <c>.cell</c> file.</summary>
    Text,

    /// <summary>LaTeX: an <c>aligned</c> environment.</summary>
    Latex,

    /// <summary>MathML Core: a <c>math</c> element for a page.</summary>
    Mathml,
}
