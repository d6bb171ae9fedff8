using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Cellwright.Cli.Series;
using Cellwright.Tasks.Series;
using Cellwright.Tests.Files;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli.Series;

public sealed partial class CsvPropertyTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Any_table_is_read_back_whatever_its_separator_quotes_and_line_ends() => Prop.ForAll(Tables(), table =>
    {
        File.WriteAllText(folder["data.csv"], table.Text);
        CsvTable read = CsvTable.Read(CsvFile.Read(folder["data.csv"]), new SeriesReadingOptions());
        read.Format.Separator.ShouldBe(table.Separator, table.Text);
        read.Columns.Select(column => column.Name).ShouldBe(table.Names, table.Text);
        for (int column = 1; column < table.Names.Length; column++)
        {
            read.Columns[column].Numbers.ToArray().ShouldBe([.. table.Rows.Select(row => row[column - 1])], table.Text);
        }

        read.Columns[0].IsText.ShouldBeTrue();
        Enumerable.Range(0, read.Rows).Select(read.Columns[0].Text).ShouldBe(table.Ids, table.Text);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void A_damaged_file_is_read_or_refused_with_its_place() => Prop.ForAll(Damaged(), bytes =>
    {
        File.WriteAllBytes(folder["data.csv"], bytes);
        foreach (SeriesReadingOptions options in (SeriesReadingOptions[])[new(), new() { Rows = true }, new() { Wide = true }])
        {
            try
            {
                SeriesReading.Of(folder["data.csv"], options).Prepared.Set.Series.ShouldNotBeEmpty();
            }
            catch (SeriesException problem)
            {
                problem.Message.ShouldNotContain("\n");
                (Place().IsMatch(problem.Message) || WholeFile().IsMatch(problem.Message)).ShouldBeTrue(problem.Message);
            }
        }
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    private static Arbitrary<Table> Tables() => (
        from separator in Gen.Elements(',', ';', '\t', '|')
        from mark in Gen.Elements(separator == ',' ? ['.'] : (char[])['.', ','])
        from columns in Gen.Choose(1, 5)
        from count in Gen.Choose(1, 20)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Table.Of(separator, mark, columns, count, new Random(seed))).ToArbitrary();

    private static Arbitrary<byte[]> Damaged() => (
        from changes in Gen.Choose(1, 6)
        from seed in Gen.Choose(0, int.MaxValue - 1)
        select Damage(changes, new Random(seed))).ToArbitrary();

    private static byte[] Damage(int changes, Random random)
    {
        StringBuilder text = new("date,load,\"price, paid\",note\n");
        for (int row = 0; row < 12; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"2024-01-{row + 1:00} {row:00}:00,{random.NextDouble() * 100:0.00},\"{random.Next(1000)}\",\"say \"\"{row}\"\"\"\n");
        }

        List<byte> bytes = [.. Encoding.UTF8.GetBytes(text.ToString())];
        byte[] likely = "\",;\n\r\t|.-:0123456789aT\0\u00ff"u8.ToArray();
        for (int i = 0; i < changes; i++)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveAt(at);
                    break;
                case 1:
                    bytes.Insert(at, likely[random.Next(likely.Length)]);
                    break;
                case 2:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 3:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, random.Next(40)));
                    bytes.Add((byte)'1');
                    break;
                default:
                    bytes.InsertRange(at, bytes.GetRange(0, Math.Min(bytes.Count, random.Next(60))));
                    break;
            }
        }

        return [.. bytes];
    }

    [GeneratedRegex("data\\.csv'?:? .*(line|lines) [0-9]+")]
    private static partial Regex Place();

    [GeneratedRegex("^(there is nothing in|'.*' begins as a gzip|'.*' is UTF-16|.*has a line of names and no rows|.*no column of numbers is left|the times do not say|the rows are .* apart|.*no row has a value behind its name|.*times come more than once|.*has no value; )")]
    private static partial Regex WholeFile();

    private sealed record Table(char Separator, string[] Names, string[] Ids, double[][] Rows, string Text)
    {
        public static Table Of(char separator, char mark, int columns, int count, Random random)
        {
            string[] names = [.. Enumerable.Range(0, columns + 1).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Word(separator, random)}{i}"))];
            string[] ids = [.. Enumerable.Range(0, count).Select(_ => Word(separator, random))];
            double[][] rows = [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, columns).Select(_ => Value(random)).ToArray())];
            for (int column = 0; column < columns; column++)
            {
                // A column that begins with a number, and a fraction that tells the mark.
                rows[0][column] = random.Next(1000) + 0.25;
            }

            string end = random.Next(3) switch { 0 => "\n", 1 => "\r\n", _ => "\r" };
            StringBuilder text = new(random.Next(2) == 0 ? "\ufeff" : string.Empty);
            text.AppendJoin(separator, names.Select(name => Quoted(name, separator, random)));
            for (int row = 0; row < count; row++)
            {
                text.Append(end);
                IEnumerable<string> numbers = rows[row].Select(value => double.IsNaN(value) ? string.Empty : value.ToString("R", CultureInfo.InvariantCulture).Replace('.', mark));
                text.AppendJoin(separator, numbers.Prepend(ids[row]).Select(field => Quoted(field, separator, random)));
            }

            text.Append(random.Next(2) == 0 ? end : string.Empty);
            return new Table(separator, names, ids, rows, text.ToString());
        }

        private static double Value(Random random) => random.Next(6) switch
        {
            0 => double.NaN,
            1 => random.Next(-100000, 100000),
            2 => Math.ScaleB(random.NextDouble() - 0.5, random.Next(-200, 200)),
            _ => Math.Round((random.NextDouble() - 0.5) * 1e4, random.Next(1, 3)),
        };

        private static string Word(char separator, Random random)
        {
            string letters = "abc äß日\"'" + separator;
            return "w" + string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => letters[random.Next(letters.Length)])) + "w";
        }

        private static string Quoted(string field, char separator, Random random) =>
            field.Contains(separator) || field.Contains('"') || random.Next(4) == 0 ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
    }
}
