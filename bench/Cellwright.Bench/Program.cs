using System.Globalization;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Cellwright.Bench;
using Cellwright.Graphs;
using Cellwright.Tests.Cli;

switch (args)
{
    case ["matrix", .. string[] filter]:
        MatrixBenchmark.Run(filter);
        return 0;
    case ["phases", string name, string threads, .. string[] shapes]:
        foreach (string shape in shapes)
        {
            int[] numbers = [.. shape.Split('x').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            LayerPhases.Run(Cell.Named(name), int.Parse(threads, CultureInfo.InvariantCulture), numbers[0], numbers[1]);
        }

        return 0;
    case ["zoo", .. string[] cells]:
        ZooBenchmark.Run(cells);
        return 0;
    case ["first", .. string[] cells]:
        foreach (string name in cells.Length == 0 ? ["lstm"] : cells)
        {
            FirstSecond.Run(Cell.Named(name));
        }

        return 0;
    case ["caches"]:
        CacheSpeed.Run();
        return 0;
    case ["step", .. string[] cells]:
        foreach (string name in cells.Length == 0 ? ["lstm"] : cells)
        {
            StreamBenchmark.Run(Cell.Named(name));
        }

        return 0;
    case ["text", .. string[] cells]:
        foreach (string name in cells.Length == 0 ? ["lstm"] : cells)
        {
            TextBenchmark.Run(Cell.Named(name));
        }

        return 0;
    case ["text-phases", string name, string threads, .. string[] shapes]:
        foreach (string shape in shapes)
        {
            int[] numbers = [.. shape.Split('x').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
            TextPhases.Run(Cell.Named(name), int.Parse(threads, CultureInfo.InvariantCulture), numbers[0], numbers[1]);
        }

        return 0;
    case ["units", .. string[] cells]:
        foreach (string name in cells.Length == 0 ? ["lstm"] : cells)
        {
            StreamBenchmark.Units(Cell.Named(name));
        }

        return 0;
    case ["million", .. string[] cells]:
        foreach (string name in cells.Length == 0 ? ["lstm"] : cells)
        {
            StreamBenchmark.Million(Cell.Named(name));
        }

        return 0;
    case ["mixed", .. string[] cells]:
        foreach (string name in cells.Length == 0 ? ["lstm"] : cells)
        {
            StreamBenchmark.Mixed(Cell.Named(name), threads: 1);
            StreamBenchmark.Mixed(Cell.Named(name), threads: 2);
        }

        return 0;
    case ["layer", .. string[] cells]:
        foreach (string name in cells.Length == 0 ? ["lstm"] : cells)
        {
            Cell cell = Cell.Named(name);
            LayerBenchmark.Run(cell, 1, [(1, 32), (1, 64), (8, 64), (32, 128), (32, 256), (32, 512)]);
            LayerBenchmark.Run(cell, 2, [(8, 64), (32, 128), (32, 256), (32, 512)]);
        }

        return 0;
    case ["long"]:
        foreach (int threads in (int[])[1, Environment.ProcessorCount])
        {
            LongSequenceBenchmark.Run(steps: 100_000, batch: 1, hidden: 128, chunk: 1000, threads);
            LongSequenceBenchmark.Run(steps: 10_000, batch: 8, hidden: 128, chunk: 100, threads);
            LongSequenceBenchmark.Run(steps: 2_000, batch: 32, hidden: 256, chunk: 50, threads);
        }

        return 0;
    case ["kernels", .. string[] words]:
        // In this process: the kernels are not public, and nothing has to be built.
        BenchmarkSwitcher.FromTypes([typeof(ProductCases), typeof(PointwiseCases), typeof(StepCases)]).Run(words, DefaultConfig.Instance.AddJob(KernelJob.InProcess));
        return 0;
    case ["series"]:
        SeriesBenchmark.Run(series: 1000, rows: 1000);
        return 0;
    case ["tables"]:
        return SpeedTablePages.Write() ? 0 : 2;
    case ["kills", "series", .. string[] numbers]:
        return KillBenchmark.Run(KilledCommand.Series, numbers.Length > 0 ? int.Parse(numbers[0], CultureInfo.InvariantCulture) : 50, seed: 1);
    case ["kills", .. string[] numbers]:
        return KillBenchmark.Run(KilledCommand.Text, numbers.Length > 0 ? int.Parse(numbers[0], CultureInfo.InvariantCulture) : 50, seed: 1);
    case ["fuzz", .. string[] numbers]:
        int Number(int at, int otherwise) => numbers.Length > at ? int.Parse(numbers[at], CultureInfo.InvariantCulture) : otherwise;
        return FuzzBenchmark.Run(Number(0, 1_000_000), seed: Number(1, 1), first: Number(2, 0));
    case ["mutate", .. string[] words]:
        string? format = words.Length > 0 && !char.IsAsciiDigit(words[0][0]) ? words[0] : null;
        string[] drawn = words[(format is null ? 0 : 1)..];
        int At(int at, int otherwise) => drawn.Length > at ? int.Parse(drawn[at], CultureInfo.InvariantCulture) : otherwise;
        return MutationBenchmark.Run(format, At(0, 100_000), seed: At(1, 1), first: At(2, 0));
    case ["forecast", .. string[] names]:
        return ForecastBenchmark.Run(names);
    case ["etth1", .. string[] choices]:
        return EttBenchmark.Run(choices);
    case ["m4", .. string[] choices]:
        return M4Benchmark.Run(choices);
    case ["tariff", .. string[] choices]:
        return TariffBenchmark.Run(choices);
    default:
        Console.Error.WriteLine("""
            usage: Cellwright.Bench COMMAND
              matrix [product|gradient|totals|packing|team]…
              layer [CELL]…
              phases CELL THREADS BxH…
              zoo [CELL]…
              caches
              first [CELL]…
              step [CELL]…
              text [CELL]…
              units [CELL]…
              million [CELL]…
              mixed [CELL]…
              long
              kernels [BENCHMARKDOTNET OPTION]…
              tables
              kills [series] [TIMES]
              fuzz [COUNT [SEED [FIRST]]]
              mutate [FORMAT] [COUNT [SEED [FIRST]]]
              forecast [CELL]…
              series
              etth1 [HORIZON]… [NAME=VALUE]… [--test]
              m4 [NAME=VALUE]… [--test]
              tariff [NAME=VALUE]…
            """);
        return 2;
}
