using System.Reflection;
using System.Runtime.Intrinsics;

namespace Cellwright.Kernels;

/// <summary>The vector type of a width and the framework's operations on it.</summary>
internal sealed record MatrixVector(Type Type, int Lanes, MethodInfo Load, MethodInfo Store, MethodInfo Broadcast, MethodInfo MultiplyAdd, MethodInfo Add, MethodInfo Zero)
{
    public int Bytes => Lanes * sizeof(float);

    public int PerPanel => PackedMatrix.PanelColumns / Lanes;

    public static MatrixVector For(VectorWidth width) => width.Lanes switch
    {
        8 => Find(typeof(Vector256), typeof(Vector256<float>), 8),
        16 => Find(typeof(Vector512), typeof(Vector512<float>), 16),
        _ => throw new ArgumentOutOfRangeException(nameof(width), width, "Kernels are generated for vectors of 8 or 16 floats."),
    };

    private static MatrixVector Find(Type operations, Type vector, int lanes) => new(
        vector,
        lanes,
        Generic(operations, nameof(Vector256.Load)),
        Generic(operations, nameof(Vector256.Store)),
        operations.GetMethod(nameof(Vector256.Create), [typeof(float)])!,
        operations.GetMethod(nameof(Vector256.FusedMultiplyAdd), [vector, vector, vector])!,
        vector.GetMethod("op_Addition", [vector, vector])!,
        vector.GetProperty(nameof(Vector256<>.Zero))!.GetMethod!);

    private static MethodInfo Generic(Type operations, string name) =>
        operations.GetMethods().Single(m => m.Name == name && m.IsGenericMethodDefinition).MakeGenericMethod(typeof(float));
}
