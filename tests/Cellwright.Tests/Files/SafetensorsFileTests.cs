using System.Buffers.Binary;
using Cellwright.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Files;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("F64", "000000000000F83F", 1.5)]
    [InlineData("F32", "0000C03F", 1.5)]
    [InlineData("F16", "003E", 1.5)]
    [InlineData("BF16", "C03F", 1.5)]
    [InlineData("I64", "FEFFFFFFFFFFFFFF", -2)]
    [InlineData("I32", "FEFFFFFF", -2)]
    [InlineData("I16", "FEFF", -2)]
    [InlineData("I8", "FE", -2)]
    [InlineData("U64", "FE00000000000000", 254)]
    [InlineData("U32", "FEFFFFFF", 4294967294)]
    [InlineData("U16", "FEFF", 65534)]
    [InlineData("U8", "FE", 254)]
    [InlineData("BOOL", "01", 1)]
    [InlineData("BOOL", "00", 0)]
    public void Every_element_type_widens_to_its_value(string code, string hex, double value)
    {
        byte[] data = Convert.FromHexString(hex);
        SafetensorsFile file = SafetensorsFile.FromMemory(SafetensorsBytes.One($"\"dtype\":\"{code}\",\"shape\":[1],\"data_offsets\":[0,{data.Length}]", 0).Concat(data).ToArray(), "one");

        file.ReadDoubles("w").ShouldBe([value]);
        file.ReadSingles("w").ShouldBe([(float)value]);
        file.ReadBytes("w").ShouldBe(data);
        if (value != 1.5 && code != "U64")
        {
            file.ReadInt64s("w").ShouldBe([(long)value]);
        }
        else
        {
            Should.Throw<InvalidFileException>(() => file.ReadInt64s("w")).Message.ShouldContain(code);
        }
    }

    // The whole file, as written by Python with struct and json alone:
    //   header = json.dumps({"__metadata__": {"format": "pt"}, "b": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
    //                        "n": {"dtype": "I64", "shape": [1, 1], "data_offsets": [8, 16]}}).encode()
    //   struct.pack("<Q", len(header)) + header + struct.pack("<ffq", 0.5, -3.25, -7)
    [Fact]
    public void A_file_written_elsewhere_is_read()
    {
        byte[] bytes = Convert.FromBase64String("oAAAAAAAAAB7Il9fbWV0YWRhdGFfXyI6IHsiZm9ybWF0IjogInB0In0sICJiIjogeyJkdHlwZSI6ICJGMzIiLCAic2hhcGUiOiBbMl0sICJkYXRhX29mZnNldHMiOiBbMCwgOF19LCAibiI6IHsiZHR5cGUiOiAiSTY0IiwgInNoYXBlIjogWzEsIDFdLCAiZGF0YV9vZmZzZXRzIjogWzgsIDE2XX19AAAAPwAAUMD5/////////w==");
        File.WriteAllBytes(folder["python.safetensors"], bytes);

        using SafetensorsFile file = SafetensorsFile.Open(folder["python.safetensors"]);
        file.Metadata["format"].ShouldBe("pt");
        file["b"].Shape.ShouldBe([2]);
        file["n"].Shape.ShouldBe([1, 1]);
        file.ReadSingles("b").ShouldBe([0.5f, -3.25f]);
        file.ReadInt64s("n").ShouldBe([-7]);
    }

    [Fact]
    public void Tensors_may_stand_in_any_order_and_spaces_may_follow_the_header()
    {
        byte[] bytes = SafetensorsBytes.Join(
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"b":{"data_offsets":[0,1],"shape":[1],"dtype":"U8","more":1}}   """,
            [7, 9]);
        SafetensorsFile file = SafetensorsFile.FromMemory(bytes, "order");

        file.ReadSingles("a").ShouldBe([9]);
        file.ReadSingles("b").ShouldBe([7]);
    }

    [Fact]
    public void Reading_into_a_span_needs_its_length()
    {
        SafetensorsFile file = SafetensorsFile.FromMemory(SafetensorsBytes.One("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]", 8), "span");

        file.ReadSingles("w", new float[2]);
        Should.Throw<InvalidFileException>(() => file.ReadSingles("w", new float[3])).Message
            .ShouldBe("span: the tensor \"w\" has 2 elements where 3 were expected.");
    }

    [Fact]
    public void A_missing_tensor_is_named()
    {
        SafetensorsFile file = SafetensorsFile.FromMemory(SafetensorsBytes.Join("{}", []), "empty");

        file.Contains("head.W").ShouldBeFalse();
        Should.Throw<InvalidFileException>(() => file.ReadSingles("head.W")).Message.ShouldBe("empty: it has no tensor \"head.W\".");
    }

    [Theory]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]", 7, "claims the bytes 0 to 8 of a data section of 7")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]", 9, "1 bytes after the tensor \"w\" belong to no tensor")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[1,9]", 9, "1 bytes between the header and the tensor \"w\"")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]", 8, "has 8 bytes where its shape and type need 12")]
    [InlineData("\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,8]", 8, "has 8 bytes where its shape and type need 16")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]", 8, "claims the bytes 8 to 0")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]", 8, "claims the bytes -8 to 0")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9223372036854775807]", 8, "claims the bytes 0 to 9223372036854775807")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,92233720368547758070]", 8, "no \"data_offsets\" of two whole numbers")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]", 8, "no \"data_offsets\" of two whole numbers")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,\"8\"]", 8, "no \"data_offsets\" of two whole numbers")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2]", 8, "no \"data_offsets\" of two whole numbers")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]", 8, "a size that is not a whole number from 0")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2.5],\"data_offsets\":[0,8]", 8, "a size that is not a whole number from 0")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,8]", 8, "a size that is not a whole number from 0")]
    [InlineData("\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]", 8, "no \"shape\" that is a list")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647,2147483647],\"data_offsets\":[0,8]", 8, "its shape and type need")]
    [InlineData("\"dtype\":\"F32\",\"shape\":[65536,65536,65536,65536,2],\"data_offsets\":[0,0]", 0, "its shape and type need")]
    [InlineData("\"dtype\":\"F8_E4M3\",\"shape\":[2],\"data_offsets\":[0,2]", 2, "element type \"F8_E4M3\"; expected one of F64, F32")]
    [InlineData("\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]", 8, "no \"dtype\" that is a string")]
    [InlineData("\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]", 8, "a field twice")]
    [InlineData("\"dtype\":\"\\ud800\",\"shape\":[2],\"data_offsets\":[0,8]", 8, "not valid UTF-8")]
    public void A_tensor_that_cannot_be_is_refused(string fields, int dataLength, string problem) =>
        Refused(SafetensorsBytes.One(fields, dataLength)).ShouldContain(problem);

    [Theory]
    [InlineData("[]", "not a JSON object")]
    [InlineData("", "not valid JSON")]
    [InlineData("{", "not valid JSON (line 1")]
    [InlineData("{}x", "not valid JSON")]
    [InlineData("{\"w\":1}", "not described by a JSON object")]
    [InlineData("{\"__metadata__\":{\"a\":1}}", "the metadata \"a\" is not a string")]
    [InlineData("{\"__metadata__\":[]}", "__metadata__ is not a JSON object")]
    [InlineData("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", "the metadata \"a\" twice")]
    [InlineData("{\"__metadata__\":{},\"__metadata__\":{}}", "__metadata__ twice")]
    [InlineData("{\"\\udc00\":{}}", "not valid UTF-8")]
    public void A_header_that_cannot_be_is_refused(string header, string problem) =>
        Refused(SafetensorsBytes.Join(header, [])).ShouldContain(problem);

    [Fact]
    public void Bytes_that_are_no_text_are_refused() =>
        Refused(SafetensorsBytes.Join([.. "{\"__metadata__\":{\"a\":\""u8, 0xFF, .. "\"}}"u8], [])).ShouldContain("not valid");

    [Fact]
    public void Deep_nesting_is_refused() =>
        Refused(SafetensorsBytes.Join($"{{\"w\":{new string('[', 100_000)}", [])).ShouldContain("not valid JSON");

    [Fact]
    public void Overlaps_gaps_and_doubles_are_refused()
    {
        static string Header(string first, string second, int begin, int end) =>
            $$"""{ "{{first}}": {"dtype":"U8","shape":[4],"data_offsets":[0,4]}, "{{second}}": {"dtype":"U8","shape":[{{end - begin}}],"data_offsets":[{{begin}},{{end}}]} }""";

        Refused(SafetensorsBytes.Join(Header("a", "b", 3, 8), new byte[8])).ShouldContain("the tensor \"b\" overlaps the tensor \"a\"");
        Refused(SafetensorsBytes.Join(Header("a", "b", 0, 4), new byte[4])).ShouldContain("overlaps");
        Refused(SafetensorsBytes.Join(Header("a", "b", 5, 8), new byte[8])).ShouldContain("1 bytes between the tensor \"a\" and the tensor \"b\"");
        Refused(SafetensorsBytes.Join(Header("a", "a", 4, 8), new byte[8])).ShouldContain("the tensor \"a\" twice");
        SafetensorsFile.FromMemory(SafetensorsBytes.Join(Header("a", "b", 4, 8), new byte[8]), "valid").Tensors.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData(100_000_001UL, "above the limit of 100000000")]
    [InlineData(ulong.MaxValue, "above the limit of 100000000")]
    [InlineData(99_999_999UL, "99999999 bytes where 2 follow")]
    [InlineData(3UL, "3 bytes where 2 follow")]
    public void A_header_longer_than_the_file_takes_no_memory(ulong claimed, string problem)
    {
        byte[] bytes = SafetensorsBytes.Join("{}", []);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, claimed);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Refused(bytes).ShouldContain(problem);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public void Every_cut_of_a_valid_file_is_refused()
    {
        byte[] bytes = SafetensorsBytes.One("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]", 8);
        for (int length = 0; length < bytes.Length; length++)
        {
            File.WriteAllBytes(folder["cut.safetensors"], bytes[..length]);

            Should.Throw<InvalidFileException>(() => SafetensorsFile.Open(folder["cut.safetensors"]).Dispose())
                .Message.ShouldStartWith(folder["cut.safetensors"]);
        }
    }

    [Fact]
    public void A_file_that_shrinks_after_opening_is_an_error_of_its_own()
    {
        string path = folder["shrinking.safetensors"];
        File.WriteAllBytes(path, SafetensorsBytes.One("\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]", 8));
        using SafetensorsFile file = SafetensorsFile.Open(path);
        using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            writer.SetLength(writer.Length - 1);
        }

        Should.Throw<InvalidFileException>(() => file.ReadSingles("w")).Message.ShouldContain("shorter");
    }

    [Fact]
    public void A_long_name_does_not_fill_the_message() =>
        Refused(SafetensorsBytes.Join($"{{\"{new string('n', 10_000)}\":1}}", [])).Length.ShouldBeLessThan(200);

    private static string Refused(byte[] bytes)
    {
        string message = Should.Throw<InvalidFileException>(() => SafetensorsFile.FromMemory(bytes, "bad")).Message;
        message.ShouldStartWith("bad: ");
        message.ShouldEndWith(".");
        return message;
    }
}
