namespace Cellwright.Kernels;

/// <summary>
/// Runs a <see cref="LaneProgram"/> one element at a time: for what is computed once per update, and as the
/// definition that compiled kernels must equal bit for bit.
/// </summary>
internal static class LaneMachine
{
    /// <summary>Computes all instructions; <paramref name="load"/> gives the value of each load.</summary>
    public static void Run(LaneProgram program, Span<float> values, Func<LaneInstruction, float> load)
    {
        for (int i = 0; i < program.Instructions.Count; i++)
        {
            LaneInstruction instruction = program.Instructions[i];
            values[i] = instruction.Operation <= LaneOperation.LoadOnceSingle
                ? load(instruction)
                : Compute(
                    instruction,
                    instruction.A < 0 ? 0 : values[instruction.A],
                    instruction.B < 0 ? 0 : values[instruction.B],
                    instruction.C < 0 ? 0 : values[instruction.C]);
        }
    }

    /// <summary>One instruction on one lane.</summary>
    public static float Compute(LaneInstruction instruction, float a, float b, float c) => instruction.Operation switch
    {
        LaneOperation.Constant => BitConverter.Int32BitsToSingle(instruction.Bits),
        LaneOperation.Add => a + b,
        LaneOperation.Subtract => a - b,
        LaneOperation.Multiply => a * b,
        LaneOperation.Divide => a / b,
        LaneOperation.FusedMultiplyAdd => MathF.FusedMultiplyAdd(a, b, c),
        LaneOperation.Minimum => Minimum(a, b),
        LaneOperation.Maximum => Maximum(a, b),
        LaneOperation.Sqrt => MathF.Sqrt(a),
        LaneOperation.GreaterMask => GreaterMask(a, b),
        LaneOperation.Select => Select(a, b, c),
        LaneOperation.And => And(a, b),
        LaneOperation.Or => Or(a, b),
        LaneOperation.Xor => Xor(a, b),
        LaneOperation.AddBits => AddBits(a, b),
        LaneOperation.ShiftLeft => ShiftLeft(a, instruction.Bits),
        LaneOperation.ShiftRight => ShiftRight(a, instruction.Bits),
        LaneOperation.ToFloat => ToFloat(a),
        _ => throw new ArgumentOutOfRangeException(nameof(instruction)),
    };

    public static float Minimum(float a, float b) => a < b ? a : b;

    public static float Maximum(float a, float b) => a > b ? a : b;

    public static float GreaterMask(float a, float b) => FromBits(a > b ? -1 : 0);

    public static float Select(float mask, float a, float b) => FromBits((Bits(mask) & Bits(a)) | (~Bits(mask) & Bits(b)));

    public static float And(float a, float b) => FromBits(Bits(a) & Bits(b));

    public static float Or(float a, float b) => FromBits(Bits(a) | Bits(b));

    public static float Xor(float a, float b) => FromBits(Bits(a) ^ Bits(b));

    public static float AddBits(float a, float b) => FromBits(unchecked(Bits(a) + Bits(b)));

    public static float ShiftLeft(float a, int count) => FromBits(Bits(a) << count);

    public static float ShiftRight(float a, int count) => FromBits(Bits(a) >> count);

    public static float ToFloat(float a) => Bits(a);

    private static int Bits(float a) => BitConverter.SingleToInt32Bits(a);

    private static float FromBits(int bits) => BitConverter.Int32BitsToSingle(bits);
}
