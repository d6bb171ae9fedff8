using System.CommandLine;
using Cellwright.Tasks;
using Cellwright.Training;

namespace Cellwright.Cli;

/// <summary>The options that say how a text model is trained and judged.</summary>
internal sealed class TextTrainingFlags
{
    private static readonly TextTrainingOptions Defaults = new();

    private readonly Option<int> batchOption = Options.Whole("--batch", "Sequences side by side.", Defaults.Batch, 1, 65536);
    private readonly Option<int> windowOption = Options.Whole("--window", "Steps through which gradients flow back.", Defaults.Window, 1, 65536);
    private readonly Option<double?> freshOption = Options.OptionalReal(
        "--fresh-state", FormattableString.Invariant($"The share of windows that begin from the initial state and not from the one carried on; less than 1. [default: {Defaults.Restart}]"), zeroToo: true);

    private readonly Option<int?> streamsOption = Options.OptionalWhole(
        "--validation-streams", "Into how many parts that are read side by side the validation text is cut; 1 carries the state from its first character to its last. [default: by its length]", 1, 4096);

    private readonly Option<bool> bytesOption = new("--bytes") { Description = "Read the corpus byte by byte, whatever its files are; the vocabulary is all 256 bytes. [default: characters of UTF-8 text]" };
    private readonly UpdateFlags update = new(Defaults);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        update.AddTo(command);
        foreach (Option option in (Option[])[bytesOption, batchOption, windowOption, freshOption, streamsOption])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Opens the corpus that was asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="paths">Its files and folders; none for the default corpus.</param>
    /// <exception cref="UsageException">The default corpus was asked for byte by byte.</exception>
    /// <exception cref="CorpusException">It cannot be read.</exception>
    public TextCorpus Open(ParseResult parsed, string[] paths)
    {
        bool bytes = parsed.GetValue(bytesOption);
        return paths.Length > 0 ? TextCorpus.Open(paths, bytes)
            : bytes ? throw new UsageException("--bytes reads files as they are; give files or folders with it")
            : TextCorpus.Default();
    }

    /// <summary>How to train.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="steps">The number of steps; null where a budget decides it.</param>
    /// <exception cref="UsageException">Two options do not go together.</exception>
    public TextTrainingOptions Read(ParseResult parsed, ulong seed, int? steps)
    {
        double fresh = parsed.GetValue(freshOption) ?? Defaults.Restart;
        return fresh < 1
            ? update.Applied(new TextTrainingOptions { Batch = parsed.GetValue(batchOption), Window = parsed.GetValue(windowOption), Restart = fresh, Seed = seed }, parsed, steps)
            : throw new UsageException("--fresh-state takes a share from 0 to less than 1");
    }

    /// <summary>Which model is a run's result.</summary>
    public KeptModel Keep(ParseResult parsed) => update.Keep(parsed);

    /// <summary>Into how many parts validation text is cut; 0 for as many as its length suggests.</summary>
    public int Streams(ParseResult parsed) => parsed.GetValue(streamsOption) ?? 0;
}
