namespace Cellwright.Cli;

/// <summary>How well the gradients by one tensor agree.</summary>
/// <param name="Name">The parameter, input or initial state.</param>
/// <param name="Elements">How many elements were compared.</param>
/// <param name="DerivedError">Between derived and numerical gradients, relative to the largest element.</param>
/// <param name="KernelError">Between compiled kernels and derived gradients in double precision.</param>
internal sealed record GradientCheckResult(string Name, int Elements, double DerivedError, double KernelError)
{
    /// <summary>Whether both are within their tolerances.</summary>
    public bool Passes => DerivedError <= GradientCheck.DerivedTolerance && KernelError <= GradientCheck.KernelTolerance;
}
