using System.Text;
using Cellwright.Files;
using Cellwright.Interchange;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Interchange;

public sealed class PickleReaderTests
{
    // Pickles written out operation by operation; \u0080 and above are the bytes of these numbers.
    [Theory]
    [InlineData("cos\nsystem\n(X\u0002\u0000\u0000\u0000lstR.", "'os.system'")]
    [InlineData("\u008c\u0002os\u008c\u0006system\u0093.", "'os.system'")]
    [InlineData("c__builtin__\neval\n.", "'__builtin__.eval'")]
    [InlineData("ctorch\nload\n.", "'torch.load'")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.", "NEWOBJ")]
    [InlineData("(ios\nsystem\n.", "INST")]
    [InlineData("N)R.", "calls something that is no name")]
    [InlineData("ccollections\nOrderedDict\nK\u0001\u0085R.", "'collections.OrderedDict' with arguments")]
    [InlineData("(X\u0001\u0000\u0000\u0000atQ.", "no storage of numbers")]
    [InlineData("}K\u0001b.", "attributes of something")]
    [InlineData("K\u0001K\u0002a.", "something other than a list")]
    [InlineData("(.", "takes a value where there is none")]
    [InlineData("K\u0001(\u0085.", "takes a value where there is none")]
    [InlineData("t.", "ends a group")]
    [InlineData("h\u0001.", "recalls a value")]
    [InlineData("X\u00ff\u00ff\u00ff\u00ffabc", "cut short")]
    [InlineData("N", "cut short")]
    [InlineData("\u008a\u0009\u0001\u0001\u0001\u0001\u0001\u0001\u0001\u0001\u0001.", "more than 64 bits")]
    public void What_tensors_do_not_need_is_refused_by_its_name(string pickle, string reason) =>
        Should.Throw<InvalidFileException>(() => Read(Encoding.Latin1.GetBytes(pickle))).Message.ShouldContain(reason);

    [Fact]
    public void Plain_values_are_what_they_say()
    {
        PickleTuple tuple = Read(Encoding.Latin1.GetBytes("(NK\u0007M\u0001\u0002J\u00fe\u00ff\u00ff\u00ff\u008a\u0002\u0000\u00ffG\u003f\u00f8\u0000\u0000\u0000\u0000\u0000\u0000\u0088\u0089X\u0002\u0000\u0000\u0000\u00c3\u00a4t.")).ShouldBeOfType<PickleTuple>();

        tuple.Items.ShouldBe([null, 7L, 513L, -2L, -256L, 1.5, true, false, "ä"]);
    }

    [Theory]
    [InlineData(']')]
    [InlineData('}')]
    [InlineData(')')]
    [InlineData('N')]
    [InlineData('(')]
    [InlineData('2')]
    public void A_pickle_of_many_values_takes_no_more_memory_than_its_file_allows(char operation)
    {
        byte[] pickle = [(byte)'N', .. Enumerable.Repeat((byte)operation, 1 << 20), (byte)'.'];
        Allocated(pickle).ShouldBeLessThan((2L * pickle.Length) + (16 << 20));
    }

    [Fact]
    public void Tuples_of_recalled_tuples_are_not_unfolded()
    {
        // Each tuple holds the one before twice: 2 to the 200th values for who unfolds them.
        byte[] pickle = Encoding.Latin1.GetBytes(")" + string.Concat(Enumerable.Repeat("q\u0000h\u0000\u0086", 200)) + ".");

        Read(pickle).ShouldBeOfType<PickleTuple>().Items.Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(0, new long[] { 2, 3 }, new long[] { 3, 1 }, 6, true)]
    [InlineData(1, new long[] { 2, 3 }, new long[] { 3, 1 }, 6, false)]
    [InlineData(0, new long[] { 2, 3 }, new long[] { 1, 2 }, 6, true)]
    [InlineData(0, new long[] { 0, 3 }, new long[] { long.MaxValue, 1 }, 0, true)]
    [InlineData(0, new long[] { 2 }, new long[] { long.MaxValue }, 6, false)]
    [InlineData(0, new long[] { long.MaxValue, long.MaxValue }, new long[] { long.MaxValue, long.MaxValue }, 6, false)]
    [InlineData(0, new long[] { long.MaxValue, 3 }, new long[] { 0, 1 }, 6, true)]
    [InlineData(-1, new long[] { 2 }, new long[] { 1 }, 6, false)]
    [InlineData(0, new long[] { -2 }, new long[] { 1 }, 6, false)]
    [InlineData(5, new long[] { 2 }, new long[] { -1 }, 6, false)]
    [InlineData(6, new long[] { }, new long[] { }, 6, false)]
    [InlineData(5, new long[] { }, new long[] { }, 6, true)]
    [InlineData(0, new long[] { 2 }, new long[] { }, 6, false)]
    public void A_view_has_to_stay_inside_of_its_storage(long offset, long[] sizes, long[] strides, long count, bool fits) =>
        new TorchTensor(new TorchStorage(SafetensorsType.Float32, "0", count), offset, sizes, strides).Fits.ShouldBe(fits);

    private static object? Read(byte[] pickle) => PickleReader.Read(pickle, pickle.Length, "test.pt");

    private static long Allocated(byte[] pickle)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            Read(pickle);
        }
        catch (InvalidFileException)
        {
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
