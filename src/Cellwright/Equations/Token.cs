namespace Cellwright.Equations;

internal enum TokenKind
{
    Name,
    Number,
    Text,
    Plus,
    Minus,

    /// <summary>ASCII <c>*</c>: elementwise, except where that is in doubt.</summary>
    Star,
    Slash,

    /// <summary>A dot or <c>@</c>: the same as standing side by side.</summary>
    Dot,

    /// <summary>⊙, ∘ or ×: elementwise beyond doubt.</summary>
    Elementwise,
    Caret,
    Underscore,
    OpenRound,
    CloseRound,
    OpenSquare,
    CloseSquare,
    OpenBrace,
    CloseBrace,
    OpenAngle,
    CloseAngle,
    Comma,
    Semicolon,
    Period,
    Equals,
    Prime,

    /// <summary>A raised ᵀ or ⊤.</summary>
    Transpose,

    /// <summary>What stands over the name that follows; the text is <c>tilde</c>, <c>hat</c>, <c>bar</c>, <c>dot</c> or <c>cal</c>.</summary>
    Dress,

    /// <summary>A typeface, which does not make a new name.</summary>
    Style,

    /// <summary><c>\frac</c>, with its two parts behind it.</summary>
    Fraction,

    /// <summary>Dots that leave something out.</summary>
    Dots,

    /// <summary>Prose between or behind equations; the text is the words, or <c>$</c> for what stands outside of dollars.</summary>
    Words,
    End,
}

/// <summary>The white space before a token.</summary>
internal enum Gap
{
    None,
    Space,

    /// <summary>Wide enough to stand between two equations on one line.</summary>
    Wide,
}

/// <summary>A token; the text of a name is in ASCII: <c>Gamma_u</c>, <c>c_tilde</c>.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, SourceSpan Span, Gap Gap)
{
    public bool IsOperator => Kind is TokenKind.Plus or TokenKind.Minus or TokenKind.Star or TokenKind.Slash or TokenKind.Dot or TokenKind.Elementwise;
}
