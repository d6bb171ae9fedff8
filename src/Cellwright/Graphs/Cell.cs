using Cellwright.Equations;

namespace Cellwright.Graphs;

/// <summary>The equations of one time step, understood: a recurrent cell.</summary>
/// <example>
/// <code>
/// Cell cell = Cell.Parse("h = tanh(W x + U h[t-1] + b)");
/// Console.WriteLine(string.Join('\n', cell.Equations));
/// </code>
/// </example>
public sealed class Cell
{
    private const string ResourceFolder = "cells/";
    private const string Extension = ".cell";

    private static readonly Lazy<string[]> EmbeddedNames = new(() =>
        [.. typeof(Cell).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourceFolder, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => name[ResourceFolder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal)]);

    private readonly CellReading reading;

    private Cell(string text, string name)
    {
        Text = text;
        reading = CellReader.Read(text);
        Name = reading.Name ?? name;
        (Graph, IReadOnlyDictionary<string, double> constants) = CellGraphBuilder.Build(reading);
        Equations = EquationPrinter.Print(reading, EquationNotation.Text, Brackets.All);
        Described = CellNames.Describe(reading, Graph, constants);
    }

    /// <summary>The names of the cells that come with the library, in ordinal order.</summary>
    public static IReadOnlyList<string> Names => EmbeddedNames.Value;

    /// <summary>The cell's name: what its text says, else what the caller gave.</summary>
    public string Name { get; }

    /// <summary>The title its text gives; empty where it gives none.</summary>
    public string Title => reading.Title ?? string.Empty;

    /// <summary>Where its equations are from; empty where the text does not say.</summary>
    public string Source => reading.Origin ?? string.Empty;

    /// <summary>The text it was read from.</summary>
    public string Text { get; }

    /// <summary>One step as a graph.</summary>
    public CellGraph Graph { get; }

    /// <summary>
    /// What was understood: directives that matter and equations with every operation in brackets. Joined by line ends
    /// they parse to the same graph.
    /// </summary>
    public IReadOnlyList<string> Equations { get; }

    /// <summary>Every name of the cell and what it is: inputs, states, signals, parameters, derived parameters, constants, functions.</summary>
    public IReadOnlyList<CellName> Described { get; }

    /// <summary>The text, understood.</summary>
    internal CellReading Reading => reading;

    /// <summary>Reads a cell from its equations.</summary>
    /// <param name="text">The equations, in plain text or LaTeX notation.</param>
    /// <param name="name">The name of the cell where the text gives none.</param>
    /// <exception cref="EquationException">The text is not a cell; the message shows the place.</exception>
    public static Cell Parse(string text, string name = "cell")
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(name);
        return new Cell(text, name);
    }

    /// <summary>Reads a cell from a file; its name is the file's where the text gives none.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <exception cref="EquationException">The text is not a cell.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static Cell Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return Parse(File.ReadAllText(path), Path.GetFileNameWithoutExtension(path));
    }

    /// <summary>A cell that comes with the library.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="EquationException">There is no cell of this name.</exception>
    public static Cell Named(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        using Stream? stream = typeof(Cell).Assembly.GetManifestResourceStream(ResourceFolder + name + Extension);
        if (stream is null)
        {
            string[] near = [.. Names.OrderBy(known => Spelling.Distance(known, name)).Where(known => known.Contains(name, StringComparison.OrdinalIgnoreCase) || Spelling.Nearest(name, [known]) is not null).Take(3)];
            throw new EquationException(
                $"there is no cell `{name}`", near.Length > 0 ? $"did you mean {string.Join(" or ", near.Select(known => $"`{known}`"))}?" : $"there are: {string.Join(", ", Names)}");
        }

        using StreamReader reader = new(stream);
        return Parse(reader.ReadToEnd(), name);
    }

    /// <summary>
    /// What was understood, in a notation, line by line. Text and LaTeX joined by line ends parse to the same graph; MathML has
    /// the equations without directives.
    /// </summary>
    /// <param name="notation">How it is written.</param>
    /// <param name="brackets">How many brackets it has; those that a reader needs by default.</param>
    public IReadOnlyList<string> Print(EquationNotation notation = EquationNotation.Text, Brackets brackets = Brackets.Few) =>
        EquationPrinter.Print(reading, notation, brackets);

    /// <summary>
    /// The derived backward pass in a notation: ∂s is the gradient of the loss by s, δs the one by what the function of s
    /// is applied to, dy the one by the output, which comes from outside. Parameters sum over all steps and sequences.
    /// </summary>
    /// <param name="notation">How it is written.</param>
    public IReadOnlyList<string> PrintGradients(EquationNotation notation = EquationNotation.Text)
    {
        IReadOnlyList<EquationFormula> equations;
        lock (Graph.Graph)
        {
            equations = GradientFormulas.Of(Graph, CellGradients.Derive(Graph));
        }

        return EquationPrinter.Print(equations, notation, reading.TimeLetter);
    }

    /// <summary>
    /// The canonical name behind any spelling of it, such as <c>W_f</c> for <c>Wf</c> or <c>W_{f}</c>; null where the
    /// cell has no such name.
    /// </summary>
    /// <param name="spelling">A name as a person or a file writes it.</param>
    public string? Canonical(string spelling)
    {
        ArgumentNullException.ThrowIfNull(spelling);
        return SpelledName.Read(spelling) is { } text ? reading.Names.Find(text)?.Name : null;
    }
}
