using Cellwright.Bench;

switch (args)
{
    case ["matrix", .. string[] filter]:
        MatrixBenchmark.Run(filter);
        return 0;
    default:
        Console.Error.WriteLine("usage: Cellwright.Bench matrix [product|gradient|totals|packing|team]…");
        return 2;
}
