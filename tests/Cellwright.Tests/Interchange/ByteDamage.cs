using System.Text;

namespace Cellwright.Tests.Interchange;

/// <summary>Damage that knows nothing of a format.</summary>
internal static class ByteDamage
{
    private static readonly byte[][] Interesting =
        [[0], [0xff], [0x7f], [0x80], [0xff, 0xff], [0xff, 0xff, 0xff, 0x7f], [0xff, 0xff, 0xff, 0xff], [0, 0, 0, 0], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]];

    /// <summary>Changes, removes, repeats and inserts bytes at a few places.</summary>
    /// <param name="valid">What is damaged; it stays as it is.</param>
    /// <param name="random">The draws.</param>
    /// <param name="words">Texts that mean something in the format.</param>
    public static byte[] Of(ReadOnlySpan<byte> valid, Random random, IReadOnlyList<string> words)
    {
        List<byte> bytes = [.. valid];
        for (int change = random.Next(2) == 0 ? 1 : random.Next(2, 5); change > 0 && bytes.Count > 0; change--)
        {
            int place = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, random.Next(2) == 0 ? 5 : 65), bytes.Count - place);
            switch (random.Next(8))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(place, length);
                    break;
                case 3:
                    bytes.InsertRange(place, bytes.GetRange(place, length));
                    break;
                case 4:
                    bytes.InsertRange(place, Encoding.Latin1.GetBytes(words[random.Next(words.Count)]));
                    break;
                case 5:
                    byte[] value = Interesting[random.Next(Interesting.Length)];
                    for (int i = 0; i < value.Length && place + i < bytes.Count; i++)
                    {
                        bytes[place + i] = value[i];
                    }

                    break;
                case 6 when random.Next(4) == 0:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
                default:
                    if (char.IsAsciiDigit((char)bytes[place]))
                    {
                        bytes[place] = (byte)random.Next('0', '9' + 1);
                    }

                    break;
            }
        }

        return [.. bytes];
    }
}
