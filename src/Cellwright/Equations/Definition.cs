namespace Cellwright.Equations;

/// <summary>What a name of a cell stands for.</summary>
internal enum DefinitionKind
{
    Input,
    Signal,
    Parameter,

    /// <summary>Computed from parameters only, once per update.</summary>
    DerivedParameter,

    /// <summary>Computed from numbers only.</summary>
    Constant,
    Function,

    /// <summary>What a function is applied to, inside its definition.</summary>
    Argument,
}

/// <summary>How a parameter was declared.</summary>
internal enum Declaration
{
    None,

    /// <summary><c>param NAME</c>.</summary>
    Parameter,

    /// <summary><c>param NAME</c> of a lower-case Greek letter.</summary>
    Scalar,

    /// <summary><c>matrix NAME</c>.</summary>
    Matrix,
}

/// <summary>A name and what it stands for.</summary>
internal sealed class Definition(string key, DefinitionKind kind, SourceSpan span)
{
    /// <summary>The name without underscores: what two spellings of one name have in common.</summary>
    public string Key { get; } = key;

    /// <summary>The name in canonical text form.</summary>
    public string Name { get; set; } = key;

    public DefinitionKind Kind { get; set; } = kind;

    /// <summary>Where the name first stands; for what is computed, on the left side.</summary>
    public SourceSpan Span { get; set; } = span;

    public Declaration Declaration { get; set; }

    /// <summary>Whether a step reads the value of the step before.</summary>
    public bool IsState => PreviousRead is not null;

    /// <summary>Where the value of the step before is first read.</summary>
    public SourceSpan? PreviousRead { get; set; }

    /// <summary>The equation that computes it.</summary>
    public Equation? Equation { get; set; }

    /// <summary>Whether a function reads signals besides its arguments.</summary>
    public bool ReadsSignals { get; set; }

    /// <summary>A given width.</summary>
    public WidthDirective? Width { get; set; }

    /// <summary>What says that a matrix is block-diagonal; null for every other.</summary>
    public BlocksDirective? Blocks { get; set; }

    /// <summary>The value before the first step; null where it is zero or learned.</summary>
    public Expression? Initial { get; set; }

    /// <summary>The parameter that is the value before the first step, where that is learned.</summary>
    public Definition? LearnedInitial { get; set; }

    /// <summary>Whether the name is more than a parameter: something computes or feeds it.</summary>
    public bool IsSignal => Kind is DefinitionKind.Signal or DefinitionKind.Input or DefinitionKind.Argument;
}

/// <summary>An equation that was understood.</summary>
internal sealed class Equation(EquationSyntax syntax, IReadOnlyList<Definition> targets)
{
    public EquationSyntax Syntax { get; } = syntax;

    /// <summary>What it computes: one definition, or the parts of a stacked vector.</summary>
    public IReadOnlyList<Definition> Targets { get; } = targets;

    /// <summary>The arguments where it defines a function; empty where a function is another name of one.</summary>
    public IReadOnlyList<Definition> Arguments { get; init; } = [];

    /// <summary>The built-in function that this is another name of.</summary>
    public FunctionInfo? Alias { get; set; }

    /// <summary>The right side; set once it has been read. Where functions are applied to the parts of a stacked vector, what they are applied to.</summary>
    public Expression? Value { get; set; }

    /// <summary>The functions of a column, applied to the parts of a stacked vector: [i, g] = [σ, tanh] (W x + b).</summary>
    public IReadOnlyList<NameSyntax> PartFunctions { get; set; } = [];

    /// <summary>Each function of <see cref="PartFunctions"/> applied to <see cref="Part"/>.</summary>
    public IReadOnlyList<Expression> PartValues { get; set; } = [];

    /// <summary>What stands for a part in <see cref="PartValues"/>.</summary>
    public Definition Part { get; } = new("part", DefinitionKind.Argument, syntax.Span);
}
