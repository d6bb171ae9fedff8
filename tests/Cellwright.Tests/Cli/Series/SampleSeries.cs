using System.Globalization;
using System.Text;
using Cellwright.Cli;
using Cellwright.Tests.Files;
using Shouldly;

namespace Cellwright.Tests.Cli.Series;

/// <summary>A small file of series, and the tool on it.</summary>
internal sealed class SampleSeries : IDisposable
{
    /// <summary>The folder of everything.</summary>
    public TemporaryFolder Folder { get; } = new();

    /// <summary>The model's file.</summary>
    public string Model => Folder["model.safetensors"];

    /// <summary>Writes days with a week's season, a trend, a promotion known ahead, and a little noise.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="rows">The rows with a target.</param>
    /// <param name="ahead">The rows behind them that have only the promotion.</param>
    /// <param name="stores">How many series there are, told apart by a column; 1 for no such column.</param>
    public string Write(string name, int rows = 200, int ahead = 7, int stores = 1)
    {
        StringBuilder text = new(stores > 1 ? "store,date,sales,promo\n" : "date,sales,promo\n");
        Random random = new(3);
        for (int store = 0; store < stores; store++)
        {
            for (int row = 0; row < rows + ahead; row++)
            {
                int promo = row % 10 == 3 ? 1 : 0;
                double sales = 100 + (20 * Math.Sin(row * Math.PI * 2 / 7)) + (0.1 * row) + (15 * promo) + (2 * random.NextDouble()) + (50 * store);
                string id = stores > 1 ? string.Create(CultureInfo.InvariantCulture, $"S{store},") : string.Empty;
                text.Append(CultureInfo.InvariantCulture, $"{id}{new DateTime(2024, 1, 1).AddDays(row):yyyy-MM-dd},{(row < rows ? sales.ToString("0.000", CultureInfo.InvariantCulture) : "")},{promo}\n");
            }
        }

        File.WriteAllText(Folder[name], text.ToString());
        return Folder[name];
    }

    /// <summary>Trains the sample's model in a few steps.</summary>
    public string Train(string file, params string[] more) =>
        Succeed(["train", "series", file, "--target", "sales", "--known", "promo", "--horizon", "7", "--hidden", "8", "--steps", "60", "--threads", "1", "--out", Model, .. more]);

    /// <summary>Runs the tool, which succeeds.</summary>
    /// <returns>What it printed.</returns>
    public static string Succeed(params string[] arguments)
    {
        (int code, string output, string error) = Run(arguments);
        (code, error).ShouldBe((0, string.Empty));
        return output;
    }

    /// <summary>Runs the tool.</summary>
    public static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using StringWriter output = new();
        using StringWriter error = new();
        int code = CommandLine.Run(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }

    public void Dispose() => Folder.Dispose();
}
