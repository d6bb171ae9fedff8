using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Cellwright.Files;
using Cellwright.Layers;
using Cellwright.Tasks;

namespace Cellwright.Cli.Commands;

/// <summary><c>generate</c>: a text model writes.</summary>
internal static class GenerateCommand
{
    private static readonly Argument<string> ModelArgument = new("MODEL") { Description = "A model that 'train text' wrote." };
    private static readonly Option<string> PromptOption = new("--prompt")
    {
        Description = "What the text begins with. [default: the start of a line]",
        HelpName = "text",
        DefaultValueFactory = _ => string.Empty,
    };

    private static readonly Option<double> TemperatureOption = Options.Real("--temperature", "Below 1 the text is more likely, above 1 more varied; 0 takes the likeliest character each time.", 0.7, zeroToo: true);
    private static readonly Option<int?> TopKOption = Options.OptionalWhole("--top-k", "Draw from so many of the likeliest characters only. [default: all]", 1, int.MaxValue);
    private static readonly Option<double> TopPOption = Options.Real("--top-p", "Draw from the fewest likeliest characters whose probabilities together reach this share only; at most 1, which is all.", 1.0);
    private static readonly Option<string[]> StopOption = new("--stop")
    {
        Description = "A text at which the writing ends; it is not printed. May be given again for another.",
        HelpName = "text",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<bool> InteractiveOption = new("--interactive")
    {
        Description = "Read lines, and answer each by writing on after it; everything read and written is remembered. The end of the input ends it.",
    };

    private static readonly Option<bool> ProbabilitiesOption = new("--show-probabilities")
    {
        Description = "Print a line for each character: how likely the model took it to be, how likely it was to be drawn after temperature and narrowing, and the likeliest with the model's probabilities.",
    };

    private static readonly Option<string?> OutOption = new("--out")
    {
        Description = "Write to this file instead: prompt and text, byte by byte as the model draws them.",
        HelpName = "file",
    };

    private static readonly Option<bool> JsonOption = new("--json") { Description = "With --show-probabilities, print them as JSON." };
    private static readonly Option<ulong> SeedOption = Options.Seed();
    private static readonly Option<int> LengthOption = Options.Whole("--length", "How many characters to write, after each line where lines are read.", 500, 1, int.MaxValue);
    private static readonly Option<WeightFormat> WeightsOption = Options.Choice(
        "--weights", "How the layers' matrices are held while writing: bfloat16 is faster where they are large, and rounded ('evaluate --weights bfloat16' says what that costs).", WeightFormat.Float32);

    private static readonly Option<int> ThreadsOption = Options.Threads();

    public static Command Create()
    {
        ExampleCommand command = new(
            "generate",
            "Writes text with a model, character by character.",
            "cellwright generate shakespeare.safetensors --prompt \"ROMEO:\" --temperature 0.8 --top-p 0.95 --seed 3 --length 300")
        {
            ModelArgument, PromptOption, TemperatureOption, TopKOption, TopPOption, StopOption, InteractiveOption, ProbabilitiesOption, OutOption, SeedOption, LengthOption, WeightsOption, ThreadsOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        if (parsed.GetValue(TopPOption) > 1)
        {
            throw new UsageException("--top-p takes a share above 0 and at most 1");
        }

        string[] stops = parsed.GetValue(StopOption)!;
        if (stops.Contains(string.Empty))
        {
            throw new UsageException("--stop takes a text of a character or more");
        }

        CheckTogether(parsed);
        TextSampling sampling = new()
        {
            Temperature = parsed.GetValue(TemperatureOption),
            TopK = parsed.GetValue(TopKOption) ?? 0,
            TopP = parsed.GetValue(TopPOption),
        };
        using TextModel model = TextModel.Open(parsed.GetValue(ModelArgument)!, parsed.GetValue(ThreadsOption));
        string prompt = parsed.GetValue(PromptOption)!;
        if (!model.Vocabulary.IsBytes)
        {
            // As a corpus is read.
            prompt = prompt.Replace("\r\n", "\n", StringComparison.Ordinal);
        }

        int length = parsed.GetValue(LengthOption);
        TextWriter output = parsed.InvocationConfiguration.Output;
        using TextSession session = new(model, prompt, sampling, parsed.GetValue(SeedOption), new StreamOptions { Weights = parsed.GetValue(WeightsOption) });
        if (parsed.GetValue(InteractiveOption))
        {
            Converse(session, length, stops, model.Vocabulary, output, parsed.InvocationConfiguration.Error);
            return CommandLine.Success;
        }

        if (parsed.GetValue(ProbabilitiesOption))
        {
            WriteChoices(session.WriteChoices(length), parsed.GetValue(JsonOption), output);
            return CommandLine.Success;
        }

        if (parsed.GetValue(OutOption) is { } path)
        {
            AtomicFile.Write(path, stream =>
            {
                stream.Write(Encoding.UTF8.GetBytes(prompt));
                foreach (byte each in session.WriteBytes(length))
                {
                    stream.WriteByte(each);
                }
            });
            return CommandLine.Success;
        }

        output.Write(prompt);
        Write(session, length, stops, output);
        return CommandLine.Success;
    }

    // One way of writing at a time.
    private static void CheckTogether(ParseResult parsed)
    {
        bool shows = parsed.GetValue(ProbabilitiesOption);
        if (parsed.GetValue(JsonOption) && !shows)
        {
            throw new UsageException("--json prints probabilities; give --show-probabilities with it");
        }

        Option? way = shows ? ProbabilitiesOption : parsed.GetValue(OutOption) is null ? null : OutOption;
        Option? other = way is null ? null
            : parsed.GetValue(InteractiveOption) ? InteractiveOption
            : parsed.GetValue(StopOption)!.Length > 0 ? StopOption
            : shows && parsed.GetValue(OutOption) is not null ? OutOption : null;
        if (other is not null)
        {
            throw new UsageException($"{way!.Name} does not go with {other.Name}; give one of them");
        }

        if (parsed.GetValue(OutOption) is { } path)
        {
            OutputFile.Check(path, parsed);
        }
    }

    private static void WriteChoices(IEnumerable<TextChoice> choices, bool json, TextWriter output)
    {
        if (json)
        {
            output.WriteLine(JsonSerializer.Serialize(
                choices.Select(choice => new
                {
                    text = choice.Text,
                    probability = choice.Probability,
                    drawn = choice.Drawn,
                    likeliest = choice.Likeliest.Select(each => new { text = each.Text, probability = each.Probability }),
                }),
                JsonStyle.Options));
            return;
        }

        output.WriteLine("text    model   drawn   likeliest");
        foreach (TextChoice choice in choices)
        {
            string likeliest = string.Join("  ", choice.Likeliest.Select(each => string.Create(CultureInfo.InvariantCulture, $"{Quoted(each.Text)} {each.Probability:0.000}")));
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Quoted(choice.Text),-6}  {choice.Probability:0.000}   {choice.Drawn:0.000}   {likeliest}"));
        }
    }

    private static string Quoted(string text) => text switch
    {
        "\n" => "'\\n'",
        "\t" => "'\\t'",
        [var only] when char.IsControl(only) => string.Create(CultureInfo.InvariantCulture, $"U+{(int)only:X4}"),
        _ => $"'{text}'",
    };

    // A line that cannot be read is answered with a sentence, and the session goes on as if it had not come.
    private static void Converse(TextSession session, int length, string[] stops, CharacterVocabulary vocabulary, TextWriter output, TextWriter error)
    {
        string lineEnd = vocabulary.Contains(new Rune('\n')) ? "\n" : string.Empty;
        while (Console.In.ReadLine() is { } line)
        {
            try
            {
                session.Read(line + lineEnd);
            }
            catch (CorpusException problem)
            {
                error.WriteLine(problem.Message);
                continue;
            }

            Write(session, length, stops, output);
        }
    }

    private static void Write(TextSession session, int length, string[] stops, TextWriter output)
    {
        foreach (Rune character in session.Write(length, stops))
        {
            output.Write(character.ToString());
        }

        output.WriteLine();
        output.Flush();
    }
}
