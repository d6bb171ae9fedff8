namespace Cellwright.Cli.Benchmarks;

/// <summary>What is measured of a cell.</summary>
internal enum BenchmarkMode
{
    /// <summary>A batch forward and backward, with the gradients of input, parameters and initial states.</summary>
    Train,

    /// <summary>A batch forward, nothing kept.</summary>
    Infer,

    /// <summary>One step of one sequence.</summary>
    Step,
}
