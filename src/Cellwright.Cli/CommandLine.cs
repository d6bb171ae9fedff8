using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Cellwright.Cli.Commands;
using Cellwright.Equations;
using Cellwright.Tasks;
using Cellwright.Tasks.Series;
using Cellwright.Training;

namespace Cellwright.Cli;

/// <summary>The tool as a function: arguments in, text and an exit code out.</summary>
internal static class CommandLine
{
    /// <summary>The answer is yes.</summary>
    public const int Success = 0;

    /// <summary>The answer is no: a check failed.</summary>
    public const int Failure = 1;

    /// <summary>Bad input or usage.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl-C with everything kept, as shells count it: what follows with <c>&amp;&amp;</c> does not run.</summary>
    public const int Interrupted = 130;

    /// <summary>Runs one command.</summary>
    /// <param name="arguments">The words after <c>cellwright</c>.</param>
    /// <param name="output">Takes results.</param>
    /// <param name="error">Takes one sentence where the input or its use is bad.</param>
    public static int Run(IReadOnlyList<string> arguments, TextWriter output, TextWriter error)
    {
        ParseResult parsed = Parse(arguments);
        if (Complaint(parsed) is { } complaint)
        {
            error.WriteLine(complaint);
            return BadInput;
        }

        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
            });
        }
        catch (Exception problem) when (IsBadInput(problem))
        {
            error.WriteLine(problem.Message);
            return BadInput;
        }
        catch (Exception problem) when (problem is OutOfMemoryException or OverflowException)
        {
            error.WriteLine("the sizes need more memory than there is; choose a smaller hidden width, batch or window");
            return BadInput;
        }
        catch (NonFiniteException problem)
        {
            error.WriteLine(problem.Message);
            return Failure;
        }
    }

    /// <summary>What is wrong with the words of a command, without running it; null where nothing is.</summary>
    public static string? Complaint(IReadOnlyList<string> arguments) => Complaint(Parse(arguments));

    /// <summary>A command line with more words at its end.</summary>
    public static ParseResult WithWords(ParseResult parsed, IReadOnlyList<string> words) =>
        words.Count == 0 ? parsed : Parse([.. parsed.Tokens.Select(token => token.Value), .. words]);

    private static ParseResult Parse(IReadOnlyList<string> arguments) =>
        Root().Parse(arguments.Count == 0 ? ["--help"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    private static string? Complaint(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0 || parsed.Action is { ClearsParseErrors: true })
        {
            return null;
        }

        string path = string.Join(' ', parsed.CommandResult.Command is RootCommand ? ["cellwright"] : Path(parsed.CommandResult.Command));
        return $"{Sentence(parsed)}; '{path} --help' shows how it is used";
    }

    private static bool IsBadInput(Exception problem) =>
        problem is UsageException or EquationException or CorpusException or SeriesException or IOException or UnauthorizedAccessException;

    private static RootCommand Root()
    {
        RootCommand root = new("Recurrent networks from the equations you write.")
        {
            CellsCommand.Create(),
            CellCommand.Create(),
            TrainCommand.Create(),
            CompareCommand.Create(),
            GenerateCommand.Create(),
            EvaluateCommand.Create(),
            ForecastCommand.Create(),
            BacktestCommand.Create(),
            ExplainCommand.Create(),
            ProbeCommand.Create(),
            ExportCommand.Create(),
            ImportCommand.Create(),
            InspectCommand.Create(),
            StudioCommand.Create(),
            BenchCommand.Create(),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExample((HelpAction)help.Action!);
        return root;
    }

    private static string Sentence(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count > 0)
        {
            string word = parsed.UnmatchedTokens[0];
            return word.StartsWith('-') ? $"there is no option '{word}'" : $"there is no command '{word}'";
        }

        string first = parsed.Errors[0].Message.Trim();
        return first.Split('\n')[0].TrimEnd('\r', '.');
    }

    private static IEnumerable<string> Path(Command command)
    {
        IEnumerable<string> above = command.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand ? Path(parent) : ["cellwright"];
        return above.Append(command.Name);
    }

    private sealed class HelpWithExample(HelpAction help) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            using StringWriter text = new();
            parseResult.InvocationConfiguration.Output = text;
            int code = help.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output = output;
            output.Write(WithChoicesInLowerCase(text.ToString(), parseResult.CommandResult.Command));
            if (parseResult.CommandResult.Command is ExampleCommand { Example: { } example })
            {
                output.WriteLine("Example:");
                output.WriteLine($"  {example}");
                output.WriteLine();
            }

            return code;
        }

        // A default is printed as its enumeration spells it, and given as the choices are.
        private static string WithChoicesInLowerCase(string text, Command command)
        {
            foreach (string name in command.Options.Where(option => option.ValueType.IsEnum).SelectMany(option => Enum.GetNames(option.ValueType)))
            {
                text = text.Replace($"[default: {name}]", $"[default: {name.ToLowerInvariant()}]", StringComparison.Ordinal);
            }

            return text;
        }
    }
}
