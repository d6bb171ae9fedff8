using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cellwright.Equations;
using Cellwright.Graphs;
using Cellwright.Layers;
using Cellwright.Programs;

namespace Cellwright.Cli.Commands;

/// <summary><c>cell show</c>: what was understood of a cell.</summary>
internal static class CellShowCommand
{
    // Columns; wider terminals are rarer than papers.
    private const int PageWidth = 100;

    private static readonly Argument<string> CellName = CellArgument.Create();
    private static readonly Option<int> InputOption = Options.Whole("--input", "The width of the input, for counting.", 64, 1, 1 << 20);
    private static readonly Option<int> HiddenOption = Options.Whole("--hidden", "The width of the signals, for counting.", 256, 1, 1 << 20);
    private static readonly Option<Dictionary<string, int>> SizeOption = Options.Sizes();
    private static readonly Option<bool> LatexOption = new("--latex") { Description = "Print the equations alone, as LaTeX." };
    private static readonly Option<bool> MathmlOption = new("--mathml") { Description = "Print the equations alone, as MathML for a page." };
    private static readonly Option<bool> BracketsOption = new("--brackets") { Description = "Put brackets around every operation inside another." };
    private static readonly Option<bool> GradientsOption = new("--gradients") { Description = "Print the derived backward equations instead." };
    private static readonly Option<bool> CodeOption = new("--code") { Description = "Print the generated kernels of the given sizes instead." };
    private static readonly Option<bool> CostOption = new("--cost") { Description = "Print the cost of the given sizes alone: parameters, multiply-adds, the memory of training with everything kept and with recompute. With --json, the object 'cost' beside the rest." };
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new("show", "Shows what was understood of a cell: its equations, names, shapes, stages and cost.", "cellwright cell show gru --input 64 --hidden 512")
        {
            CellName, InputOption, HiddenOption, SizeOption, BracketsOption, LatexOption, MathmlOption, GradientsOption, CodeOption, CostOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Cell cell = CellArgument.Resolve(parsed.GetValue(CellName)!);
        if (parsed.GetValue(LatexOption) && parsed.GetValue(MathmlOption))
        {
            throw new UsageException("--latex and --mathml are two notations; choose one");
        }

        EquationNotation notation = parsed.GetValue(LatexOption) ? EquationNotation.Latex : parsed.GetValue(MathmlOption) ? EquationNotation.Mathml : EquationNotation.Text;
        Brackets brackets = parsed.GetValue(BracketsOption) ? Brackets.All : Brackets.Few;
        bool isJson = parsed.GetValue(JsonOption);
        if (!isJson && (notation != EquationNotation.Text || parsed.GetValue(GradientsOption)))
        {
            IReadOnlyList<string> lines = parsed.GetValue(GradientsOption) ? cell.PrintGradients(notation) : cell.Print(notation, brackets);
            foreach (string line in notation == EquationNotation.Text ? lines.SelectMany(line => WrappedLine.Of(line, PageWidth)) : lines)
            {
                parsed.InvocationConfiguration.Output.WriteLine(line);
            }

            return CommandLine.Success;
        }

        Dictionary<string, int> sizes = CellArgument.Sizes(cell, parsed.GetValue(InputOption), parsed.GetValue(HiddenOption), parsed.GetValue(SizeOption)!);
        CellGraph graph = cell.Graph;
        long parameters = CellArgument.CountParameters(graph, sizes);
        CellProgram program = CellProgram.Build(graph);
        long products = program.MultiplyAddsPerStep(sizes);
        long kept = sizeof(float) * (graph.States.Sum(state => (long)state.Next.Shape.Rows.Evaluate(sizes)) + program.Saved.Sum(node => (long)node.Shape.Rows.Evaluate(sizes)));
        TextWriter output = parsed.InvocationConfiguration.Output;
        CellCost? cost = parsed.GetValue(CostOption) ? CellCost.Of(cell, sizes, parameters, products) : null;
        if (!isJson && cost is not null)
        {
            cost.Table(sizes).Write(output);
            return CommandLine.Success;
        }

        if (!isJson && parsed.GetValue(CodeOption))
        {
            using Layer layer = new(cell, sizes);
            foreach (string line in layer.Code)
            {
                output.WriteLine(line);
            }

            return CommandLine.Success;
        }

        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new
                {
                    name = cell.Name,
                    title = cell.Title,
                    source = cell.Source,
                    equations = cell.Equations,
                    latex = string.Join('\n', cell.Print(EquationNotation.Latex)),
                    mathml = string.Join('\n', cell.Print(EquationNotation.Mathml)),
                    gradients = cell.PrintGradients(),
                    inputs = graph.Inputs.Select(Describe),
                    output = graph.Output.Name,
                    states = graph.States.Select(state => new { state.Name, shape = state.Next.Shape.ToString(), initial = Initial(state) }),
                    signals = graph.Signals.Select(Describe),
                    parameters = graph.Parameters.Select(parameter => new { parameter.Name, shape = parameter.Node.Shape.ToString(), drawn = Drawn(parameter.Initializer) }),
                    derivedParameters = graph.DerivedParameters.Select(Describe),
                    sizes,
                    parameterCount = parameters,
                    multiplyAddsPerStep = products,
                    keptBytesPerStep = kept,
                    cost,
                    stages = ProgramText.Describe(graph, program),
                },
                JsonStyle.Options));
            return CommandLine.Success;
        }

        output.WriteLine(cell.Title is { Length: > 0 } title ? $"{cell.Name}: {title}" : cell.Name);
        if (cell.Source is { Length: > 0 } source)
        {
            foreach (string line in WrappedLine.Of(source, PageWidth))
            {
                output.WriteLine(line);
            }
        }

        output.WriteLine();
        foreach (string line in cell.Print(EquationNotation.Text, brackets).SelectMany(equation => WrappedLine.Of(equation, PageWidth - 2)))
        {
            output.WriteLine($"  {line}");
        }

        output.WriteLine();
        OutputTable table = new("name", "is", "shape", "");
        foreach (NamedNode input in graph.Inputs)
        {
            table.Add(input.Name, "input", input.Node.Shape.ToString(), string.Empty);
        }

        HashSet<string> states = [.. graph.States.Select(state => state.Name)];
        foreach (NamedNode signal in graph.Signals)
        {
            string kind = states.Contains(signal.Name) ? "state" : "signal";
            CellState? state = graph.States.Where(each => each.Name == signal.Name).Select(each => (CellState?)each).FirstOrDefault();
            string[] notes = [.. new[] { signal.Name == graph.Output.Name ? "the output" : null, state is { } found ? Initial(found) : null }.OfType<string>()];
            table.Add(signal.Name, kind, signal.Node.Shape.ToString(), string.Join(", ", notes));
        }

        foreach (CellParameter parameter in graph.Parameters)
        {
            table.Add(parameter.Name, "parameter", parameter.Node.Shape.ToString(), Drawn(parameter.Initializer));
        }

        foreach (NamedNode parameter in graph.DerivedParameters)
        {
            table.Add(parameter.Name, "derived parameter", parameter.Node.Shape.ToString(), "computed once an update");
        }

        foreach (CellName name in cell.Described.Where(name => name.Kind is CellNameKind.Constant or CellNameKind.Function))
        {
            table.Add(name.Name, name.Kind == CellNameKind.Constant ? "constant" : "function", name.Shape?.ToString() ?? string.Empty, name.Value?.ToString(CultureInfo.InvariantCulture) ?? string.Empty);
        }

        table.Write(output);
        output.WriteLine();
        foreach (string line in ProgramText.Describe(graph, program).SelectMany(line => WrappedLine.Of(line, PageWidth)))
        {
            output.WriteLine(line);
        }

        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"For {string.Join(", ", graph.SizeNames.Select(name => $"{name} {sizes[name]}"))}:"));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{parameters:N0} parameters, {products:N0} multiply-adds in matrix products a step and sequence."));
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Training keeps {kept:N0} bytes of states and signals a step and sequence for the backward pass."));
        output.WriteLine("Inputs, gradients and the rest come on top; --cost counts all that training takes.");
        return CommandLine.Success;
    }

    private static object Describe(NamedNode named) => new { named.Name, shape = named.Node.Shape.ToString() };

    private static string Initial(CellState state) => state.Initial switch
    {
        { Operation: Operation.Broadcast, Operands: [{ Operation: Operation.Constant } constant] } => string.Create(CultureInfo.InvariantCulture, $"starts at {constant.Value}"),
        { Operation: Operation.Constant } constant => string.Create(CultureInfo.InvariantCulture, $"starts at {constant.Value}"),
        { Operation: Operation.Parameter } parameter => $"starts at {parameter.Name}",
        _ => "starts at a computed value",
    };

    private static string Drawn(Initializer initializer)
    {
        string First() => initializer.First.ToString(CultureInfo.InvariantCulture);
        return initializer.Kind switch
        {
            InitializerKind.Fixed => $"drawn as {First()}",
            InitializerKind.Uniform => $"drawn uniform({First()}, {initializer.Second.ToString(CultureInfo.InvariantCulture)})",
            InitializerKind.Normal => $"drawn normal({First()})",
            InitializerKind.Orthogonal => "drawn orthogonal",
            InitializerKind.Identity => "drawn as identity",
            InitializerKind.Chrono => $"drawn chrono({First()})",
            _ => "drawn uniform, ±1/√width",
        };
    }
}
