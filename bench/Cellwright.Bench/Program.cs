using System.Globalization;
using Cellwright.Bench;
using Cellwright.Graphs;

switch (args)
{
    case ["matrix", .. string[] filter]:
        MatrixBenchmark.Run(filter);
        return 0;
    case ["layer", .. string[] cells]:
        foreach (string name in cells.Length == 0 ? ["lstm"] : cells)
        {
            Cell cell = Cell.Named(name);
            LayerBenchmark.Run(cell, 1, [(1, 32), (1, 64), (8, 64), (32, 128), (32, 256), (32, 512)]);
            LayerBenchmark.Run(cell, 2, [(8, 64), (32, 128), (32, 256), (32, 512)]);
        }

        return 0;
    case ["kills", .. string[] numbers]:
        return KillBenchmark.Run(numbers.Length > 0 ? int.Parse(numbers[0], CultureInfo.InvariantCulture) : 50, seed: 1);
    case ["fuzz", .. string[] numbers]:
        int Number(int at, int otherwise) => numbers.Length > at ? int.Parse(numbers[at], CultureInfo.InvariantCulture) : otherwise;
        return FuzzBenchmark.Run(Number(0, 1_000_000), seed: Number(1, 1), first: Number(2, 0));
    default:
        Console.Error.WriteLine("usage: Cellwright.Bench matrix [product|gradient|totals|packing|team]… | layer [CELL]… | kills [TIMES] | fuzz [COUNT [SEED [FIRST]]]");
        return 2;
}
