namespace Cellwright.Files;

/// <summary>How the element types are spelled in a header, and their sizes.</summary>
internal static class SafetensorsTypeCode
{
    private static readonly (SafetensorsType Type, string Code, int Size)[] Table =
    [
        (SafetensorsType.Float64, "F64", 8),
        (SafetensorsType.Float32, "F32", 4),
        (SafetensorsType.Float16, "F16", 2),
        (SafetensorsType.BFloat16, "BF16", 2),
        (SafetensorsType.Int64, "I64", 8),
        (SafetensorsType.Int32, "I32", 4),
        (SafetensorsType.Int16, "I16", 2),
        (SafetensorsType.Int8, "I8", 1),
        (SafetensorsType.UInt64, "U64", 8),
        (SafetensorsType.UInt32, "U32", 4),
        (SafetensorsType.UInt16, "U16", 2),
        (SafetensorsType.UInt8, "U8", 1),
        (SafetensorsType.Boolean, "BOOL", 1),
    ];

    /// <summary>All spellings, for a message.</summary>
    public static string All { get; } = string.Join(", ", Table.Select(row => row.Code));

    /// <summary>The spelling in a header.</summary>
    public static string Code(this SafetensorsType type) => Table[(int)type].Code;

    /// <summary>Bytes of one element.</summary>
    public static int Size(this SafetensorsType type) => Table[(int)type].Size;

    /// <summary>The type of a spelling.</summary>
    public static bool TryParse(string code, out SafetensorsType type)
    {
        int index = Array.FindIndex(Table, row => row.Code == code);
        type = (SafetensorsType)index;
        return index >= 0;
    }
}
