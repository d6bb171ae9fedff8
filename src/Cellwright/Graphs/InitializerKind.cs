namespace Cellwright.Graphs;

/// <summary>The ways a parameter's first values are drawn.</summary>
public enum InitializerKind
{
    /// <summary>Every element is <see cref="Initializer.First"/>.</summary>
    Fixed,

    /// <summary>Uniform in [<see cref="Initializer.First"/>, <see cref="Initializer.Second"/>).</summary>
    Uniform,

    /// <summary>Normal with mean 0 and standard deviation <see cref="Initializer.First"/>.</summary>
    Normal,

    /// <summary>A random matrix with orthonormal rows or columns.</summary>
    Orthogonal,

    /// <summary>Ones on the diagonal, zeros elsewhere.</summary>
    Identity,

    /// <summary>log(u), u uniform in [1, <see cref="Initializer.First"/> − 1]: chrono initialization of a gate's bias (Tallec and Ollivier, 2018).</summary>
    Chrono,

    /// <summary>Uniform ±1/√n, n the width of the operand: the columns of a matrix, <c>hidden</c> for a vector. The default of all but biases.</summary>
    FanIn,
}
