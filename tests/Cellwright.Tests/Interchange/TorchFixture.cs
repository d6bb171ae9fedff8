using Cellwright.Files;
using Cellwright.Interchange;
using Cellwright.Layers;
using Shouldly;

namespace Cellwright.Tests.Interchange;

/// <summary>The files that Fixtures/pytorch_files.py made with PyTorch 1.13.</summary>
internal static class TorchFixture
{
    public const int Steps = 5;
    public const int Batch = 2;

    /// <summary>The modules with outputs, and what <c>--cell</c> they are.</summary>
    public static IReadOnlyList<(string Name, string Cell)> Modules { get; } =
    [
        ("lstm-1", "lstm"), ("lstm-2", "lstm"), ("lstm-3", "lstm"), ("lstm-1-both", "lstm"), ("lstm-2-both", "lstm"), ("lstm-3-both", "lstm"),
        ("lstm-projected", "lstm"), ("gru-2-both", "gru"), ("gru-no-bias", "gru"), ("elman-2-both", "elman"), ("elman-relu-1", "elman-relu"),
    ];

    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", "pytorch-files", name);

    public static TorchImport Import(string name, string cell, string? prefix = null) => TorchImport.Read(Path(name), cell, prefix, threads: 1);

    /// <summary>Runs layers over the input of a case and holds outputs and final states against PyTorch's.</summary>
    public static void ShouldAgree(LayerStack stack, string name)
    {
        using SafetensorsFile expected = SafetensorsFile.Open(Path(name + ".case.safetensors"));
        LayerState final = stack.CreateState(Batch);
        float[] y = new float[Steps * Batch * stack.OutputWidth];
        stack.Forward(expected.ReadSingles("x"), Steps, Batch, [.. expected.ReadInt64s("lengths").Select(length => (int)length)], null, y, final);
        Difference(y, expected.ReadSingles("out.y")).ShouldBeLessThan(1e-5, "y");
        foreach (string state in new[] { "h", "c" }.Where(state => expected.Contains("out." + state)))
        {
            // PyTorch's states are [layers · directions, batch, width], the forward direction first.
            float[] ours = [.. final.Names.Where(each => each.EndsWith("." + state, StringComparison.Ordinal)).SelectMany(each => final[each].ToArray())];
            Difference(ours, expected.ReadSingles("out." + state)).ShouldBeLessThan(1e-5, state);
        }
    }

    public static double Difference(ReadOnlySpan<float> first, ReadOnlySpan<float> second)
    {
        first.Length.ShouldBe(second.Length);
        double largest = 0;
        for (int i = 0; i < first.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(first[i] - second[i]));
        }

        return largest;
    }
}
