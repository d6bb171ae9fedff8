using System.Runtime.CompilerServices;
using Cellwright.Kernels;

namespace Cellwright.Layers;

/// <summary>Stages on one row with every address fixed, which threads may share.</summary>
internal sealed class StepStages : IDisposable
{
    private readonly LayerEngine engine;
    private readonly FixedStage?[][] stages;
    private readonly bool[] meets;
    private readonly WorkerTeam? team;
    private readonly MemberBarrier barrier;
    private readonly Action<int> share;
    private int loaded = -1;

    /// <summary>Fixes stages.</summary>
    /// <param name="engine">The program they are of.</param>
    /// <param name="bound">The stages in order.</param>
    /// <param name="memory">The memory they run in.</param>
    /// <param name="cursor">Their row.</param>
    /// <param name="options">How they run.</param>
    public StepStages(LayerEngine engine, IReadOnlyList<BoundStage> bound, LayerMemory memory, in RowCursor cursor, StreamOptions options)
    {
        this.engine = engine;
        double bytes = bound.Sum(stage => stage.MultiplyAdds) * (options.Weights == WeightFormat.BFloat16 ? sizeof(ushort) : sizeof(float));
        int threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        team = threads > 1 && bytes >= options.LeastBytes ? WorkerTeam.Default(threads) : null;
        barrier = new MemberBarrier(team?.Count ?? 1);
        share = Share;
        stages = FixedRowProduct.Fix(bound, memory, cursor, options.Weights, team?.Count ?? 1);
        // What one thread does in a row needs no waiting in between.
        bool[] isShared = [.. stages[0].Select((_, i) => Array.Exists(stages, each => each[i] is FixedRowProduct))];
        meets = [.. isShared.Select((shared, i) => i + 1 < isShared.Length && (shared || isShared[i + 1]))];
    }

    /// <summary>Runs the stages with the parameters as they are now.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run()
    {
        if (loaded != engine.Loads)
        {
            Load();
        }

        if (team is null)
        {
            foreach (FixedStage? stage in stages[0])
            {
                stage!.Run();
            }
        }
        else
        {
            barrier.Reset();
            team.Run(share);
        }
    }

    public void Dispose()
    {
        foreach (FixedStage? stage in stages.SelectMany(each => each))
        {
            stage?.Dispose();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Share(int member)
    {
        try
        {
            FixedStage?[] mine = stages[member];
            for (int i = 0; i < mine.Length; i++)
            {
                mine[i]?.Run();
                if (meets[i] && !barrier.Meet(member))
                {
                    return;
                }
            }
        }
        catch
        {
            barrier.Break();
            throw;
        }
    }

    private void Load()
    {
        foreach (FixedStage?[] each in stages)
        {
            foreach (FixedStage? stage in each)
            {
                stage?.Load();
            }
        }

        loaded = engine.Loads;
    }
}
