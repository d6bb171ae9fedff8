namespace Cellwright.Graphs;

/// <summary>What a <see cref="Node"/> computes. Each is documented with its operands and result.</summary>
public enum Operation
{
    /// <summary>Leaf: a number.</summary>
    Constant,

    /// <summary>Leaf, once: a trained parameter, named.</summary>
    Parameter,

    /// <summary>Leaf, each step: an input x[t], named.</summary>
    Input,

    /// <summary>Leaf, each step: the value of a state one step before, named.</summary>
    Previous,

    /// <summary>Leaf, each step, backward: the gradient of the loss by the output y[t] (named "y"), from outside.</summary>
    OutputCotangent,

    /// <summary>Leaf, each step, backward: the gradient of the loss by a state, carried from step t+1, named.</summary>
    StateCotangent,

    /// <summary>Leaf, once, backward: the gradient by a state's initial value, summed over the batch, named.</summary>
    InitialCotangent,

    /// <summary>a + b, elementwise; a single value meets every element. As are all operations of two operands below.</summary>
    Add,

    /// <summary>a − b.</summary>
    Subtract,

    /// <summary>a · b, elementwise.</summary>
    Multiply,

    /// <summary>a / b, elementwise.</summary>
    Divide,

    /// <summary>The smaller of a and b.</summary>
    Minimum,

    /// <summary>The larger of a and b.</summary>
    Maximum,

    /// <summary>1 where a > b, else 0.</summary>
    Greater,

    /// <summary>−a.</summary>
    Negate,

    /// <summary>1 / (1 + exp(−a)).</summary>
    Sigmoid,

    /// <summary>The hyperbolic tangent.</summary>
    Tanh,

    /// <summary>max(a, 0).</summary>
    Relu,

    /// <summary>exp(a).</summary>
    Exp,

    /// <summary>The natural logarithm.</summary>
    Log,

    /// <summary>The square root.</summary>
    Sqrt,

    /// <summary>|a|.</summary>
    Abs,

    /// <summary>−1, 0 or 1.</summary>
    Sign,

    /// <summary>The sine.</summary>
    Sin,

    /// <summary>The cosine.</summary>
    Cos,

    /// <summary>log(1 + exp(a)), exact also where exp(a) is far below 1.</summary>
    Softplus,

    /// <summary>The error function.</summary>
    Erf,

    /// <summary>The sum over the width of a vector: a vector of width 1 (a scalar when once).</summary>
    Sum,

    /// <summary>The largest element of a vector: width 1. No gradient is derived: it only shifts a softmax.</summary>
    Largest,

    /// <summary>A single value repeated to a width.</summary>
    Broadcast,

    /// <summary>Matrix (once) times vector (each step, or once): M v.</summary>
    Product,

    /// <summary>Vectors one behind the other.</summary>
    Concatenate,

    /// <summary>Rows [Offset, Offset + Rows) of a vector or matrix.</summary>
    SliceRows,

    /// <summary>Columns [Offset, Offset + Columns) of a matrix.</summary>
    SliceColumns,

    /// <summary>Once: the value as rows [Offset, …) of a larger vector or matrix that is 0 elsewhere.</summary>
    PlaceRows,

    /// <summary>Once: the value as columns [Offset, …) of a larger matrix that is 0 elsewhere.</summary>
    PlaceColumns,

    /// <summary>Once: the transposed matrix.</summary>
    Transpose,

    /// <summary>Once: the product of two matrices.</summary>
    MatrixProduct,

    /// <summary>Once: the identity matrix.</summary>
    Identity,

    /// <summary>Backward, once: the sum over all steps and sequences of a ⊗ b, a matrix [width a, width b].</summary>
    OuterTotal,

    /// <summary>Backward, once: the sum over all steps and sequences of a, a vector.</summary>
    Total,
}
