using System.CommandLine;
using System.Text;
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
    private static readonly Option<ulong> SeedOption = Options.Seed();
    private static readonly Option<int> LengthOption = Options.Whole("--length", "How many characters to write.", 500, 1, int.MaxValue);
    private static readonly Option<int> ThreadsOption = Options.Threads();

    public static Command Create()
    {
        ExampleCommand command = new(
            "generate",
            "Writes text with a model, character by character.",
            "cellwright generate shakespeare.safetensors --prompt \"ROMEO:\" --temperature 0.8 --seed 3 --length 300")
        {
            ModelArgument, PromptOption, TemperatureOption, SeedOption, LengthOption, ThreadsOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        using TextModel model = TextModel.Open(parsed.GetValue(ModelArgument)!, parsed.GetValue(ThreadsOption));
        string prompt = parsed.GetValue(PromptOption)!;
        TextWriter output = parsed.InvocationConfiguration.Output;
        IEnumerable<Rune> text = new TextGenerator(model).Continue(
            prompt, parsed.GetValue(LengthOption), parsed.GetValue(TemperatureOption), parsed.GetValue(SeedOption));
        output.Write(prompt);
        foreach (Rune character in text)
        {
            output.Write(character.ToString());
        }

        output.WriteLine();
        return CommandLine.Success;
    }
}
