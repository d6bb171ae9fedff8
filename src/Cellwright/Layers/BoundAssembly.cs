using System.Runtime.CompilerServices;
using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>Copies values side by side.</summary>
internal sealed unsafe class BoundAssembly(AssembleStage stage, LayerLayout layout) : BoundStage
{
    private readonly BoundPlace result = new(layout, stage.Result);
    private readonly int width = layout.Width(stage.Width);
    private readonly (BoundPlace Place, int Offset, int Width)[] parts =
        [.. stage.Parts.Select(part => (new BoundPlace(layout, part.Place), layout.Width(part.Offset), layout.Width(part.Width)))];

    public override string Name => $"copy of {parts.Length} parts";

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(LayerMemory memory, in RowCursor cursor)
    {
        float* row = result.Address(memory, cursor);
        for (int i = 0; i < cursor.Count; i++, row += result.Stride)
        {
            new Span<float>(row, width).Clear();
            foreach ((BoundPlace place, int offset, int count) in parts)
            {
                new ReadOnlySpan<float>(place.Address(memory, cursor) + ((long)i * place.Stride), count).CopyTo(new Span<float>(row + offset, count));
            }
        }
    }
}
