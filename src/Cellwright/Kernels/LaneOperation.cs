namespace Cellwright.Kernels;

/// <summary>
/// What one instruction of a <see cref="LaneProgram"/> does to every lane. Each has one exact float32 meaning at
/// every vector width, which is what makes results the same on every machine.
/// </summary>
internal enum LaneOperation
{
    /// <summary>Element of a row-by-row buffer.</summary>
    Load,

    /// <summary>First element of the row, in all lanes.</summary>
    LoadSingle,

    /// <summary>Element of a vector that is the same for all rows.</summary>
    LoadOnce,

    /// <summary>A number that is the same for all rows and lanes.</summary>
    LoadOnceSingle,

    /// <summary>A literal number.</summary>
    Constant,

    /// <summary>a + b.</summary>
    Add,

    /// <summary>a − b.</summary>
    Subtract,

    /// <summary>a · b.</summary>
    Multiply,

    /// <summary>a / b.</summary>
    Divide,

    /// <summary>a · b + c with one rounding.</summary>
    FusedMultiplyAdd,

    /// <summary>a &lt; b ? a : b; so b where either is not a number.</summary>
    Minimum,

    /// <summary>a > b ? a : b; so b where either is not a number.</summary>
    Maximum,

    /// <summary>The square root.</summary>
    Sqrt,

    /// <summary>a > b, as a mask of all bits.</summary>
    GreaterMask,

    /// <summary>mask a ? b : c.</summary>
    Select,

    /// <summary>The bits of a and of b.</summary>
    And,

    /// <summary>The bits of a or of b.</summary>
    Or,

    /// <summary>The bits of a exclusive-or those of b.</summary>
    Xor,

    /// <summary>The bits of a plus those of b, as 32-bit integers.</summary>
    AddBits,

    /// <summary>The bits of a shifted left by a literal count.</summary>
    ShiftLeft,

    /// <summary>The bits of a shifted right by a literal count, filling with the sign bit.</summary>
    ShiftRight,

    /// <summary>The bits of a, a 32-bit integer, as a float.</summary>
    ToFloat,
}
