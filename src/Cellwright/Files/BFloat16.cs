namespace Cellwright.Files;

/// <summary>The sixteen-bit floating-point numbers of <c>BF16</c>: the upper half of a float32.</summary>
internal static class BFloat16
{
    /// <summary>The number as a float; always exact.</summary>
    public static float ToSingle(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    /// <summary>The nearest number, of two equally near the one whose last bit is 0; above the largest, infinity. A NaN stays one.</summary>
    public static ushort Of(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    /// <inheritdoc cref="Of(float)"/>
    public static ushort Of(double value)
    {
        float single = (float)value;
        if (single != value && float.IsFinite(single))
        {
            // Towards zero with the last bit set for what was lost, so that rounding a second time is as rounding once.
            uint bits = BitConverter.SingleToUInt32Bits(single);
            bits = Math.Abs((double)single) > Math.Abs(value) ? bits - 1 : bits;
            single = BitConverter.UInt32BitsToSingle(bits | 1);
        }

        return Of(single);
    }
}
