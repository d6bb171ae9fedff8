using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>A stage on rows that stay the same from run to run: all its addresses are known once.</summary>
internal abstract class FixedStage : IDisposable
{
    /// <summary>Runs the stage.</summary>
    public abstract void Run();

    /// <summary>Takes over parameters that have changed, where the stage keeps something of its own of them.</summary>
    public virtual void Load()
    {
    }

    /// <summary>Gives back memory of its own.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>A stage that looks its addresses up each time.</summary>
    public sealed class Other(BoundStage stage, LayerMemory memory, RowCursor cursor) : FixedStage
    {
        public override void Run() => stage.Run(memory, cursor);
    }

    /// <summary>A product whose matrix is rounded to bfloat16 and held as float32, where no kernel widens.</summary>
    public sealed class Rounded(BoundProduct product, LayerMemory memory, RowCursor cursor) : FixedStage
    {
        private readonly PackedMatrix rounded = new(product.Packed.K, product.Packed.N);

        public override void Run() => product.Run(memory, cursor, rounded);

        public override void Load() => rounded.CopyRounded(product.Packed);

        public override void Dispose() => rounded.Dispose();
    }
}
