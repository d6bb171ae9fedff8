namespace Cellwright.Equations;

/// <summary>
/// Reads a cell: settles what every name is (LANGUAGE rules 1 to 4), then every product (rules 6 to 8), then the order
/// of a step.
/// </summary>
internal sealed class CellReader
{
    private readonly SourceText source;
    private readonly string timeLetter;
    private readonly NameTable names;
    private readonly Directives directives;
    private readonly List<Equation> equations = [];
    private readonly List<(Definition State, Syntax? Value, SourceSpan Span)> initials = [];
    private readonly List<Definition> parameters = [];
    private readonly Dictionary<Equation, List<Read>> reads = [];
    private readonly List<Read> readsOfInitials = [];
    private int shift;

    private CellReader(SourceText source)
    {
        this.source = source;
        (IReadOnlyList<Statement> statements, timeLetter) = StatementParser.Parse(source);
        Statements = statements;
        names = new NameTable(timeLetter);
        directives = new Directives(source, statements);
    }

    private IReadOnlyList<Statement> Statements { get; }

    /// <summary>Reads a text.</summary>
    /// <exception cref="EquationException">The text is not a cell.</exception>
    public static CellReading Read(string text)
    {
        try
        {
            return new CellReader(new SourceText(text)).Read();
        }
        catch (InsufficientExecutionStackException)
        {
            throw new EquationException("the equations are nested too deeply to be read", "give inner parts names of their own");
        }
    }

    private CellReading Read()
    {
        EquationSyntax[] written = [.. Statements.OfType<EquationSyntax>()];
        if (written.Length == 0)
        {
            throw new EquationException("there are no equations", "a cell has at least one, such as `h = tanh(W x + U h[t-1] + b)`");
        }

        shift = StepShift.Find(source, written, timeLetter);
        DefineInputs();
        DefineTargets(written);
        FindAliases();
        foreach (NameSyntax name in directives.Declared)
        {
            names.Note(name.Text);
        }

        List<(Equation? Equation, List<Mention> Mentions)> mentions = ScanNames();
        new Suspicion(source, names, timeLetter).Check(parameters, [.. mentions.SelectMany(pair => pair.Mentions)]);
        Classification.Settle(equations, reads);
        Declarations.Settle(source, names, directives, parameters);
        Definition output = FindOutput();
        CheckStates();
        NameEverything();
        ReadRightSides();
        IReadOnlyList<Equation> order = StepOrder.Sort(source, timeLetter, equations, reads);
        AddLearnedInitials();
        Definition[] states = [.. equations.SelectMany(equation => equation.Targets).Concat(directives.Inputs.Select(input => names.Find(input.Text)!)).Where(definition => definition.IsState)];
        return new CellReading
        {
            Source = source,
            TimeLetter = timeLetter,
            Name = directives.Name,
            Title = directives.Title,
            Origin = directives.Origin,
            Inputs = [.. directives.Inputs.Select(input => names.Find(input.Text)!)],
            Equations = equations,
            Order = order,
            Parameters = parameters,
            States = states,
            Initials = [.. initials.Select(initial => initial.State)],
            Output = output,
            IsOutputDeclared = directives.Output is not null,
            Widths = directives.Widths,
            Blocks = directives.Blocks,
            Draws = directives.Draws,
            Names = names,
        };
    }

    private EquationException Error(SourceSpan place, string problem, string? suggestion = null, SourceSpan? other = null) =>
        new(source, place, problem, suggestion, other);

    private void DefineInputs()
    {
        foreach (NameSyntax input in directives.Inputs)
        {
            Define(input, DefinitionKind.Input);
        }
    }

    private Definition Define(NameSyntax name, DefinitionKind kind)
    {
        string key = NameTable.KeyOf(name.Text);
        if (names.Find(key) is { } known)
        {
            throw known.Kind == DefinitionKind.Input
                ? new EquationException(source, name.Span, $"`{name.Text}` is an input, and computed here", known.Span.End > 0 ? null : $"name the inputs: `input …`", known.Span.End > 0 ? known.Span : null)
                : Error(name.Span, $"`{name.Text}` is defined twice", "give one of them another name", known.Span);
        }

        names.Note(name.Text);
        Definition definition = new(key, kind, name.Span);
        names.Add(definition);
        return definition;
    }

    private void DefineTargets(EquationSyntax[] written)
    {
        HashSet<string> computed = [.. directives.Inputs.Select(input => NameTable.KeyOf(input.Text))];
        computed.UnionWith(written.SelectMany(equation => equation.Targets).Where(target => !target.IsInitial).Select(target => NameTable.KeyOf(target.Text)));
        List<(EquationSyntax Equation, string Key)> firstValues = [];
        foreach (EquationSyntax equation in written)
        {
            if (InitialKey(equation, computed) is { } state)
            {
                firstValues.Add((equation, state));
                continue;
            }

            DefinitionKind kind = equation.Arguments is null ? DefinitionKind.Signal : DefinitionKind.Function;
            Definition[] targets = [.. equation.Targets.Select(target => Define(target, kind))];
            Definition[] arguments = [.. (equation.Arguments ?? []).Select(argument => new Definition(NameTable.KeyOf(argument.Text), DefinitionKind.Argument, argument.Span) { Name = argument.Text })];
            if (arguments.DistinctBy(argument => argument.Key).Count() < arguments.Length)
            {
                throw Error(equation.Span, "two arguments of a function have one name");
            }

            Equation read = new(equation, targets) { Arguments = arguments };
            equations.Add(read);
            foreach (Definition target in targets)
            {
                target.Equation = read;
            }
        }

        if (equations.Count == 0)
        {
            throw Error(written[0].Span, "only initial states are given; no equation computes a signal");
        }

        foreach ((EquationSyntax equation, string key) in firstValues)
        {
            AddInitial(key, equation.Right, equation.Targets[0].Span);
        }

        foreach (StateDirective state in directives.States)
        {
            string key = NameTable.KeyOf(state.Name.Text);
            if (names.Find(key) is null)
            {
                throw Error(state.Name.Span, $"no equation computes `{state.Name.Text}`", Suggest(state.Name.Text));
            }

            AddInitial(key, state.Value, state.Name.Span);
        }

        initials.Sort((a, b) => a.Span.Start.CompareTo(b.Span.Start));
    }

    /// <summary>The key of the state whose first value an equation gives; null where it does not.</summary>
    private string? InitialKey(EquationSyntax equation, HashSet<string> computed)
    {
        NameSyntax target = equation.Targets[0];
        if (equation.IsStacked || equation.Arguments is not null)
        {
            NameSyntax? marked = equation.Targets.FirstOrDefault(part => part.IsInitial);
            return marked is null ? null : throw Error(marked.Span, "the initial value of a state has an equation of its own");
        }

        string key = NameTable.KeyOf(target.Text);
        if (target.IsInitial)
        {
            return computed.Contains(key) ? key : throw Error(target.Span, $"this is the initial value of `{target.Text}`, which no equation computes");
        }

        // h_0 and h0, but not h_10 beside h_1.
        string state = key.EndsWith('0') ? key[..^1] : key;
        bool isMarked = target.Text.EndsWith("_0", StringComparison.Ordinal) || (state.Length > 0 && !char.IsAsciiDigit(state[^1]));
        return target.Time is null && state.Length < key.Length && isMarked && computed.Contains(state) ? state : null;
    }

    private void AddInitial(string key, Syntax? value, SourceSpan span)
    {
        Definition state = names.Find(key) ?? throw Error(span, "an initial value has no initial value itself");
        foreach ((Definition known, _, SourceSpan place) in initials)
        {
            if (known == state)
            {
                throw Error(span, $"the initial value of `{state.Key}` is given twice", null, place);
            }
        }

        initials.Add((state, value, span));
    }

    /// <summary>Equations such as g = tanh name a function.</summary>
    private void FindAliases()
    {
        foreach (Equation equation in equations)
        {
            if (!equation.Syntax.IsStacked && equation.Syntax.Arguments is null
                && equation.Syntax.Right is NameSyntax { Time: null, IsInitial: false } name && names.Find(name.Text) is null
                && FunctionCatalog.Find(name.Text) is { } function)
            {
                equation.Alias = function;
                equation.Targets[0].Kind = DefinitionKind.Function;
            }
        }
    }

    /// <summary>Finds every name of the right sides, and makes the parameters.</summary>
    private List<(Equation? Equation, List<Mention> Mentions)> ScanNames()
    {
        bool isNumberE = names.Find("e") is null && !directives.IsDeclared("e");
        List<(Equation? Equation, Syntax Right, int Start)> sides =
        [
            .. equations.Where(equation => equation.Alias is null).Select(equation => ((Equation?)equation, equation.Syntax.Right, equation.Syntax.Span.Start)),
            .. initials.Where(initial => initial.Value is not null).Select(initial => ((Equation?)null, initial.Value!, initial.Span.Start)),
        ];
        List<(Equation?, List<Mention>)> all = [];
        foreach ((Equation? equation, Syntax right, _) in sides.OrderBy(side => side.Start))
        {
            List<Mention> mentions = [.. Mention.In(source, right, isNumberE).Where(mention => equation?.Arguments.Any(argument => argument.Key == NameTable.KeyOf(mention.Name.Text)) != true)];
            List<Read> found = [];
            foreach (Mention mention in mentions)
            {
                if (FindOrMake(mention.Name) is { } definition)
                {
                    found.Add(new Read(definition, mention.Name.Time - shift == -1, mention.Name.Span));
                }
            }

            if (equation is not null)
            {
                reads[equation] = found;
            }
            else
            {
                readsOfInitials.AddRange(found);
            }

            all.Add((equation, mentions));
        }

        return all;
    }

    private Definition? FindOrMake(NameSyntax name)
    {
        names.Note(name.Text);
        Definition? definition = names.Find(name.Text);
        if (name.IsInitial)
        {
            throw Error(name.Span, "an initial value cannot be read in a step", definition is null ? null : $"the value of the step before is `{name.Text}[{timeLetter}-1]`, also in the first step");
        }

        int? time = name.Time - shift;
        if (time is not null && (definition is null || definition.Kind is DefinitionKind.Parameter))
        {
            // A switch of typeface begins before its brace.
            string written = source[name.Span].ToString();
            written = written.Count(letter => letter == '{') == written.Count(letter => letter == '}') ? written : name.Text;
            string what = time == 0 ? $"`{written}` is marked with a time" : $"`{written}` is read";
            throw Error(name.Span, $"{what}, but no equation computes `{name.Text}`", Suggest(name.Text) ?? $"if it is an input, say `input {name.Text}`");
        }

        switch (time)
        {
            case > 0:
                throw Error(name.Span, $"`{source[name.Span]}` is a value of a later step, which is not known yet");
            case < -1:
                throw Error(
                    name.Span,
                    $"`{source[name.Span]}` lies {-time} steps back; a step reads only the one before",
                    $"keep the value for a step: `{name.Text}1 = {name.Text}[{timeLetter}-1]`, then read `{name.Text}1[{timeLetter}-1]`");
            case -1:
                definition!.PreviousRead ??= name.Span;
                break;
        }

        if (definition is null)
        {
            if (!directives.IsDeclared(name.Text) && (FunctionCatalog.Find(name.Text) is not null || name.Text == "I"))
            {
                return null;
            }

            definition = new Definition(NameTable.KeyOf(name.Text), DefinitionKind.Parameter, name.Span) { Declaration = directives.DeclarationOf(name.Text) };
            names.Add(definition);
            parameters.Add(definition);
        }

        return definition;
    }

    private string? Suggest(string text) => Suspicion.Suggest(names, text);

    private Definition FindOutput()
    {
        if (directives.Output is { } declared)
        {
            Definition? named = names.Find(declared.Text);
            return named?.Kind == DefinitionKind.Signal ? named : throw Error(declared.Span, $"the output `{declared.Text}` is not a signal that an equation computes", Suggest(declared.Text));
        }

        Definition? signal = names.Find("h") is { Kind: DefinitionKind.Signal } hidden
            ? hidden
            : equations.SelectMany(equation => equation.Targets).LastOrDefault(target => target.Kind == DefinitionKind.Signal);
        return signal ?? throw Error(
            equations[^1].Syntax.Span,
            "no equation computes a signal: none reads an input or a value of the step before",
            parameters.Select(parameter => source[parameter.Span]).Where(text => Suspicion.IsUnspacedProduct(names, text)).Select(Suggest).FirstOrDefault());
    }

    private void CheckStates()
    {
        foreach (Definition definition in names.All.Where(definition => definition.IsState && definition.Kind is not (DefinitionKind.Signal or DefinitionKind.Input)))
        {
            throw Error(definition.PreviousRead!.Value, $"`{definition.Key}` is the same in every step, so its value of the step before says nothing", $"write `{definition.Key}` without a time", definition.Span);
        }

        foreach (Read read in readsOfInitials.Where(read => read.Definition.IsSignal || read.Definition.ReadsSignals))
        {
            throw Error(read.Span, $"an initial state is given by numbers and parameters; `{read.Definition.Key}` is computed in every step");
        }

        foreach ((Definition state, _, SourceSpan span) in initials)
        {
            if (!state.IsState)
            {
                throw Error(span, $"no equation reads `{state.Key}[{timeLetter}-1]`, so an initial value has no use");
            }
        }
    }

    private void NameEverything()
    {
        foreach (Definition definition in names.All)
        {
            definition.Name = names.Canonical(definition.Key, definition.Kind is DefinitionKind.Parameter or DefinitionKind.DerivedParameter);
        }
    }

    private void ReadRightSides()
    {
        ExpressionReader reader = new(source, names, shift);
        foreach (Equation equation in equations)
        {
            reader.ReadEquation(equation);
        }

        foreach ((Definition state, Syntax? value, _) in initials)
        {
            if (value is not null)
            {
                state.Initial = reader.Read(value, []);
            }
        }
    }

    private void AddLearnedInitials()
    {
        foreach ((Definition state, Syntax? value, SourceSpan span) in initials)
        {
            if (value is not null)
            {
                continue;
            }

            string name = $"{state.Name}_0";
            if (names.Find(name) is { } taken)
            {
                throw Error(span, $"the learned initial value would be called `{name}`, and that name is taken", null, taken.Span);
            }

            Definition parameter = new(NameTable.KeyOf(name), DefinitionKind.Parameter, span) { Name = name };
            names.Add(parameter);
            parameters.Add(parameter);
            state.LearnedInitial = parameter;
        }
    }
}
