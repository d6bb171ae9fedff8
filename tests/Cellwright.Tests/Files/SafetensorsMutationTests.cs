using System.Text;
using Cellwright.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Files;

public class SafetensorsMutationTests
{
    private static readonly string[] Tokens =
        ["{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-1", "9999999999999999999", "1e9", "null", "F64", "BOOL", "\\ud800", "shape", "data_offsets", "\u0000"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_damaged_file_is_read_or_refused_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        byte[] valid = Valid();
        (int Read, int Refused) outcomes = default;
        for (int round = 0; round < 5000; round++)
        {
            byte[] bytes = Damage(valid, random);
            if (TryReadAll(bytes))
            {
                outcomes.Read++;
            }
            else
            {
                outcomes.Refused++;
            }
        }

        // Both must happen, or the damage is not what this test means.
        outcomes.Read.ShouldBeGreaterThan(50);
        outcomes.Refused.ShouldBeGreaterThan(1000);
    }

    private static bool TryReadAll(byte[] bytes)
    {
        try
        {
            SafetensorsFile file = SafetensorsFile.FromMemory(bytes, "damaged");
            foreach (SafetensorsEntry entry in file.Tensors)
            {
                file.ReadBytes(entry.Name).LongLength.ShouldBeLessThanOrEqualTo(bytes.Length);
                file.ReadSingles(entry.Name).LongLength.ShouldBe(entry.Count);
                file.ReadDoubles(entry.Name).LongLength.ShouldBe(entry.Count);
            }

            return true;
        }
        catch (InvalidFileException)
        {
            return false;
        }
    }

    private static byte[] Damage(byte[] valid, Random random)
    {
        List<byte> bytes = [.. valid];
        int headerEnd = 8 + valid[0];
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int place = random.Next(4) == 0 ? random.Next(8) : random.Next(random.Next(2) == 0 ? headerEnd : bytes.Count);
            place = Math.Min(place, bytes.Count - 1);
            switch (random.Next(5))
            {
                case 0:
                    bytes[place] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes.RemoveRange(place, random.Next(Math.Min(4, bytes.Count - place)));
                    break;
                case 3:
                    byte[] token = Encoding.UTF8.GetBytes(Tokens[random.Next(Tokens.Length)]);
                    bytes.InsertRange(place, token);
                    FixLength(bytes, token.Length, random);
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

    // Half of the insertions keep the prefix true, so that the damage reaches the JSON and the layout.
    private static void FixLength(List<byte> bytes, int added, Random random)
    {
        if (random.Next(2) == 0)
        {
            bytes[0] = unchecked((byte)(bytes[0] + added));
        }
    }

    private static byte[] Valid() => SafetensorsBytes.Join(
        """{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"b":{"dtype":"F16","shape":[3],"data_offsets":[8,14]},"c":{"dtype":"BOOL","shape":[],"data_offsets":[14,15]}}""",
        [0, 0, 128, 63, 0, 0, 192, 127, 0, 60, 0, 124, 1, 126, 1]);
}
