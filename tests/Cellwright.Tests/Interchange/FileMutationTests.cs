using Cellwright.Tests.Onnx;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Interchange;

public sealed class FileMutationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_damaged_safetensors_file_is_read_or_refused_and_takes_little_memory(int seed) => ShouldBear(new SafetensorsMutations(), seed, count: 1500);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_damaged_file_of_PyTorch_is_read_or_refused_and_takes_little_memory(int seed) =>
        ShouldBear(new TorchMutations(new[] { "elman-relu-1.pt", "elman-2-both.pt", "protocol4.pt", "checkpoint.pth" }.Select(name => File.ReadAllBytes(TorchFixture.Path(name)))), seed, count: 2500);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_damaged_ONNX_file_is_read_or_refused_and_takes_little_memory(int seed) => ShouldBear(new OnnxMutations(OnnxMutationTests.Originals()), seed, count: 1500);

    private static void ShouldBear(IFileMutations format, int seed, int count)
    {
        FileMutation[] results = [.. Enumerable.Range(0, count).Select(number => FileMutation.Try([format], seed, number))];

        results.Select((result, number) => (result, number)).Where(each => each.result.Failure is not null).Select(each => $"{each.number}: {each.result.Failure}").ShouldBeEmpty();
        results.Select((result, number) => (result, number)).Where(each => each.result.IsGreedy).Select(each => $"{each.number}: {each.result.Allocated} bytes for {each.result.Length}").ShouldBeEmpty();

        // Both must happen, or the damage is not what this test means.
        results.Count(result => result.WasRead).ShouldBeGreaterThan(count / 50);
        results.Count(result => !result.WasRead).ShouldBeGreaterThan(count / 5);
    }
}
