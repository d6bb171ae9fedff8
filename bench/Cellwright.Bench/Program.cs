using System.Globalization;
using Cellwright.Bench;
using Cellwright.Graphs;

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
    case ["first", .. string[] cells]:
        foreach (string name in cells.Length == 0 ? ["lstm"] : cells)
        {
            StreamBenchmark.First(Cell.Named(name));
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
    case ["kills", .. string[] numbers]:
        return KillBenchmark.Run(numbers.Length > 0 ? int.Parse(numbers[0], CultureInfo.InvariantCulture) : 50, seed: 1);
    default:
        Console.Error.WriteLine("usage: Cellwright.Bench matrix [product|gradient|totals|packing|team]… | layer [CELL]… | phases CELL THREADS BxH… | caches | first [CELL]… | step [CELL]… | mixed [CELL]… | kills [TIMES]");
        return 2;
}
