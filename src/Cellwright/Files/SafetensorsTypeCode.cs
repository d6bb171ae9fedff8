namespace Cellwright.Files;

/// <summary>How the element types are spelled in a header, and their sizes.</summary>
internal static class SafetensorsTypeCode
{
    private static readonly (SafetensorsType Type, string Code, string Name, int Size)[] Table =
    [
        (SafetensorsType.Float64, "F64", "float64", 8),
        (SafetensorsType.Float32, "F32", "float32", 4),
        (SafetensorsType.Float16, "F16", "float16", 2),
        (SafetensorsType.BFloat16, "BF16", "bfloat16", 2),
        (SafetensorsType.Int64, "I64", "int64", 8),
        (SafetensorsType.Int32, "I32", "int32", 4),
        (SafetensorsType.Int16, "I16", "int16", 2),
        (SafetensorsType.Int8, "I8", "int8", 1),
        (SafetensorsType.UInt64, "U64", "uint64", 8),
        (SafetensorsType.UInt32, "U32", "uint32", 4),
        (SafetensorsType.UInt16, "U16", "uint16", 2),
        (SafetensorsType.UInt8, "U8", "uint8", 1),
        (SafetensorsType.Boolean, "BOOL", "bool", 1),
    ];

    /// <summary>All spellings, for a message.</summary>
    public static string All { get; } = string.Join(", ", Table.Select(row => row.Code));

    /// <summary>The spelling in a header.</summary>
    public static string Code(this SafetensorsType type) => Table[(int)type].Code;

    /// <summary>The type's name in words that every framework uses: <c>float32</c>.</summary>
    public static string Describe(this SafetensorsType type) => Table[(int)type].Name;

    /// <summary>Bytes of one element.</summary>
    public static int Size(this SafetensorsType type) => Table[(int)type].Size;

    /// <summary>Whether it is F64, F32, F16 or BF16.</summary>
    public static bool IsFloatingPoint(this SafetensorsType type) => type <= SafetensorsType.BFloat16;

    /// <summary>The type of a spelling.</summary>
    public static bool TryParse(string code, out SafetensorsType type)
    {
        int index = Array.FindIndex(Table, row => row.Code == code);
        type = (SafetensorsType)index;
        return index >= 0;
    }
}
