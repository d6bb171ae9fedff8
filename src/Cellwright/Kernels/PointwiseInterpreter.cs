using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Cellwright.Kernels;

/// <summary>
/// Runs lowered elementwise stages where the platform allows no code to be made at run time: instruction by
/// instruction over tiles of a row that stay in the nearest cache. Gives the bits of <see cref="PointwiseCompiler"/>.
/// </summary>
internal sealed unsafe class PointwiseInterpreter
{
    // Long enough that choosing an instruction costs little beside its work, short enough for a few hundred values in the first-level cache.
    private const int Tile = 64;

    [ThreadStatic]
    private static float[]? scratch;

    private readonly LaneInstruction[] instructions;
    private readonly LaneStore[] stores;
    private readonly (int Value, bool IsSum)[] reductions;
    private readonly int[] strides;
    private readonly int width;

    private PointwiseInterpreter(PointwiseSource source, int width, IReadOnlyList<int> strides)
    {
        instructions = [.. source.Program.Instructions];
        stores = [.. source.Stores];
        reductions = [.. source.Reductions.Select(each => (each.Value, each.Node.Operation == Graphs.Operation.Sum))];
        this.strides = [.. strides];
        this.width = width;
    }

    /// <summary>Prepares a stage.</summary>
    /// <param name="source">The lowered stage.</param>
    /// <param name="width">The true width of the rows.</param>
    /// <param name="strides">For each of <see cref="PointwiseSource.Rows"/>, the elements from row to row.</param>
    public static PointwiseKernel Prepare(PointwiseSource source, int width, IReadOnlyList<int> strides) =>
        new PointwiseInterpreter(source, width, strides).Run;

    /// <summary>Takes the memory for values in the calling thread, once.</summary>
    public float[] Reserve()
    {
        int length = instructions.Length * Tile;
        if (scratch is null || scratch.Length < length)
        {
            scratch = GC.AllocateUninitializedArray<float>(length, pinned: true);
        }

        return scratch;
    }

    private void Run(float** rows, float** once, float* partials, nint count)
    {
        float* values = (float*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(Reserve()));
        for (nint row = 0; row < count; row++)
        {
            for (int i = 0; i < reductions.Length; i++)
            {
                LaneReduction.Begin(partials + (i * LaneReduction.Partials), reductions[i].IsSum ? 0f : float.NegativeInfinity);
            }

            for (int position = 0; position < width; position += Tile)
            {
                RunTile(rows, once, row, position, values, partials);
            }

            FinishReductions(rows, row, partials);
        }
    }

    private void RunTile(float** rows, float** once, nint row, int position, float* values, float* partials)
    {
        int length = Math.Min(Tile, width - position);
        for (int i = 0; i < instructions.Length; i++)
        {
            LaneInstruction instruction = instructions[i];
            Span<float> result = new(values + (i * Tile), length);
            switch (instruction.Operation)
            {
                case LaneOperation.Load:
                    new ReadOnlySpan<float>(rows[instruction.A] + (row * strides[instruction.A]) + instruction.Bits + position, length).CopyTo(result);
                    break;
                case LaneOperation.LoadSingle:
                    result.Fill(rows[instruction.A][(row * strides[instruction.A]) + instruction.Bits]);
                    break;
                case LaneOperation.LoadOnce:
                    new ReadOnlySpan<float>(once[instruction.A] + instruction.Bits + position, length).CopyTo(result);
                    break;
                case LaneOperation.LoadOnceSingle:
                    result.Fill(once[instruction.A][instruction.Bits]);
                    break;
                case LaneOperation.Constant:
                    result.Fill(BitConverter.Int32BitsToSingle(instruction.Bits));
                    break;
                default:
                    Compute(instruction, values, result);
                    break;
            }
        }

        foreach (LaneStore store in stores)
        {
            if (store.Value >= 0)
            {
                new ReadOnlySpan<float>(values + (store.Value * Tile), length).CopyTo(new Span<float>(rows[store.Row] + (row * strides[store.Row]) + store.Offset + position, length));
            }
        }

        for (int i = 0; i < reductions.Length; i++)
        {
            float* sums = partials + (i * LaneReduction.Partials);
            float* terms = values + (reductions[i].Value * Tile);
            for (int j = 0; j < length; j++)
            {
                float* sum = sums + ((position + j) % LaneReduction.Partials);
                *sum = reductions[i].IsSum ? *sum + terms[j] : LaneMachine.Maximum(*sum, terms[j]);
            }
        }
    }

    private void FinishReductions(float** rows, nint row, float* partials)
    {
        for (int i = 0; i < reductions.Length; i++)
        {
            float* sums = partials + (i * LaneReduction.Partials);
            float result = reductions[i].IsSum ? LaneReduction.Sum(sums) : LaneReduction.Largest(sums);
            foreach (LaneStore store in stores)
            {
                if (store.Reduction == i)
                {
                    rows[store.Row][(row * strides[store.Row]) + store.Offset] = result;
                }
            }
        }
    }

    // Vectors where the platform has them; every operation means the same in one lane as in many.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compute(LaneInstruction instruction, float* values, Span<float> result)
    {
        // An operand that an instruction does not have is read and ignored.
        ReadOnlySpan<float> a = new(values + (Math.Max(0, instruction.A) * Tile), result.Length);
        ReadOnlySpan<float> b = new(values + (Math.Max(0, instruction.B) * Tile), result.Length);
        ReadOnlySpan<float> c = new(values + (Math.Max(0, instruction.C) * Tile), result.Length);
        int vectors = result.Length - (result.Length % Vector<float>.Count);
        for (int i = 0; i < vectors; i += Vector<float>.Count)
        {
            Vector<float> left = new(a[i..]);
            Vector<float> right = new(b[i..]);
            Compute(instruction, left, right, new Vector<float>(c[i..])).CopyTo(result[i..]);
        }

        for (int i = vectors; i < result.Length; i++)
        {
            result[i] = LaneMachine.Compute(instruction, a[i], b[i], c[i]);
        }
    }

    private static Vector<float> Compute(LaneInstruction instruction, Vector<float> a, Vector<float> b, Vector<float> c) => instruction.Operation switch
    {
        LaneOperation.Add => a + b,
        LaneOperation.Subtract => a - b,
        LaneOperation.Multiply => a * b,
        LaneOperation.Divide => a / b,
        LaneOperation.FusedMultiplyAdd => Vector.FusedMultiplyAdd(a, b, c),
        LaneOperation.Minimum => Vector.ConditionalSelect(Vector.LessThan(a, b), a, b),
        LaneOperation.Maximum => Vector.ConditionalSelect(Vector.GreaterThan(a, b), a, b),
        LaneOperation.Sqrt => Vector.SquareRoot(a),
        LaneOperation.GreaterMask => Vector.AsVectorSingle(Vector.GreaterThan(a, b)),
        LaneOperation.Select => Vector.ConditionalSelect(Vector.AsVectorInt32(a), b, c),
        LaneOperation.And => Vector.BitwiseAnd(a, b),
        LaneOperation.Or => Vector.BitwiseOr(a, b),
        LaneOperation.Xor => Vector.Xor(a, b),
        LaneOperation.AddBits => Vector.AsVectorSingle(Vector.AsVectorInt32(a) + Vector.AsVectorInt32(b)),
        LaneOperation.ShiftLeft => Vector.AsVectorSingle(Vector.ShiftLeft(Vector.AsVectorInt32(a), instruction.Bits)),
        LaneOperation.ShiftRight => Vector.AsVectorSingle(Vector.ShiftRightArithmetic(Vector.AsVectorInt32(a), instruction.Bits)),
        LaneOperation.ToFloat => Vector.ConvertToSingle(Vector.AsVectorInt32(a)),
        _ => throw new ArgumentOutOfRangeException(nameof(instruction)),
    };
}
