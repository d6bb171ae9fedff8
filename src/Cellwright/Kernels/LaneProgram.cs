namespace Cellwright.Kernels;

/// <summary>
/// Straight-line float32 code for one element, which a kernel runs in every lane of every vector. Equal instructions
/// are one, and a product that a sum uses is fused into it; both follow from the program alone.
/// </summary>
internal sealed class LaneProgram
{
    private readonly List<LaneInstruction> instructions = [];
    private readonly Dictionary<LaneInstruction, int> known = [];

    /// <summary>The instructions; operands stand before what uses them.</summary>
    public IReadOnlyList<LaneInstruction> Instructions => instructions;

    public int Constant(float value) => Make(new(LaneOperation.Constant, Bits: BitConverter.SingleToInt32Bits(value)));

    public int ConstantBits(int bits) => Make(new(LaneOperation.Constant, Bits: bits));

    public int Load(LaneOperation kind, int pointer, int offset = 0) => Make(new(kind, pointer, Bits: offset));

    public int Add(int a, int b)
    {
        if (instructions[a].Operation == LaneOperation.Multiply)
        {
            return FusedMultiplyAdd(instructions[a].A, instructions[a].B, b);
        }

        if (instructions[b].Operation == LaneOperation.Multiply)
        {
            return FusedMultiplyAdd(instructions[b].A, instructions[b].B, a);
        }

        return Make(new(LaneOperation.Add, a, b));
    }

    public int Subtract(int a, int b) => Make(new(LaneOperation.Subtract, a, b));

    public int Multiply(int a, int b) => Make(new(LaneOperation.Multiply, a, b));

    public int Divide(int a, int b) => Make(new(LaneOperation.Divide, a, b));

    public int FusedMultiplyAdd(int a, int b, int c) => Make(new(LaneOperation.FusedMultiplyAdd, a, b, c));

    public int Minimum(int a, int b) => Make(new(LaneOperation.Minimum, a, b));

    public int Maximum(int a, int b) => Make(new(LaneOperation.Maximum, a, b));

    public int Sqrt(int a) => Make(new(LaneOperation.Sqrt, a));

    public int GreaterMask(int a, int b) => Make(new(LaneOperation.GreaterMask, a, b));

    public int Select(int mask, int a, int b) => Make(new(LaneOperation.Select, mask, a, b));

    public int And(int a, int b) => Make(new(LaneOperation.And, a, b));

    public int Or(int a, int b) => Make(new(LaneOperation.Or, a, b));

    public int Xor(int a, int b) => Make(new(LaneOperation.Xor, a, b));

    public int AddBits(int a, int b) => Make(new(LaneOperation.AddBits, a, b));

    public int ShiftLeft(int a, int count) => Make(new(LaneOperation.ShiftLeft, a, Bits: count));

    public int ShiftRight(int a, int count) => Make(new(LaneOperation.ShiftRight, a, Bits: count));

    public int ToFloat(int a) => Make(new(LaneOperation.ToFloat, a));

    /// <summary>A polynomial by Horner's rule, the highest coefficient first.</summary>
    public int Polynomial(int x, params ReadOnlySpan<float> coefficients)
    {
        int sum = Constant(coefficients[0]);
        foreach (float coefficient in coefficients[1..])
        {
            sum = FusedMultiplyAdd(sum, x, Constant(coefficient));
        }

        return sum;
    }

    private int Make(LaneInstruction instruction)
    {
        if (!known.TryGetValue(instruction, out int index))
        {
            index = instructions.Count;
            instructions.Add(instruction);
            known.Add(instruction, index);
        }

        return index;
    }
}
