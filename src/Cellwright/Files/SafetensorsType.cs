namespace Cellwright.Files;

/// <summary>The element types of a safetensors file that are read.</summary>
public enum SafetensorsType
{
    /// <summary><c>F64</c>.</summary>
    Float64,

    /// <summary><c>F32</c>.</summary>
    Float32,

    /// <summary><c>F16</c>: IEEE half precision.</summary>
    Float16,

    /// <summary><c>BF16</c>: the upper half of a float32.</summary>
    BFloat16,

    /// <summary><c>I64</c>.</summary>
    Int64,

    /// <summary><c>I32</c>.</summary>
    Int32,

    /// <summary><c>I16</c>.</summary>
    Int16,

    /// <summary><c>I8</c>.</summary>
    Int8,

    /// <summary><c>U64</c>.</summary>
    UInt64,

    /// <summary><c>U32</c>.</summary>
    UInt32,

    /// <summary><c>U16</c>.</summary>
    UInt16,

    /// <summary><c>U8</c>.</summary>
    UInt8,

    /// <summary><c>BOOL</c>: one byte each, 0 is false.</summary>
    Boolean,
}
