using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Intrinsics;

namespace Cellwright.Kernels;

/// <summary>Writes lane instructions as IL for one vector width: 16 or 8 lanes of vector code, or 1 of scalar code.</summary>
internal sealed class LaneEmitter
{
    private static readonly Dictionary<(Type Vectors, string Name, Type Element, Type? First), MethodInfo> Found = [];

    private readonly ILGenerator il;
    private readonly Type? vectors;

    public LaneEmitter(ILGenerator il, int lanes)
    {
        this.il = il;
        Lanes = lanes;
        vectors = lanes switch { 16 => typeof(Vector512), 8 => typeof(Vector256), 1 => null, _ => throw new ArgumentOutOfRangeException(nameof(lanes)) };
        Value = lanes switch { 16 => typeof(Vector512<float>), 8 => typeof(Vector256<float>), _ => typeof(float) };
    }

    /// <summary>Elements per value.</summary>
    public int Lanes { get; }

    /// <summary>How many values may be alive at once without going through memory.</summary>
    public int Registers => Lanes == 16 ? 24 : 11;

    /// <summary>How many literal numbers are worth a register each.</summary>
    public int Literals => Lanes switch { 16 => 6, 8 => 3, _ => 0 };

    /// <summary>The type of a local that holds a value.</summary>
    public Type Value { get; }

    /// <summary>Address on the stack → the elements there.</summary>
    public void Load()
    {
        if (vectors is null)
        {
            il.Emit(OpCodes.Ldind_R4);
        }
        else
        {
            Call("Load", 1, typeof(float*));
        }
    }

    /// <summary>Address, then value on the stack → stored.</summary>
    public void Store()
    {
        if (vectors is null)
        {
            il.Emit(OpCodes.Stind_R4);
            return;
        }

        // The method takes the value first.
        LocalBuilder value = il.DeclareLocal(Value);
        LocalBuilder address = il.DeclareLocal(typeof(float*));
        il.Emit(OpCodes.Stloc, value);
        il.Emit(OpCodes.Stloc, address);
        il.Emit(OpCodes.Ldloc, value);
        il.Emit(OpCodes.Ldloc, address);
        Call("Store", 1, Value, typeof(float*));
    }

    /// <summary>Address on the stack → the element there in all lanes.</summary>
    public void LoadSingle()
    {
        il.Emit(OpCodes.Ldind_R4);
        Spread();
    }

    /// <summary>A literal in all lanes.</summary>
    public void Constant(int bits)
    {
        if (float.IsNaN(BitConverter.Int32BitsToSingle(bits)))
        {
            // A literal that is not a number may change its bits on the way; as an integer it does not.
            il.Emit(OpCodes.Ldc_I4, bits);
            il.Emit(OpCodes.Call, typeof(BitConverter).GetMethod(nameof(BitConverter.Int32BitsToSingle))!);
        }
        else
        {
            il.Emit(OpCodes.Ldc_R4, BitConverter.Int32BitsToSingle(bits));
        }

        Spread();
    }

    /// <summary>Operands on the stack → the result of an instruction that computes.</summary>
    public void Compute(LaneInstruction instruction)
    {
        if (vectors is null)
        {
            ComputeScalar(instruction);
            return;
        }

        switch (instruction.Operation)
        {
            case LaneOperation.Add:
                Call("Add", 1, Value, Value);
                break;
            case LaneOperation.Subtract:
                Call("Subtract", 1, Value, Value);
                break;
            case LaneOperation.Multiply:
                Call("Multiply", 1, Value, Value);
                break;
            case LaneOperation.Divide:
                Call("Divide", 1, Value, Value);
                break;
            case LaneOperation.FusedMultiplyAdd:
                Call("FusedMultiplyAdd", 0, Value, Value, Value);
                break;
            case LaneOperation.Sqrt:
                Call("Sqrt", 1, Value);
                break;
            case LaneOperation.Minimum:
                Choose("LessThan", typeof(System.Runtime.Intrinsics.X86.Avx), "Min");
                break;
            case LaneOperation.Maximum:
                Choose("GreaterThan", typeof(System.Runtime.Intrinsics.X86.Avx), "Max");
                break;
            case LaneOperation.GreaterMask:
                Call("GreaterThan", 1, Value, Value);
                break;
            case LaneOperation.Select:
                Call("ConditionalSelect", 1, Value, Value, Value);
                break;
            case LaneOperation.And:
                Call("BitwiseAnd", 1, Value, Value);
                break;
            case LaneOperation.Or:
                Call("BitwiseOr", 1, Value, Value);
                break;
            case LaneOperation.Xor:
                Call("Xor", 1, Value, Value);
                break;
            case LaneOperation.AddBits:
                LocalBuilder second = il.DeclareLocal(Value);
                il.Emit(OpCodes.Stloc, second);
                Call("AsInt32", 1, Value);
                il.Emit(OpCodes.Ldloc, second);
                Call("AsInt32", 1, Value);
                CallInteger("Add", generic: true, Integers, Integers);
                FromInteger();
                break;
            case LaneOperation.ShiftLeft:
            case LaneOperation.ShiftRight:
                Call("AsInt32", 1, Value);
                il.Emit(OpCodes.Ldc_I4, instruction.Bits);
                CallInteger(instruction.Operation == LaneOperation.ShiftLeft ? "ShiftLeft" : "ShiftRightArithmetic", generic: false, Integers, typeof(int));
                FromInteger();
                break;
            case LaneOperation.ToFloat:
                Call("AsInt32", 1, Value);
                CallInteger("ConvertToSingle", generic: false, Integers);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(instruction));
        }
    }

    private Type Integers => vectors == typeof(Vector512) ? typeof(Vector512<int>) : typeof(Vector256<int>);

    private void ComputeScalar(LaneInstruction instruction)
    {
        switch (instruction.Operation)
        {
            case LaneOperation.Add:
                il.Emit(OpCodes.Add);
                break;
            case LaneOperation.Subtract:
                il.Emit(OpCodes.Sub);
                break;
            case LaneOperation.Multiply:
                il.Emit(OpCodes.Mul);
                break;
            case LaneOperation.Divide:
                il.Emit(OpCodes.Div);
                break;
            case LaneOperation.FusedMultiplyAdd:
            case LaneOperation.Sqrt:
                il.Emit(OpCodes.Call, typeof(MathF).GetMethod(instruction.Operation.ToString())!);
                break;
            default:
                if (instruction.Operation is LaneOperation.ShiftLeft or LaneOperation.ShiftRight)
                {
                    il.Emit(OpCodes.Ldc_I4, instruction.Bits);
                }

                il.Emit(OpCodes.Call, typeof(LaneMachine).GetMethod(instruction.Operation.ToString(), BindingFlags.Public | BindingFlags.Static)!);
                break;
        }
    }

    // AVX's own minimum and maximum are these very choices, in one instruction.
    private void Choose(string compare, Type hardware, string method)
    {
        if (Lanes == 8 && System.Runtime.Intrinsics.X86.Avx.IsSupported)
        {
            il.Emit(OpCodes.Call, hardware.GetMethod(method, [Value, Value])!);
            return;
        }

        LocalBuilder b = il.DeclareLocal(Value);
        LocalBuilder a = il.DeclareLocal(Value);
        il.Emit(OpCodes.Stloc, b);
        il.Emit(OpCodes.Stloc, a);
        il.Emit(OpCodes.Ldloc, a);
        il.Emit(OpCodes.Ldloc, b);
        Call(compare, 1, Value, Value);
        il.Emit(OpCodes.Ldloc, a);
        il.Emit(OpCodes.Ldloc, b);
        Call("ConditionalSelect", 1, Value, Value, Value);
    }

    private void Spread()
    {
        if (vectors is not null)
        {
            Call("Create", 0, typeof(float));
        }
    }

    private void FromInteger() => il.Emit(OpCodes.Call, Find("AsSingle", 1, [Integers], typeof(int)));

    private void Call(string name, int genericArity, params Type[] parameters) => il.Emit(OpCodes.Call, Find(name, genericArity, parameters, typeof(float)));

    private void CallInteger(string name, bool generic, params Type[] parameters) => il.Emit(OpCodes.Call, Find(name, generic ? 1 : 0, parameters, typeof(int)));

    private MethodInfo Find(string name, int genericArity, Type[] parameters, Type element)
    {
        (Type, string, Type, Type?) key = (vectors!, name, element, parameters.FirstOrDefault());
        lock (Found)
        {
            return Found.TryGetValue(key, out MethodInfo? found) ? found : Found[key] = Search(name, genericArity, parameters, element);
        }
    }

    private MethodInfo Search(string name, int genericArity, Type[] parameters, Type element)
    {
        foreach (MethodInfo candidate in vectors!.GetMethods(BindingFlags.Public | BindingFlags.Static))
        {
            if (candidate.Name != name || candidate.GetGenericArguments().Length != genericArity)
            {
                continue;
            }

            MethodInfo method = genericArity == 0 ? candidate : candidate.MakeGenericMethod(element);
            if (method.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(parameters))
            {
                return method;
            }
        }

        throw new MissingMethodException(vectors.Name, name);
    }
}
