namespace Cellwright.Equations;

/// <summary>An expression as it is written, before names have a meaning.</summary>
internal abstract record Syntax(SourceSpan Span);

/// <summary>A number.</summary>
internal sealed record NumberSyntax(SourceSpan Span, double Value) : Syntax(Span);

/// <summary>A name with its marks.</summary>
/// <param name="Span">The name and its marks.</param>
/// <param name="Text">The name in ASCII, such as <c>W_ih^z</c>, without the time.</param>
/// <param name="Time">The step that it is marked with, relative to t; null where it has no mark.</param>
/// <param name="IsInitial">Whether it is marked with step 0.</param>
/// <param name="IsPrimed">Whether it is primed.</param>
internal sealed record NameSyntax(SourceSpan Span, string Text, int? Time = null, bool IsInitial = false, bool IsPrimed = false) : Syntax(Span);

/// <summary>One expression in brackets.</summary>
internal sealed record GroupSyntax(SourceSpan Span, Syntax Inner) : Syntax(Span);

/// <summary>Several expressions in brackets: a concatenation when square, arguments when round.</summary>
internal sealed record ListSyntax(SourceSpan Span, IReadOnlyList<Syntax> Items, bool IsSquare) : Syntax(Span);

/// <summary>A power.</summary>
internal sealed record PowerSyntax(SourceSpan Span, Syntax Base, Syntax Exponent) : Syntax(Span);

/// <summary>A transposed matrix.</summary>
internal sealed record TransposeSyntax(SourceSpan Span, Syntax Inner) : Syntax(Span);

/// <summary>A member of a run, and whether it touches the one before it, as in <c>f(x)</c>.</summary>
internal readonly record struct Factor(Syntax Syntax, bool Touches, bool FollowsDot);

/// <summary>Expressions side by side or joined by dots: functions and matrices apply to what follows them.</summary>
internal sealed record RunSyntax(SourceSpan Span, IReadOnlyList<Factor> Factors) : Syntax(Span);

/// <summary>An operand of a product and the operator before it.</summary>
internal readonly record struct Operand(TokenKind Operator, SourceSpan OperatorSpan, Syntax Syntax);

/// <summary>Operands joined by *, ⊙ and /.</summary>
internal sealed record ProductSyntax(SourceSpan Span, Syntax First, IReadOnlyList<Operand> Rest) : Syntax(Span);

/// <summary>A term of a sum.</summary>
internal readonly record struct Term(bool IsNegative, Syntax Syntax);

/// <summary>Terms joined by + and −; or one term with a sign.</summary>
internal sealed record SumSyntax(SourceSpan Span, IReadOnlyList<Term> Terms) : Syntax(Span);

/// <summary>A line of a cell.</summary>
internal abstract record Statement(SourceSpan Span);

/// <summary>An equation.</summary>
/// <param name="Span">The whole equation.</param>
/// <param name="Targets">The left side: one name, or the parts of a stacked vector.</param>
/// <param name="IsStacked">Whether the left side is in brackets.</param>
/// <param name="Arguments">The arguments where a function is defined.</param>
/// <param name="Right">The right side.</param>
internal sealed record EquationSyntax(
    SourceSpan Span, IReadOnlyList<NameSyntax> Targets, bool IsStacked, IReadOnlyList<NameSyntax>? Arguments, Syntax Right) : Statement(Span);

/// <summary>cell NAME "title".</summary>
internal sealed record CellDirective(SourceSpan Span, string? Name, string? Title) : Statement(Span);

/// <summary>source "text".</summary>
internal sealed record SourceDirective(SourceSpan Span, string Text) : Statement(Span);

/// <summary>input, output, param or matrix, and the names after it.</summary>
internal sealed record NamesDirective(SourceSpan Span, string Keyword, IReadOnlyList<NameSyntax> Names) : Statement(Span);

/// <summary>A term of a width: a factor of a size, or a number.</summary>
internal readonly record struct WidthTerm(string? Size, int Numerator, int Denominator);

/// <summary>width NAME = terms.</summary>
internal sealed record WidthDirective(SourceSpan Span, IReadOnlyList<NameSyntax> Names, IReadOnlyList<WidthTerm> Terms) : Statement(Span);

/// <summary>blocks NAMES = count.</summary>
internal sealed record BlocksDirective(SourceSpan Span, IReadOnlyList<NameSyntax> Names, int Count) : Statement(Span);

/// <summary>state NAME = value; the value is null where it is learned.</summary>
internal sealed record StateDirective(SourceSpan Span, NameSyntax Name, Syntax? Value) : Statement(Span);

/// <summary>init PATTERN = draw(numbers); the draw is <c>number</c> where only a number stands.</summary>
internal sealed record InitDirective(SourceSpan Span, string Pattern, string Draw, IReadOnlyList<double> Numbers) : Statement(Span);
