using Cellwright.Files;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Files;

public sealed class SafetensorsMapTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_mapped_file_gives_tensors_where_they_lie()
    {
        float[] values = [.. Enumerable.Range(0, 1 << 20).Select(i => (float)i)];
        Write(values);
        using SafetensorsFile file = SafetensorsFile.Map(folder["large.safetensors"]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        ReadOnlySpan<float> view = file.ViewSingles("values");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1000);
        view.SequenceEqual(values).ShouldBeTrue();
        file.ReadSingles("values").ShouldBe(values);
        file.ViewBytes("half").Length.ShouldBe(6);
        Should.Throw<InvalidFileException>(() => file.ViewSingles("half")).Message.ShouldContain("F16 where F32");
    }

    [Fact]
    public void A_file_that_is_not_mapped_has_no_view_and_a_closed_one_neither()
    {
        Write([1]);
        using SafetensorsFile open = SafetensorsFile.Open(folder["large.safetensors"]);
        SafetensorsFile closed = SafetensorsFile.Map(folder["large.safetensors"]);
        closed.Dispose();

        Should.Throw<InvalidOperationException>(() => open.ViewSingles("values"));
        Should.Throw<ObjectDisposedException>(() => closed.ViewSingles("values"));
    }

    [Fact]
    public void A_mapped_file_that_is_damaged_is_refused_as_any_other()
    {
        File.WriteAllBytes(folder["short.safetensors"], [1, 2, 3]);
        File.WriteAllBytes(folder["empty.safetensors"], []);

        Should.Throw<InvalidFileException>(() => SafetensorsFile.Map(folder["short.safetensors"])).Message.ShouldContain("3 bytes");
        Should.Throw<InvalidFileException>(() => SafetensorsFile.Map(folder["empty.safetensors"])).Message.ShouldContain("0 bytes");
        Should.Throw<InvalidFileException>(() => SafetensorsFile.Map(folder["none.safetensors"])).Message.ShouldContain("no such file");
    }

    [Fact]
    public void A_few_elements_are_read_alone()
    {
        Write([1, 2, 3, 4, 5]);
        using SafetensorsFile file = SafetensorsFile.Open(folder["large.safetensors"]);
        float[] two = new float[2];

        file.ReadSingles("values", 3, two);
        two.ShouldBe([4, 5]);
        file.ReadSingles("half", 1, two);
        two.ShouldBe([2, 3]);
        Should.Throw<InvalidFileException>(() => file.ReadSingles("values", 4, two)).Message.ShouldContain("has 5 elements");
    }

    [Theory]
    [InlineData(SafetensorsType.Float64)]
    [InlineData(SafetensorsType.Float32)]
    [InlineData(SafetensorsType.Float16)]
    [InlineData(SafetensorsType.BFloat16)]
    public void Numbers_are_stored_as_the_type_that_was_asked_for(SafetensorsType type)
    {
        SafetensorsWriter writer = new();
        double[] values = [1.0 / 3, -65504, 1 + (1.0 / 2048), 1 + (3.0 / 2048), double.NegativeInfinity];
        writer.AddAs("w", type, [5], values);
        writer.AddAs("s", type, [5], Array.ConvertAll(values, value => (float)value));
        writer.Save(folder["typed.safetensors"]);
        using SafetensorsFile file = SafetensorsFile.Open(folder["typed.safetensors"]);

        double[] expected = Array.ConvertAll(values, value => type switch
        {
            SafetensorsType.Float64 => value,
            SafetensorsType.Float32 => (float)value,
            SafetensorsType.Float16 => (double)(Half)value,
            _ => BFloat16.ToSingle(BFloat16.Of(value)),
        });
        file["w"].Type.ShouldBe(type);
        file.ReadDoubles("w").ShouldBe(expected);
        if (type != SafetensorsType.Float64)
        {
            file.ReadDoubles("s").ShouldBe(expected);
        }

        Should.Throw<ArgumentOutOfRangeException>(() => writer.AddAs("n", SafetensorsType.Int32, [5], values));
    }

    private void Write(float[] values)
    {
        SafetensorsWriter writer = new();
        writer.Add("values", [values.Length], values);
        writer.AddAs("half", SafetensorsType.Float16, [3], new float[] { 1, 2, 3 });
        writer.Save(folder["large.safetensors"]);
    }
}
