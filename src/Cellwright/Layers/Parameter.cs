namespace Cellwright.Layers;

/// <summary>A named tensor that training changes: values and their gradient, dense and row-major.</summary>
public sealed class Parameter
{
    private readonly float[] values;
    private readonly float[] gradient;

    /// <summary>Makes a parameter of zeros.</summary>
    /// <param name="name">The name in files and messages, such as <c>W_f</c>.</param>
    /// <param name="rows">Rows of a matrix, elements of a vector, 1 for a scalar.</param>
    /// <param name="columns">Columns of a matrix, 1 otherwise.</param>
    /// <param name="isBias">Whether it is only ever added, so that weight decay leaves it alone.</param>
    public Parameter(string name, int rows, int columns, bool isBias)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        Name = name;
        Rows = rows;
        Columns = columns;
        IsBias = isBias;
        // Pinned, because kernels hold addresses of it.
        values = GC.AllocateArray<float>(checked(rows * columns), pinned: true);
        gradient = GC.AllocateArray<float>(rows * columns, pinned: true);
    }

    /// <summary>The same values and gradient under a longer name: a parameter of a layer inside another.</summary>
    internal Parameter(string prefix, Parameter inner)
    {
        (Name, Rows, Columns, IsBias) = (prefix + inner.Name, inner.Rows, inner.Columns, inner.IsBias);
        (values, gradient) = (inner.values, inner.gradient);
    }

    private Parameter(Parameter other, float[] values)
    {
        (Name, Rows, Columns, IsBias) = (other.Name, other.Rows, other.Columns, other.IsBias);
        (this.values, gradient) = (values, other.gradient);
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>Rows of a matrix, elements of a vector, 1 for a scalar.</summary>
    public int Rows { get; }

    /// <summary>Columns of a matrix, 1 otherwise.</summary>
    public int Columns { get; }

    /// <summary>Whether it is only ever added, so that weight decay leaves it alone.</summary>
    public bool IsBias { get; }

    /// <summary>The values, [Rows, Columns].</summary>
    public Span<float> Values => values;

    /// <summary>The gradient of the loss by each value, as the last backward pass left it.</summary>
    public Span<float> Gradient => gradient;

    /// <summary>The same gradient beside other values, which stand in for these while training draws noise.</summary>
    internal Parameter WithValuesApart() => new(this, GC.AllocateArray<float>(values.Length, pinned: true));

    internal float[] ValueArray => values;

    internal float[] GradientArray => gradient;
}
