namespace Cellwright.Equations;

/// <summary>The directives of a cell, sorted by what they say.</summary>
internal sealed class Directives
{
    private readonly HashSet<string> parameterKeys = new(StringComparer.Ordinal);
    private readonly HashSet<string> matrixKeys = new(StringComparer.Ordinal);

    public Directives(SourceText source, IReadOnlyList<Statement> statements)
    {
        List<NameSyntax> inputs = [];
        List<NameSyntax> parameters = [];
        List<NameSyntax> matrices = [];
        foreach (Statement statement in statements)
        {
            switch (statement)
            {
                case CellDirective cell:
                    Name = cell.Name ?? Name;
                    Title = cell.Title ?? Title;
                    break;
                case SourceDirective origin:
                    Origin = origin.Text;
                    break;
                case NamesDirective { Keyword: "input" } input:
                    inputs.AddRange(input.Names);
                    break;
                case NamesDirective { Keyword: "param" } parameter:
                    parameters.AddRange(parameter.Names);
                    break;
                case NamesDirective { Keyword: "matrix" } matrix:
                    matrices.AddRange(matrix.Names);
                    break;
                case NamesDirective output:
                    if (Output is not null || output.Names.Count > 1)
                    {
                        throw new EquationException(
                            source, output.Names[^1].Span, "a cell has one output", "join two signals with `y = [h, c]`, `output y`", Output?.Span);
                    }

                    Output = output.Names[0];
                    break;
                case WidthDirective width:
                    Widths = [.. Widths, width];
                    break;
                case BlocksDirective blocks:
                    Blocks = [.. Blocks, blocks];
                    break;
                case StateDirective state:
                    States = [.. States, state];
                    break;
                case InitDirective draw:
                    Draws = [.. Draws, draw];
                    break;
            }
        }

        Inputs = inputs.Count > 0 ? inputs : [new NameSyntax(default, "x")];
        Parameters = parameters;
        Matrices = matrices;
        parameterKeys.UnionWith(parameters.Select(name => NameTable.KeyOf(name.Text)));
        matrixKeys.UnionWith(matrices.Concat(Blocks.SelectMany(blocks => blocks.Names)).Select(name => NameTable.KeyOf(name.Text)));
    }

    public string? Name { get; }

    public string? Title { get; }

    public string? Origin { get; }

    public IReadOnlyList<NameSyntax> Inputs { get; }

    public NameSyntax? Output { get; }

    public IReadOnlyList<NameSyntax> Parameters { get; }

    public IReadOnlyList<NameSyntax> Matrices { get; }

    public IReadOnlyList<WidthDirective> Widths { get; } = [];

    public IReadOnlyList<BlocksDirective> Blocks { get; } = [];

    public IReadOnlyList<StateDirective> States { get; } = [];

    public IReadOnlyList<InitDirective> Draws { get; } = [];

    /// <summary>The names that are declared to be parameters of some kind, as they are written.</summary>
    public IEnumerable<NameSyntax> Declared => Parameters.Concat(Matrices).Concat(Blocks.SelectMany(blocks => blocks.Names));

    public bool IsDeclared(string text) => DeclarationOf(text) != Declaration.None;

    public Declaration DeclarationOf(string text)
    {
        string key = NameTable.KeyOf(text);
        return matrixKeys.Contains(key) ? Declaration.Matrix
            : !parameterKeys.Contains(key) ? Declaration.None
            : IsSmallGreek(text) ? Declaration.Scalar
            : Declaration.Parameter;
    }

    /// <summary>Whether a name is a lower-case Greek letter, alone or with a subscript; ω is read as w.</summary>
    public static bool IsSmallGreek(string text)
    {
        int end = text.AsSpan().IndexOfAny('_', '^');
        string letter = end < 0 ? text : text[..end];
        return Greek.IsLowerCaseWord(letter) && letter != "omega";
    }
}
