using System.Globalization;
using Cellwright.Graphs;
using Cellwright.Programs;

namespace Cellwright.Kernels;

/// <summary>The instructions of an elementwise kernel as lines of text.</summary>
internal static class LaneListing
{
    public static IEnumerable<string> Of(PointwiseSource source)
    {
        IReadOnlyList<LaneInstruction> instructions = source.Program.Instructions;
        for (int i = 0; i < instructions.Count; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"%{i} = {Text(source, instructions[i])}");
        }

        for (int i = 0; i < source.Reductions.Count; i++)
        {
            (Node node, int value) = source.Reductions[i];
            yield return string.Create(CultureInfo.InvariantCulture, $"total {i} = {(node.Operation == Operation.Largest ? "largest" : "sum")} of %{value} over the row");
        }

        foreach (LaneStore store in source.Stores)
        {
            string value = store.Reduction >= 0 ? $"total {store.Reduction}" : $"%{store.Value}";
            yield return string.Create(CultureInfo.InvariantCulture, $"store {value} → {Row(source, store.Row, store.Offset)}");
        }
    }

    private static string Text(PointwiseSource source, LaneInstruction instruction)
    {
        (LaneOperation operation, int a, int b, int c, int bits) = instruction;
        return operation switch
        {
            LaneOperation.Load => $"load {Row(source, a, bits)}",
            LaneOperation.LoadSingle => $"load first of {Row(source, a, bits)}",
            LaneOperation.LoadOnce or LaneOperation.LoadOnceSingle => $"load {(source.Once[a] is { } node ? Once(node) : "mask of the row's width")}",
            LaneOperation.Constant => Constant(bits),
            LaneOperation.Add => $"%{a} + %{b}",
            LaneOperation.Subtract => $"%{a} - %{b}",
            LaneOperation.Multiply => $"%{a} * %{b}",
            LaneOperation.Divide => $"%{a} / %{b}",
            LaneOperation.FusedMultiplyAdd => $"%{a} * %{b} + %{c}",
            LaneOperation.GreaterMask => $"%{a} > %{b}",
            LaneOperation.Select => $"%{a} ? %{b} : %{c}",
            LaneOperation.ShiftLeft => $"%{a} << {bits}",
            LaneOperation.ShiftRight => $"%{a} >> {bits}",
            _ => $"{operation.ToString().ToLowerInvariant()}({string.Join(", ", new[] { a, b, c }.Where(operand => operand >= 0).Select(operand => $"%{operand}"))})",
        };
    }

    private static string Once(Node node) => node.Name ?? $"value {node.Id} of the parameters";

    private static string Row(PointwiseSource source, int row, int offset)
    {
        (ValueBuffer buffer, bool isPrevious) = source.Rows[row];
        return string.Create(CultureInfo.InvariantCulture, $"{buffer.Name}{(isPrevious ? " of the step before" : string.Empty)}{(offset == 0 ? string.Empty : $", from {offset}")}");
    }

    // Some constants are masks, which as numbers say nothing.
    private static string Constant(int bits)
    {
        float value = BitConverter.Int32BitsToSingle(bits);
        return float.IsNormal(value) || value == 0 ? value.ToString("R", CultureInfo.InvariantCulture) : $"bits 0x{bits:x8}";
    }
}
