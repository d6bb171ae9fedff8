using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Cellwright.Graphs;
using Cellwright.Randomness;

namespace Cellwright.Cli.Commands;

/// <summary><c>cell check</c>: are the derived gradients right?</summary>
internal static class CellCheckCommand
{
    private static readonly Argument<string> CellName = CellArgument.Create();
    private static readonly Option<int> InputOption = Options.Whole("--input", "The width of the input.", 5, 1, 1024);
    private static readonly Option<int> HiddenOption = Options.Whole("--hidden", "The width of the signals; by default the smallest from 7 that fits the cell.", 7, 1, 1024);
    private static readonly Option<Dictionary<string, int>> SizeOption = Options.Sizes();
    private static readonly Option<int> BatchOption = Options.Whole("--batch", "Sequences side by side, of mixed lengths.", 3, 1, 256);
    private static readonly Option<int> StepsOption = Options.Whole("--steps", "The steps of the longest sequence.", 13, 1, 1024);
    private static readonly Option<ulong> SeedOption = Options.Seed();
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "check",
            "Compares the derived gradients of every parameter, input and initial state with numerical ones in double precision, and the compiled kernels with both; the exit code is 1 where they differ.",
            "cellwright cell check my.cell --input 5 --hidden 19")
        {
            CellName, InputOption, HiddenOption, SizeOption, BatchOption, StepsOption, SeedOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Cell cell = CellArgument.Resolve(parsed.GetValue(CellName)!);
        int input = parsed.GetValue(InputOption);
        int hidden = parsed.GetValue(HiddenOption);
        Dictionary<string, int> others = parsed.GetValue(SizeOption)!;
        bool isHiddenGiven = parsed.GetResult(HiddenOption) is { Implicit: false };
        Dictionary<string, int> sizes = CellArgument.Sizes(cell, input, isHiddenGiven ? hidden : CellArgument.FittingHidden(cell, input, hidden, others), others);
        ulong seed = parsed.GetValue(SeedOption);
        int steps = parsed.GetValue(StepsOption);
        int[] lengths = Lengths(parsed.GetValue(BatchOption), steps, seed);
        IReadOnlyList<GradientCheckResult> results = new GradientCheck(cell, sizes, new SequenceShape(steps, lengths.Length, lengths)).Run(seed);
        bool passes = results.All(result => result.Passes);
        TextWriter output = parsed.InvocationConfiguration.Output;
        if (parsed.GetValue(JsonOption))
        {
            output.WriteLine(JsonSerializer.Serialize(new { cell = cell.Name, sizes, lengths, seed, passes, tensors = results }, JsonStyle.Options));
        }
        else
        {
            Print(output, cell, sizes, lengths, seed, results, passes);
        }

        return passes ? CommandLine.Success : CommandLine.Failure;
    }

    // The longest sequence has all steps; the others are drawn.
    private static int[] Lengths(int batch, int steps, ulong seed)
    {
        RandomStream random = new(seed, "check/lengths");
        int[] lengths = new int[batch];
        for (int sequence = 0; sequence < batch; sequence++)
        {
            lengths[sequence] = 1 + random.Below(0, (ulong)sequence, steps);
        }

        lengths[^1] = steps;
        return lengths;
    }

    private static void Print(
        TextWriter output, Cell cell, Dictionary<string, int> sizes, int[] lengths, ulong seed, IReadOnlyList<GradientCheckResult> results, bool passes)
    {
        output.WriteLine($"{cell.Name}: {string.Join(", ", sizes.Select(size => $"{size.Key} {size.Value}"))}, sequences of {string.Join(", ", lengths)} steps, seed {seed}");
        OutputTable table = new("gradient by", "elements", "derived to numerical", "kernels to double", "");
        foreach (GradientCheckResult result in results)
        {
            table.Add(
                result.Name,
                result.Elements.ToString(CultureInfo.InvariantCulture),
                result.DerivedError.ToString("0.0e+00", CultureInfo.InvariantCulture),
                result.KernelError.ToString("0.0e+00", CultureInfo.InvariantCulture),
                result.Passes ? "ok" : "DIFFERS");
        }

        table.Write(output);
        output.WriteLine(passes
            ? "The gradients agree."
            : string.Create(CultureInfo.InvariantCulture, $"The gradients differ: {GradientCheck.DerivedTolerance} is allowed between derived and numerical, {GradientCheck.KernelTolerance} between kernels and double."));
    }
}
