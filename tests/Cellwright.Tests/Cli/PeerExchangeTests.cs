using System.Runtime.InteropServices;
using Cellwright.Cli.Benchmarks;
using Cellwright.Graphs;
using Cellwright.Layers;
using Shouldly;
using Xunit;

namespace Cellwright.Tests.Cli;

public sealed class PeerExchangeTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("cellwright").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_peer_that_computes_something_else_is_found_out()
    {
        Cell cell = Cell.Named("gru-reset-after");
        BenchmarkCase what = new(cell, BenchmarkMode.Train, 2, 1, new() { ["input"] = 3, ["hidden"] = 5 });
        PeerCell known = PeerCell.Of(cell)!;
        using LayerMeasurement ours = new(what);
        PeerExchange exchange = new(folder, known, what.Mode, ours);
        exchange.Compare().ShouldBe("it left no result");

        exchange.Write(what);
        int weights = (3 * 5 * (3 + 5 + 1)) + 5;
        int count = weights + (64 * 2 * 3) + (2 * 5) + (64 * 2 * 5);
        float[] given = [.. MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, "case.bin")))];
        given.Length.ShouldBe(count);
        given[..15].ShouldBe(ours.Layer.Parameters.Single(parameter => parameter.Name == "W_r").Values.ToArray());

        // What an honest peer answers: a layer of its own on the given numbers.
        float[] answer = [.. Answer(cell, known, what, given)];
        Compare(exchange, answer).ShouldBeNull();
        Compare(exchange, answer[..^1]).ShouldBe("its result ends before gradient by the initial h");
        Compare(exchange, [.. answer, 0]).ShouldBe("its result is too long");
        answer[^1] += 0.01f;
        Compare(exchange, answer).ShouldNotBeNull().ShouldStartWith("its gradient by the initial h differs from ours by");
        answer[^1] = float.NaN;
        Compare(exchange, answer).ShouldNotBeNull();
    }

    [Theory]
    [InlineData(0, new byte[] { 0x08, 0x00 })]
    [InlineData(1, new byte[] { 0x08, 0x01 })]
    [InlineData(300, new byte[] { 0x08, 0xAC, 0x02 })]
    public void Numbers_are_written_as_the_wire_format_has_them(long value, byte[] bytes) => new ProtobufMessage().Add(1, value).ToArray().ShouldBe(bytes);

    [Fact]
    public void Texts_and_messages_are_written_with_their_lengths() =>
        new ProtobufMessage().Add(20, new ProtobufMessage().Add(2, "testing")).ToArray()
            .ShouldBe([0xA2, 0x01, 0x09, 0x12, 0x07, .. "testing"u8]);

    private static IEnumerable<float> Answer(Cell cell, PeerCell known, BenchmarkCase what, float[] given)
    {
        using Layer layer = new(cell, what.Sizes, threads: 1);
        int position = 0;
        float[] Take(int count) => given[position..(position += count)];
        foreach (string name in known.Inputs.Concat(known.States).Concat(known.Biases))
        {
            Parameter parameter = layer.Parameters.Single(each => each.Name == name);
            Take(parameter.Values.Length).CopyTo(parameter.Values);
        }

        layer.Load();
        float[] x = Take(64 * 2 * 3);
        LayerState initial = layer.CreateState(2);
        Take(10).CopyTo(initial["h"]);
        float[] dy = Take(64 * 2 * 5);
        float[] y = new float[dy.Length];
        float[] dx = new float[x.Length];
        LayerState final = layer.CreateState(2);
        LayerState dInitial = layer.CreateState(2);
        layer.Forward(x, 64, 2, [], initial, y, final);
        layer.Backward(dy, null, dx, dInitial);
        return
        [
            .. y, .. final["h"], .. dx,
            .. known.Inputs.Concat(known.States).Concat(known.Biases).SelectMany(name => layer.Parameters.Single(each => each.Name == name).Gradient.ToArray()),
            .. dInitial["h"],
        ];
    }

    private string? Compare(PeerExchange exchange, float[] answer)
    {
        File.WriteAllBytes(Path.Combine(folder, "result.bin"), MemoryMarshal.AsBytes(answer.AsSpan()).ToArray());
        return exchange.Compare();
    }
}
