using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace Cellwright.Bench;

/// <summary>How BenchmarkDotNet runs the kernels' cases.</summary>
internal static class KernelJob
{
    /// <summary>Inside this process.</summary>
    public static Job InProcess { get; } = Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance);
}
