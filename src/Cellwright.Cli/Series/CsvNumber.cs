using System.Globalization;

namespace Cellwright.Cli.Series;

/// <summary>Numbers as files write them: with a decimal point or comma, with or without groups of three digits.</summary>
internal static class CsvNumber
{
    private const int Longest = 64;

    /// <summary>Whether a field says that a value is missing: nothing, or one of the usual words.</summary>
    public static bool IsMissing(ReadOnlySpan<byte> field) => field.Length switch
    {
        0 => true,
        1 => field[0] is (byte)'-' or (byte)'.' or (byte)'?',
        > 4 => false,
        _ => Is(field, "na"u8) || Is(field, "n/a"u8) || Is(field, "nan"u8) || Is(field, "null"u8) || Is(field, "none"u8) || Is(field, "nil"u8) || Is(field, "#n/a"u8) || Is(field, "--"u8),
    };

    /// <summary>Reads a number; infinite where it is written so or is too large.</summary>
    /// <param name="field">The text.</param>
    /// <param name="mark">The decimal mark, a point or a comma; the other one may separate groups of three digits.</param>
    /// <param name="value">The number.</param>
    /// <returns>Whether it is one.</returns>
    public static bool TryRead(ReadOnlySpan<byte> field, char mark, out double value)
    {
        value = 0.0;
        if (field.Length is 0 or > Longest)
        {
            return false;
        }

        int other = field.IndexOf(mark == '.' ? (byte)',' : (byte)'.');
        if (mark == '.' && other < 0)
        {
            return TryPlain(field, out value);
        }

        Span<byte> plain = stackalloc byte[Longest];
        int length = 0;
        if (other >= 0 && !IsGrouped(field, (byte)mark, field[other]))
        {
            return false;
        }

        foreach (byte character in field)
        {
            if (character == mark)
            {
                plain[length++] = (byte)'.';
            }
            else if (character is not ((byte)',' or (byte)'.'))
            {
                plain[length++] = character;
            }
        }

        return TryPlain(plain[..length], out value);
    }

    /// <summary>Which decimal mark a number must have been written with: a point, a comma, or neither for sure.</summary>
    /// <returns>The mark; a space where a comma may be either, as in <c>1,234</c>; null where the text says nothing.</returns>
    public static char? MarkOf(ReadOnlySpan<byte> field)
    {
        if (field.IndexOfAny((byte)'.', (byte)',') < 0)
        {
            return null;
        }

        return (TryRead(field, '.', out _), TryRead(field, ',', out _)) switch
        {
            (true, false) => '.',
            (false, true) => ',',
            // A point before three digits is a decimal point unless others say otherwise, as programs write it.
            (true, true) => field.Contains((byte)',') ? ' ' : null,
            _ => null,
        };
    }

    // Digits in threes between the group marks, and no mark behind the decimal one.
    private static bool IsGrouped(ReadOnlySpan<byte> field, byte mark, byte group)
    {
        int end = field.IndexOf(mark);
        if (end >= 0 && field[end..].Contains(group))
        {
            return false;
        }

        ReadOnlySpan<byte> whole = end < 0 ? field : field[..end];
        whole = whole.Length > 0 && whole[0] is (byte)'-' or (byte)'+' ? whole[1..] : whole;
        for (bool isFirst = true; ; isFirst = false)
        {
            int next = whole.IndexOf(group);
            int digits = next < 0 ? whole.Length : next;
            if (whole[..digits].ContainsAnyExceptInRange((byte)'0', (byte)'9') || (isFirst ? digits is < 1 or > 3 : digits != 3))
            {
                return false;
            }

            if (next < 0)
            {
                return true;
            }

            whole = whole[(next + 1)..];
        }
    }

    private static bool TryPlain(ReadOnlySpan<byte> field, out double value)
    {
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (double.TryParse(field, style, CultureInfo.InvariantCulture, out value))
        {
            return !double.IsNaN(value);
        }

        ReadOnlySpan<byte> word = field[0] is (byte)'-' or (byte)'+' ? field[1..] : field;
        value = field[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return Is(word, "inf"u8) || Is(word, "infinity"u8);
    }

    private static bool Is(ReadOnlySpan<byte> field, ReadOnlySpan<byte> word) => System.Text.Ascii.EqualsIgnoreCase(field, word);
}
