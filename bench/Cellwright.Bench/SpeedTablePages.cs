using Cellwright.Cli.Benchmarks;

namespace Cellwright.Bench;

/// <summary>Writes the speed tables of the pages from what <c>bench --json</c> printed.</summary>
internal static class SpeedTablePages
{
    /// <summary>Rewrites every table of the README and of docs/performance.md from its file in bench/results.</summary>
    /// <returns>Whether all files were found and understood.</returns>
    public static bool Write()
    {
        if (FindRoot() is not { } root)
        {
            Console.Error.WriteLine("there is no Cellwright.slnx here or above; run this inside the project");
            return false;
        }

        foreach (string page in (string[])["README.md", Path.Combine("docs", "performance.md")])
        {
            string path = Path.Combine(root, page);
            try
            {
                string before = File.ReadAllText(path);
                string after = SpeedPage.Fill(before, name => File.ReadAllText(Path.Combine(root, "bench", "results", name)));
                File.WriteAllText(path, after);
                Console.WriteLine($"{page}: {(after == before ? "up to date" : "rewritten")}");
            }
            catch (Exception problem) when (problem is IOException or InvalidDataException)
            {
                Console.Error.WriteLine($"{page}: {problem.Message}");
                return false;
            }
        }

        return true;
    }

    private static string? FindRoot()
    {
        for (DirectoryInfo? folder = new(Directory.GetCurrentDirectory()); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Cellwright.slnx")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
