using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using Cellwright.Cli.Benchmarks;
using Cellwright.Graphs;

namespace Cellwright.Cli.Commands;

/// <summary><c>bench</c>: the machine's limits, our speed and that of each peer that is installed, in one run.</summary>
internal static class BenchCommand
{
    private static readonly Option<string[]> CellOption = new("--cell")
    {
        Description = "A cell of the zoo or a path to a file with equations; may be given again for another.",
        HelpName = "cell",
        DefaultValueFactory = _ => ["lstm"],
    };

    private static readonly Option<BenchmarkShape[]> ShapeOption = new("--shape")
    {
        Description = "Sequences and width, such as 32x256 for B = 32 and I = H = 256; may be given again for another. Without it, those of the project's speed table.",
        HelpName = "BxH",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = ReadShapes,
    };

    private static readonly Option<int?> ThreadsOption = Options.OptionalWhole(
        "--threads", "Threads that ours and the peers may use; without it, one and all cores are measured, and a step with one. A step whose matrices take less than 128 KB takes one thread all the same.", 1, 1024);

    private static readonly Option<BenchmarkMode> ModeOption = Options.Choice(
        "--mode",
        "train: 64 steps forward and backward, with the gradients of inputs, parameters and initial states; infer: 64 steps forward; step: one step of one sequence.",
        BenchmarkMode.Train);

    private static readonly Option<Dictionary<string, int>> SizeOption = Options.Sizes();
    private static readonly Option<bool> NoPeersOption = new("--no-peers") { Description = "Measure ours alone." };
    private static readonly Option<bool> JsonOption = Options.Json();

    public static Command Create()
    {
        ExampleCommand command = new(
            "bench",
            "Measures the machine's multiply-add peak and cache speeds, our figures, and those of PyTorch, ONNX Runtime and oneDNN where they are installed, each at its best setting.",
            "cellwright bench --cell gru-reset-after --shape 32x256 --shape 64x512 --threads 1")
        {
            CellOption, ShapeOption, ThreadsOption, ModeOption, SizeOption, NoPeersOption, JsonOption,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        bool json = parsed.GetValue(JsonOption);
        TextWriter output = parsed.InvocationConfiguration.Output;
        TextWriter notes = json ? parsed.InvocationConfiguration.Error : output;
        BenchmarkCase[] cases = [.. Cases(parsed)];
        using TemporaryFolder folder = new("cellwright-bench-");
        List<Peer> peers = [];
        try
        {
            MachineSpeed machine = MachineSpeed.Measure([.. cases.Select(what => what.Threads).Append(1).Distinct().Order()]);
            machine.Write(notes);
            if (!parsed.GetValue(NoPeersOption))
            {
                peers.AddRange(StartPeers(folder.FullName, cases, notes));
            }

            BenchmarkRun run = new(peers, folder.FullName, notes);
            BenchmarkResult[] results = [.. cases.Select(run.Measure)];
            if (json)
            {
                output.WriteLine(JsonSerializer.Serialize(results, JsonStyle.Options));
            }
            else
            {
                Print(output, machine, results);
            }

            return CommandLine.Success;
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }
    }

    /// <summary>What a command line asks to be measured, in order.</summary>
    internal static IEnumerable<BenchmarkCase> Cases(ParseResult parsed)
    {
        BenchmarkMode mode = parsed.GetValue(ModeOption);
        IReadOnlyList<int> threads = parsed.GetValue(ThreadsOption) is { } given ? [given]
            : mode == BenchmarkMode.Step ? [1]
            : [.. new[] { 1, Environment.ProcessorCount }.Distinct()];
        foreach (string name in parsed.GetValue(CellOption)!)
        {
            Cell cell = CellArgument.Resolve(name);
            foreach (int count in threads)
            {
                foreach (BenchmarkShape shape in parsed.GetValue(ShapeOption) is { Length: > 0 } shapes ? shapes : BenchmarkShape.Default(mode, count))
                {
                    if (mode == BenchmarkMode.Step && shape.Batch != 1)
                    {
                        throw new UsageException($"a step is one of a single sequence; give --shape 1x{shape.Hidden} with --mode step, not {shape}");
                    }

                    yield return new BenchmarkCase(cell, mode, shape.Batch, count, CellArgument.Sizes(cell, shape.Hidden, shape.Hidden, parsed.GetValue(SizeOption)!));
                }
            }
        }
    }

    private static IEnumerable<Peer> StartPeers(string folder, BenchmarkCase[] cases, TextWriter notes)
    {
        foreach (PeerProgram program in PeerProgram.All.Where(program => cases.Any(what => program.Modes.Contains(what.Mode) && PeerCell.Of(what.Cell) is not null)))
        {
            if (program.Start(folder, out string reason) is { } peer)
            {
                yield return peer;
            }
            else
            {
                notes.WriteLine($"{program.Name} was not found: {reason}. To have it measured too: {program.Install}.");
            }
        }
    }

    private static void Print(TextWriter output, MachineSpeed machine, BenchmarkResult[] results)
    {
        SpeedTable speeds = new(results);
        OutputTable table = new([.. speeds.Headings]);
        foreach (string[] row in speeds.Rows)
        {
            table.Add(row);
        }

        output.WriteLine();
        table.Write(output);
        output.WriteLine();
        output.WriteLine(speeds.Remark);
        if (results[0].Mode == "step")
        {
            foreach (string line in StepRemarks.Of(machine, results))
            {
                output.WriteLine(line);
            }
        }

        if (results.Any(result => result.Peers.Count > 0))
        {
            output.WriteLine("× says how many times as fast ours is.");
        }
    }

    private static BenchmarkShape[] ReadShapes(ArgumentResult result)
    {
        List<BenchmarkShape> shapes = [];
        foreach (Token token in result.Tokens)
        {
            if (BenchmarkShape.Read(token.Value) is not { } shape)
            {
                result.AddError($"--shape takes sequences and width such as 32x256, each from 1 to 65536, not '{token.Value}'");
                return [];
            }

            shapes.Add(shape);
        }

        return [.. shapes];
    }
}
