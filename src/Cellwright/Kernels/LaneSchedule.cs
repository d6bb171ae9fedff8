namespace Cellwright.Kernels;

/// <summary>
/// The order in which a kernel computes a program's instructions: several copies of it (vectors side by side) at once,
/// chains of dependent instructions interleaved, so that a processor always finds one that need not wait.
/// </summary>
/// <remarks>
/// A list schedule for two arithmetic units and instructions of a few cycles; it takes care that not many more values
/// are alive than there are registers. Loads and constants are no part of it: they are operands in memory.
/// </remarks>
internal static class LaneSchedule
{
    private const int Units = 2;

    /// <summary>Orders the used instructions that compute.</summary>
    /// <param name="instructions">The program.</param>
    /// <param name="isUsed">For each instruction, whether anything needs it.</param>
    /// <param name="copies">How many copies of the program run at once.</param>
    /// <param name="registers">How many values may be alive.</param>
    public static List<(int Instruction, int Copy)> Order(IReadOnlyList<LaneInstruction> instructions, bool[] isUsed, int copies, int registers)
    {
        int count = instructions.Count;
        int[] priorities = Priorities(instructions, isUsed);
        int[] uses = Uses(instructions, isUsed);
        int[,] readyAt = new int[copies, count];
        int[,] left = new int[copies, count];
        int[,] operands = new int[copies, count];
        List<(int Instruction, int Copy)> waiting = [];
        for (int copy = 0; copy < copies; copy++)
        {
            for (int i = 0; i < count; i++)
            {
                left[copy, i] = uses[i];
                if (isUsed[i] && IsComputed(instructions[i]))
                {
                    waiting.Add((i, copy));
                    operands[copy, i] = Operands(instructions[i]).Count(operand => IsComputed(instructions[operand]));
                }
            }
        }

        List<(int Instruction, int Copy)> order = [];
        List<(int Instruction, int Copy)> pending = [.. waiting.Where(each => operands[each.Copy, each.Instruction] == 0)];
        int alive = 0;
        for (int cycle = 0; pending.Count > 0; cycle++)
        {
            for (int unit = 0; unit < Units && pending.Count > 0; unit++)
            {
                int best = -1;
                int bestGrowth = 0;
                for (int p = 0; p < pending.Count; p++)
                {
                    (int i, int copy) = pending[p];
                    if (readyAt[copy, i] > cycle)
                    {
                        continue;
                    }

                    int growth = Growth(instructions, left, i, copy);
                    if (alive + growth > registers && growth > 0 && (best >= 0 || order.Count > 0 && IsInFlight(pending, readyAt, cycle)))
                    {
                        continue;
                    }

                    if (best < 0 || IsBetter(pending[p], pending[best], priorities))
                    {
                        best = p;
                        bestGrowth = growth;
                    }
                }

                if (best < 0)
                {
                    break;
                }

                (int instruction, int of) = pending[best];
                pending.RemoveAt(best);
                order.Add((instruction, of));
                alive += bestGrowth;
                foreach (int operand in Operands(instructions[instruction]))
                {
                    left[of, operand]--;
                }

                int done = cycle + Latency(instructions[instruction].Operation);
                foreach ((int user, int copy) in waiting)
                {
                    if (copy == of && Reads(instructions[user], instruction))
                    {
                        readyAt[of, user] = Math.Max(readyAt[of, user], done);
                        operands[of, user] -= Operands(instructions[user]).Count(operand => operand == instruction);
                        if (operands[of, user] == 0)
                        {
                            pending.Add((user, of));
                        }
                    }
                }
            }
        }

        return order;
    }

    /// <summary>Whether an instruction is more than an operand in memory.</summary>
    public static bool IsComputed(LaneInstruction instruction) => instruction.Operation > LaneOperation.Constant;

    private static bool IsInFlight(List<(int Instruction, int Copy)> pending, int[,] readyAt, int cycle)
    {
        foreach ((int i, int copy) in pending)
        {
            if (readyAt[copy, i] > cycle)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBetter((int Instruction, int Copy) a, (int Instruction, int Copy) b, int[] priorities)
    {
        int difference = priorities[a.Instruction] - priorities[b.Instruction];
        return difference != 0 ? difference > 0 : a.Copy != b.Copy ? a.Copy < b.Copy : a.Instruction < b.Instruction;
    }

    // How many more values are alive behind an instruction.
    private static int Growth(IReadOnlyList<LaneInstruction> instructions, int[,] left, int index, int copy)
    {
        int growth = left[copy, index] > 0 ? 1 : 0;
        LaneInstruction instruction = instructions[index];
        foreach (int operand in Operands(instruction).Distinct())
        {
            if (IsComputed(instructions[operand]) && left[copy, operand] == Operands(instruction).Count(each => each == operand))
            {
                growth--;
            }
        }

        return growth;
    }

    private static int[] Uses(IReadOnlyList<LaneInstruction> instructions, bool[] isUsed)
    {
        int[] uses = new int[instructions.Count];
        for (int i = 0; i < uses.Length; i++)
        {
            if (isUsed[i] && IsComputed(instructions[i]))
            {
                foreach (int operand in Operands(instructions[i]))
                {
                    uses[operand]++;
                }
            }
        }

        return uses;
    }

    // The cycles from an instruction to the last result that hangs on it.
    private static int[] Priorities(IReadOnlyList<LaneInstruction> instructions, bool[] isUsed)
    {
        int[] priorities = new int[instructions.Count];
        for (int i = priorities.Length - 1; i >= 0; i--)
        {
            if (isUsed[i] && IsComputed(instructions[i]))
            {
                priorities[i] += Latency(instructions[i].Operation);
                foreach (int operand in Operands(instructions[i]))
                {
                    priorities[operand] = Math.Max(priorities[operand], priorities[i]);
                }
            }
        }

        return priorities;
    }

    private static int Latency(LaneOperation operation) => operation switch
    {
        LaneOperation.Divide or LaneOperation.Sqrt => 12,
        LaneOperation.FusedMultiplyAdd or LaneOperation.Add or LaneOperation.Subtract or LaneOperation.Multiply or LaneOperation.ToFloat => 4,
        _ => 1,
    };

    private static bool Reads(LaneInstruction instruction, int index) => instruction.A == index || instruction.B == index || instruction.C == index;

    /// <summary>The operands of an instruction that computes; the others' fields mean something else.</summary>
    public static IEnumerable<int> Operands(LaneInstruction instruction)
    {
        if (instruction.A >= 0)
        {
            yield return instruction.A;
        }

        if (instruction.B >= 0)
        {
            yield return instruction.B;
        }

        if (instruction.C >= 0)
        {
            yield return instruction.C;
        }
    }
}
