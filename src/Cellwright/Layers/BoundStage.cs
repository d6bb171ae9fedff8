using Cellwright.Programs;

namespace Cellwright.Layers;

/// <summary>A stage with sizes: it can be run on rows of a layer's memory.</summary>
internal abstract class BoundStage : IDisposable
{
    /// <summary>Takes over parameters that have changed.</summary>
    public virtual void Load()
    {
    }

    /// <summary>Gives back memory of its own.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>
    /// Takes the memory that the calling thread needs to run the stage. Where threads take work as they are free, one that
    /// got none in its first pass would otherwise allocate in some later one.
    /// </summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Runs the stage on the rows of <paramref name="cursor"/>, at least one.</summary>
    public abstract void Run(LayerMemory memory, in RowCursor cursor);

    /// <summary>The stage on rows that stay the same.</summary>
    public virtual FixedStage Fix(LayerMemory memory, in RowCursor cursor) => new FixedStage.Other(this, memory, cursor);

    /// <summary>What the stage is, in a few words.</summary>
    public abstract string Name { get; }

    /// <summary>The multiply-adds of matrices in one row.</summary>
    public virtual double MultiplyAdds => 0;

    /// <summary>The generated code, in lines for people.</summary>
    public virtual IEnumerable<string> Code => [];

    public static BoundStage Bind(Stage stage, LayerLayout layout, OnceEvaluator once) => stage switch
    {
        ProductStage product => new BoundProduct(product, layout, once),
        PointwiseStage pointwise => new BoundPointwise(pointwise, layout, once),
        AssembleStage assemble => new BoundAssembly(assemble, layout),
        _ => throw new ArgumentOutOfRangeException(nameof(stage)),
    };
}
