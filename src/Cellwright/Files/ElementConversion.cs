using System.Numerics;
using System.Runtime.InteropServices;

namespace Cellwright.Files;

/// <summary>Numbers of any stored type to and from float32 and float64, rounded to the nearest, ties to even.</summary>
internal static class ElementConversion
{
    /// <summary>Whether a type's bytes are those of <typeparamref name="T"/>.</summary>
    public static bool IsSame<T>(SafetensorsType type) =>
        (type == SafetensorsType.Float32 && typeof(T) == typeof(float))
        || (type == SafetensorsType.Float64 && typeof(T) == typeof(double))
        || (type == SafetensorsType.Int64 && typeof(T) == typeof(long));

    /// <summary>Reads elements, little-endian.</summary>
    /// <param name="type">Their type.</param>
    /// <param name="source">Their bytes.</param>
    /// <param name="destination">As long as there are elements.</param>
    public static void Read<T>(SafetensorsType type, ReadOnlySpan<byte> source, Span<T> destination)
        where T : unmanaged, INumberBase<T>
    {
        if (IsSame<T>(type))
        {
            // Without conversion, so that even the payload of a NaN survives.
            source.CopyTo(MemoryMarshal.AsBytes(destination));
            return;
        }

        switch (type)
        {
            case SafetensorsType.Float64:
                Each<double, T>(source, destination);
                break;
            case SafetensorsType.Float32:
                Each<float, T>(source, destination);
                break;
            case SafetensorsType.Float16:
                Each<Half, T>(source, destination);
                break;
            case SafetensorsType.BFloat16:
                ReadOnlySpan<ushort> halves = MemoryMarshal.Cast<byte, ushort>(source);
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = T.CreateSaturating(BFloat16.ToSingle(halves[i]));
                }

                break;
            case SafetensorsType.Int64:
                Each<long, T>(source, destination);
                break;
            case SafetensorsType.Int32:
                Each<int, T>(source, destination);
                break;
            case SafetensorsType.Int16:
                Each<short, T>(source, destination);
                break;
            case SafetensorsType.Int8:
                Each<sbyte, T>(source, destination);
                break;
            case SafetensorsType.UInt64:
                Each<ulong, T>(source, destination);
                break;
            case SafetensorsType.UInt32:
                Each<uint, T>(source, destination);
                break;
            case SafetensorsType.UInt16:
                Each<ushort, T>(source, destination);
                break;
            case SafetensorsType.UInt8:
                Each<byte, T>(source, destination);
                break;
            default:
                for (int i = 0; i < destination.Length; i++)
                {
                    destination[i] = source[i] == 0 ? T.Zero : T.One;
                }

                break;
        }
    }

    /// <summary>Writes elements as a floating-point type, little-endian.</summary>
    /// <param name="type">F64, F32, F16 or BF16.</param>
    /// <param name="source">The elements.</param>
    /// <param name="destination">Receives their bytes.</param>
    public static void Write<T>(SafetensorsType type, ReadOnlySpan<T> source, Span<byte> destination)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        switch (type)
        {
            case SafetensorsType.Float64:
                Fill(source, MemoryMarshal.Cast<byte, double>(destination));
                break;
            case SafetensorsType.Float32:
                Fill(source, MemoryMarshal.Cast<byte, float>(destination));
                break;
            case SafetensorsType.Float16:
                Fill(source, MemoryMarshal.Cast<byte, Half>(destination));
                break;
            case SafetensorsType.BFloat16:
                Span<ushort> halves = MemoryMarshal.Cast<byte, ushort>(destination);
                for (int i = 0; i < source.Length; i++)
                {
                    halves[i] = typeof(T) == typeof(float) ? BFloat16.Of(float.CreateSaturating(source[i])) : BFloat16.Of(double.CreateSaturating(source[i]));
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, "numbers with a fraction are stored as F64, F32, F16 or BF16");
        }
    }

    private static void Each<TSource, TTarget>(ReadOnlySpan<byte> source, Span<TTarget> destination)
        where TSource : unmanaged, INumberBase<TSource>
        where TTarget : unmanaged, INumberBase<TTarget>
    {
        ReadOnlySpan<TSource> values = MemoryMarshal.Cast<byte, TSource>(source);
        for (int i = 0; i < destination.Length; i++)
        {
            destination[i] = TTarget.CreateSaturating(values[i]);
        }
    }

    private static void Fill<TSource, TTarget>(ReadOnlySpan<TSource> source, Span<TTarget> destination)
        where TSource : unmanaged, INumberBase<TSource>
        where TTarget : unmanaged, INumberBase<TTarget>
    {
        for (int i = 0; i < source.Length; i++)
        {
            destination[i] = TTarget.CreateSaturating(source[i]);
        }
    }
}
