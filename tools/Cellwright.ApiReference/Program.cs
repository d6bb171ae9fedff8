using Cellwright.ApiReference;

if (args.Length != 1 || !Directory.Exists(args[0]))
{
    Console.Error.WriteLine("give the folder for the pages: dotnet run --project tools/Cellwright.ApiReference -- docs/api");
    return 2;
}

ApiPages pages = ApiPages.Of(typeof(Cellwright.Graphs.Cell).Assembly.Location, typeof(Cellwright.Onnx.OnnxFormat).Assembly.Location);
foreach (string member in pages.Undocumented)
{
    Console.Error.WriteLine($"{member} has no summary; write one");
}

foreach (string old in Directory.EnumerateFiles(args[0], "*.md"))
{
    File.Delete(old);
}

foreach ((string name, string text) in pages.Texts)
{
    File.WriteAllText(Path.Combine(args[0], name), text);
}

Console.WriteLine($"{pages.Texts.Count} pages in {args[0]}");
return pages.Undocumented.Count == 0 ? 0 : 1;
