using System.Globalization;
using System.Text.RegularExpressions;

namespace Cellwright.Cli.Series;

/// <summary>A time as a file writes it.</summary>
/// <param name="Clock">What the clock showed.</param>
/// <param name="Offset">How far that clock is ahead of UTC; null where it is not said.</param>
/// <param name="Shows">The order of day and month that this date can only have; null where it tells nothing.</param>
/// <param name="IsUnclear">Whether day and month may change places.</param>
internal readonly partial record struct TimeText(DateTime Clock, TimeSpan? Offset, DateOrder? Shows, bool IsUnclear)
{
    private const string TimePart = @"(?<hour>\d{1,2})(?::(?<minute>\d{2})(?::(?<second>\d{2})(?:[.,](?<fraction>\d{1,7})\d*)?)?)?\s*(?<half>[AaPp][Mm])?\s*(?<offset>Z|UTC|[+-]\d{2}(?::?\d{2})?)?";

    private static readonly string[] NamedMonths =
        [.. from date in (string[])["MMM yyyy", "MMMM yyyy", "MMM-yyyy", "yyyy MMM", "d MMM yyyy", "d MMMM yyyy", "d-MMM-yyyy", "MMM d, yyyy", "MMMM d, yyyy"] from time in (string[])["", " HH:mm", " HH:mm:ss"] select date + time];

    /// <summary>Reads a time: ISO, day and month with a year behind them, months by name, quarters, weeks, plain digits, seconds since 1970.</summary>
    /// <param name="text">The text.</param>
    /// <param name="order">How a date that may be read in two ways is; null where that is not known.</param>
    /// <param name="time">The time.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(string text, DateOrder? order, out TimeText time)
    {
        time = default;
        if (text.Length is < 4 or > 64)
        {
            return false;
        }

        if (IsDigits(text))
        {
            return TryDigits(text, out time);
        }

        if (YearFirst().Match(text) is { Success: true } iso)
        {
            return TryMake(iso, Number(iso, "year"), Number(iso, "month"), Number(iso, "day", 1), null, false, out time);
        }

        if (YearLast().Match(text) is { Success: true } late)
        {
            return TryYearLast(late, order, out time);
        }

        if (Quarter().Match(text) is { Success: true } quarter)
        {
            return TryMake(quarter, Number(quarter, "year"), (3 * Number(quarter, "quarter")) - 2, 1, null, false, out time);
        }

        if (Week().Match(text) is { Success: true } week && Number(week, "year") >= 1 && Number(week, "week") is >= 1 and var number && number <= ISOWeek.GetWeeksInYear(Number(week, "year")))
        {
            int day = Number(week, "day", 1);
            time = new TimeText(ISOWeek.ToDateTime(Number(week, "year"), number, (DayOfWeek)(day % 7)), null, null, false);
            return true;
        }

        bool isNamed = DateTime.TryParseExact(text, NamedMonths, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime named);
        time = new TimeText(named, null, null, false);
        return isNamed;
    }

    /// <summary>Whether a text has digits only, and may be a time or a number.</summary>
    public static bool IsDigits(string text) => !text.AsSpan().ContainsAnyExceptInRange('0', '9');

    private static bool TryYearLast(Match match, DateOrder? order, out TimeText time)
    {
        (int first, int second, int year) = (Number(match, "one"), Number(match, "two"), Number(match, "year"));
        bool isDotted = match.Groups["mark"].ValueSpan[0] == '.';
        year += match.Groups["year"].Length == 4 ? 0 : year < 69 ? 2000 : 1900;
        DateOrder? shows = isDotted || first == second ? null : first > 12 ? DateOrder.Day : second > 12 ? DateOrder.Month : null;
        bool isUnclear = !isDotted && first != second && shows is null;
        DateOrder read = isDotted ? DateOrder.Day : shows ?? order ?? DateOrder.Day;
        time = default;
        return (shows is null || order is null || shows == order)
            && TryMake(match, year, read == DateOrder.Day ? second : first, read == DateOrder.Day ? first : second, shows, isUnclear, out time);
    }

    private static bool TryDigits(string text, out TimeText time)
    {
        time = default;
        string? format = text.Length switch { 4 => "yyyy", 6 => "yyyyMM", 8 => "yyyyMMdd", 10 => "yyyyMMddHH", 12 => "yyyyMMddHHmm", 14 => "yyyyMMddHHmmss", _ => null };
        if (format is not null && text[..2] is "17" or "18" or "19" or "20" or "21"
            && DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTime clock)
            && !(text.Length == 10 && text[0] == '1' && text[1] != '9'))
        {
            time = new TimeText(clock, null, null, false);
            return true;
        }

        if (text.Length is not (10 or 13))
        {
            return false;
        }

        long count = long.Parse(text, CultureInfo.InvariantCulture);
        time = new TimeText(text.Length == 10 ? DateTime.UnixEpoch.AddSeconds(count) : DateTime.UnixEpoch.AddMilliseconds(count), TimeSpan.Zero, null, false);
        return true;
    }

    private static bool TryMake(Match match, int year, int month, int day, DateOrder? shows, bool isUnclear, out TimeText time)
    {
        time = default;
        (int hour, int minute, int second) = (Number(match, "hour", 0), Number(match, "minute", 0), Number(match, "second", 0));
        string half = match.Groups["half"].Value.ToUpperInvariant();
        if (half.Length > 0 && hour is < 1 or > 12)
        {
            return false;
        }

        hour = half switch { "AM" => hour % 12, "PM" => (hour % 12) + 12, _ => hour };
        if (year is < 1 or > 9998 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
        {
            return false;
        }

        long fraction = match.Groups["fraction"] is { Success: true } group ? long.Parse(group.Value.PadRight(7, '0'), CultureInfo.InvariantCulture) : 0;
        DateTime clock = new DateTime(year, month, day, hour, minute, second).AddTicks(fraction);
        TimeSpan? offset = null;
        if (match.Groups["offset"] is { Success: true, ValueSpan: var text })
        {
            offset = text[0] is 'Z' or 'U' ? TimeSpan.Zero
                : new TimeSpan(int.Parse(text[1..3], CultureInfo.InvariantCulture), text.Length > 3 ? int.Parse(text[^2..], CultureInfo.InvariantCulture) : 0, 0) * (text[0] == '-' ? -1 : 1);
            if (offset.Value.Duration() > TimeSpan.FromHours(18) || year < 2)
            {
                return false;
            }
        }

        time = new TimeText(clock, offset, shows, isUnclear);
        return true;
    }

    private static int Number(Match match, string group, int otherwise = 0) =>
        match.Groups[group] is { Success: true, ValueSpan: var text } ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    [GeneratedRegex(@"^(?<year>\d{4})(?<mark>[-/.])(?<month>\d{1,2})(?:\k<mark>(?<day>\d{1,2})(?:(?:T|\s+)" + TimePart + ")?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex YearFirst();

    [GeneratedRegex(@"^(?<one>\d{1,2})(?<mark>[-/.])(?<two>\d{1,2})\k<mark>(?<year>\d{4}|\d{2})(?:(?:T|,?\s+)" + TimePart + ")?$", RegexOptions.CultureInvariant)]
    private static partial Regex YearLast();

    [GeneratedRegex(@"^(?:(?<year>\d{4})[- ]?[Qq](?<quarter>[1-4])|[Qq](?<quarter>[1-4])[- /]?(?<year>\d{4}))$", RegexOptions.CultureInvariant)]
    private static partial Regex Quarter();

    [GeneratedRegex(@"^(?<year>\d{4})-?W(?<week>\d{2})(?:-?(?<day>[1-7]))?$", RegexOptions.CultureInvariant)]
    private static partial Regex Week();
}
