namespace Cellwright.Layers;

/// <summary>A stage on rows that stay the same from run to run: all its addresses are known once.</summary>
internal abstract class FixedStage
{
    /// <summary>Runs the stage.</summary>
    public abstract void Run();

    /// <summary>A stage that looks its addresses up each time.</summary>
    public sealed class Other(BoundStage stage, LayerMemory memory, RowCursor cursor) : FixedStage
    {
        public override void Run() => stage.Run(memory, cursor);
    }
}
